package murder.metainfo;

import java.nio.ByteBuffer;

/**
 * The 20 bytes of an info-hash or of a peer id (BEP 3). Stored as numbers: an instance takes 32
 * bytes of heap and is immutable. Two are equal if they have the same class and the same bytes.
 */
public abstract class TwentyBytes {
    /** The length in bytes. */
    public static final int LENGTH = 20;

    private final long high;
    private final long middle;
    private final int low;

    /**
     * Keeps 20 bytes.
     *
     * @param high bytes 0 to 7, big-endian
     * @param middle bytes 8 to 15, big-endian
     * @param low bytes 16 to 19, big-endian
     */
    protected TwentyBytes(long high, long middle, int low) {
        this.high = high;
        this.middle = middle;
        this.low = low;
    }

    /** {@return bytes 0 to 7, big-endian} */
    public final long high() {
        return high;
    }

    /** {@return bytes 16 to 19, big-endian} */
    public final int low() {
        return low;
    }

    /**
     * Writes the 20 bytes at the buffer's position.
     *
     * @param out a big-endian buffer
     */
    public final void write(ByteBuffer out) {
        out.putLong(high).putLong(middle).putInt(low);
    }

    /** {@return the 20 bytes} */
    public final byte[] toBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(LENGTH);
        write(bytes);
        return bytes.array();
    }

    /**
     * {@return a negative number if these bytes come before others in unsigned order, 0 if they are
     * equal, else a positive one}
     *
     * @param other of the same class
     */
    protected final int compare(TwentyBytes other) {
        int order = Long.compareUnsigned(high, other.high);
        if (order == 0) {
            order = Long.compareUnsigned(middle, other.middle);
        }
        return order == 0 ? Integer.compareUnsigned(low, other.low) : order;
    }

    @Override
    public final boolean equals(Object other) {
        return other != null && other.getClass() == getClass() && equals((TwentyBytes) other);
    }

    private boolean equals(TwentyBytes other) {
        return high == other.high && middle == other.middle && low == other.low;
    }

    @Override
    public final int hashCode() {
        return Long.hashCode((31 * (31 * high + middle) + low) * 0x9e3779b97f4a7c15L); // the odd number nearest 2^64 / golden ratio
    }
}
