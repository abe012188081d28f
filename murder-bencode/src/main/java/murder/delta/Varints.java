package murder.delta;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/**
 * Numbers of variable length: seven bits a byte, the low ones first; the high bit says that more
 * follow (LEB128).
 */
final class Varints {
    private static final int MAX_BYTES = 9;

    private Varints() {}

    /** @param value at least 0 */
    static void write(ByteArrayOutputStream out, long value) {
        long rest = value;
        while (rest >= 0x80) {
            out.write((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    /** Small numbers of either sign become small ones: 0, -1, 1, -2, ... */
    static long zigzag(long value) {
        return value << 1 ^ value >> 63;
    }

    static long unzigzag(long value) {
        return value >>> 1 ^ -(value & 1);
    }

    /**
     * @return at least 0
     * @throws PatchException if the buffer ends before the number, or the number has more than 63
     *     bits
     */
    static long read(ByteBuffer in) throws PatchException {
        long value = 0;
        for (int i = 0; i < MAX_BYTES; i++) {
            if (!in.hasRemaining()) {
                throw new PatchException(PatchException.Reason.TRUNCATED, "the patch ends inside a number");
            }
            int next = in.get();
            value |= (long) (next & 0x7f) << 7 * i;
            if (next >= 0) {
                return value;
            }
        }
        throw new PatchException(PatchException.Reason.MALFORMED, "the patch has a number of more than 63 bits");
    }

    /** @throws PatchException also if the number is above {@code most} */
    static int read(ByteBuffer in, int most, String what) throws PatchException {
        long value = read(in);
        if (value > most) {
            throw new PatchException(PatchException.Reason.TOO_LARGE, what + " is " + value + ", at most " + most + " are allowed");
        }
        return (int) value;
    }
}
