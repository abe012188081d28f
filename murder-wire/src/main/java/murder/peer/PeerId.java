package murder.peer;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/**
 * The 20 bytes by which a peer names itself (BEP 3; the Azureus style of BEP 20).
 *
 * @param high bytes 0 to 7, big-endian
 * @param middle bytes 8 to 15, big-endian
 * @param low bytes 16 to 19, big-endian
 */
public record PeerId(long high, long middle, int low) implements Comparable<PeerId> {
    /** Length of a peer id in bytes. */
    public static final int LENGTH = 20;

    private static final byte[] PREFIX = "-MJ0100-".getBytes(StandardCharsets.US_ASCII);
    private static final String ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    /**
     * {@return a new id of this client: {@code -MJ0100-} and twelve random letters or digits}
     *
     * @param random draws the letters and digits
     */
    public static PeerId random(RandomGenerator random) {
        ByteBuffer bytes = ByteBuffer.allocate(LENGTH).put(PREFIX);
        while (bytes.hasRemaining()) {
            bytes.put((byte) ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return read(bytes.flip());
    }

    /**
     * Reads 20 bytes at the buffer's position and advances it.
     *
     * @param in a big-endian buffer
     * @return the peer id
     */
    public static PeerId read(ByteBuffer in) {
        return new PeerId(in.getLong(), in.getLong(), in.getInt());
    }

    /**
     * Writes the 20 bytes at the buffer's position.
     *
     * @param out a big-endian buffer
     */
    public void write(ByteBuffer out) {
        out.putLong(high).putLong(middle).putInt(low);
    }

    /** {@return the 20 bytes} */
    public byte[] toBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(LENGTH);
        write(bytes);
        return bytes.array();
    }

    @Override
    public int compareTo(PeerId other) {
        int order = Long.compareUnsigned(high, other.high);
        if (order == 0) {
            order = Long.compareUnsigned(middle, other.middle);
        }
        return order == 0 ? Integer.compareUnsigned(low, other.low) : order;
    }

    /** The id as text, with a dot for every byte that is no printable ASCII. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(LENGTH);
        for (byte b : toBytes()) {
            text.append(b >= 0x20 && b < 0x7f ? (char) b : '.');
        }
        return text.toString();
    }

    // Written out for the reason that InfoHash gives.
    @Override
    public boolean equals(Object other) {
        return other instanceof PeerId that && high == that.high && middle == that.middle && low == that.low;
    }

    @Override
    public int hashCode() {
        return Long.hashCode((31 * (31 * high + middle) + low) * 0x9e3779b97f4a7c15L); // the odd number nearest 2^64 / golden ratio
    }
}
