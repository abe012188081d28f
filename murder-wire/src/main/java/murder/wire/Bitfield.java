package murder.wire;

import java.nio.ByteBuffer;

/**
 * A fixed-size set of piece indexes with its count, in the order of the wire's bitfield message
 * (BEP 3).
 */
public final class Bitfield {
    private final long[] words;
    private final int size;
    private int count;

    /** An empty set over {@code 0..size-1}. */
    public Bitfield(int size) {
        this.size = size;
        this.words = new long[(size + 63) >>> 6];
    }

    /** A copy of another. */
    public Bitfield(Bitfield other) {
        this.size = other.size;
        this.words = other.words.clone();
        this.count = other.count;
    }

    /** The number of indexes, set or not. */
    public int size() {
        return size;
    }

    /** The number of set indexes. */
    public int count() {
        return count;
    }

    public boolean isFull() {
        return count == size;
    }

    public boolean isEmpty() {
        return count == 0;
    }

    public boolean get(int index) {
        return (words[index >>> 6] & (1L << index)) != 0;
    }

    /** Returns whether the index was clear before. */
    public boolean set(int index) {
        long bit = 1L << index;
        if (index >= size || (words[index >>> 6] & bit) != 0) {
            if (index >= size) {
                throw new IndexOutOfBoundsException("index " + index + " of " + size);
            }
            return false;
        }
        words[index >>> 6] |= bit;
        count++;
        return true;
    }

    /** Returns whether the index was set before. */
    public boolean clear(int index) {
        long bit = 1L << index;
        if ((words[index >>> 6] & bit) == 0) {
            return false;
        }
        words[index >>> 6] &= ~bit;
        count--;
        return true;
    }

    public void setAll() {
        for (int i = 0; i < size; i++) {
            set(i);
        }
    }

    /** The first set index at or after {@code from}, or -1. */
    public int nextSet(int from) {
        int word = from >>> 6;
        if (from >= size) {
            return -1;
        }
        long bits = words[word] & (-1L << from);
        while (bits == 0) {
            if (++word == words.length) {
                return -1;
            }
            bits = words[word];
        }
        return (word << 6) + Long.numberOfTrailingZeros(bits);
    }

    /** The first clear index at or after {@code from}, or -1. */
    public int nextClear(int from) {
        for (int i = from; i < size; i++) {
            if (!get(i)) {
                return i;
            }
        }
        return -1;
    }

    /**
     * The body of a bitfield message: index 0 is the highest bit of the first byte, spare bits are
     * zero.
     */
    public byte[] toBytes() {
        byte[] bytes = new byte[(size + 7) >>> 3];
        for (int i = nextSet(0); i >= 0; i = nextSet(i + 1)) {
            bytes[i >>> 3] |= (byte) (0x80 >>> (i & 7));
        }
        return bytes;
    }

    /**
     * Reads the body of a bitfield message.
     *
     * @return null if its length is not that of {@code size} bits or a spare bit is set
     */
    public static Bitfield parse(ByteBuffer body, int size) {
        if (body.remaining() != (size + 7) >>> 3) {
            return null;
        }
        Bitfield bits = new Bitfield(size);
        for (int i = 0; body.hasRemaining(); i += 8) {
            int b = body.get() & 0xff;
            while (b != 0) {
                int high = Integer.numberOfLeadingZeros(b) - 24;
                if (i + high >= size) {
                    return null;
                }
                bits.set(i + high);
                b &= ~(0x80 >>> high);
            }
        }
        return bits;
    }

    /** One character per index, {@code 1} or {@code 0}: for tests and logs. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(size);
        for (int i = 0; i < size; i++) {
            text.append(get(i) ? '1' : '0');
        }
        return text.toString();
    }
}
