package murder.fuzz;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Makes hostile inputs of valid ones. Each step flips, cuts, inserts, repeats or moves some bytes,
 * splices two samples, or makes a number huge. So most inputs pass the first checks of a reader. No
 * input is longer than 64 KiB.
 */
public final class Mutator {
    private static final int MAX_LENGTH = 64 * 1024;
    private static final int MAX_STEPS = 6;
    private static final int MAX_COPIES = 40;
    private static final String[] NUMBERS = {"0", "-1", "-0", "00", "1", "255", "256", "65535", "65536", "2147483647", "2147483648",
        "4294967295", "4294967296", "9007199254740992", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
        "18446744073709551616", "99999999999999999999999999", "1e999", "0x10", "+5"};
    private static final long[] WORDS = {0, 1, -1, 0x7f, 0x80, 0x7fff, 0x8000, 0xffff, 16 * 1024, 16 * 1024 + 1, 1 << 20, (1 << 20) + 9,
        Integer.MAX_VALUE, Integer.MIN_VALUE, Long.MAX_VALUE, Long.MIN_VALUE};

    private final List<byte[]> samples;
    private final byte[] tokens;
    /**
     * @param samples valid inputs
     * @param tokens bytes that mean something to the reader, each a byte of ISO-8859-1
     */
    public Mutator(List<byte[]> samples, String tokens) {
        this.samples = List.copyOf(samples);
        this.tokens = tokens.getBytes(StandardCharsets.ISO_8859_1);
    }

    List<byte[]> samples() {
        return samples;
    }

    /** Another input. The same state of {@code random} gives the same one. */
    public byte[] next(SplittableRandom random) {
        byte[] bytes = sample(random).clone();
        for (int i = 1 + random.nextInt(MAX_STEPS); i > 0; i--) {
            bytes = step(bytes, random);
            if (bytes.length > MAX_LENGTH) {
                bytes = Arrays.copyOf(bytes, MAX_LENGTH);
            }
        }
        return bytes;
    }

    private byte[] sample(SplittableRandom random) {
        return samples.get(random.nextInt(samples.size()));
    }

    private byte[] step(byte[] bytes, SplittableRandom random) {
        int from = random.nextInt(bytes.length + 1);
        // Short ranges more often than long ones.
        int length = random.nextInt(1 + random.nextInt(bytes.length - from + 1));
        byte[] range = Arrays.copyOfRange(bytes, from, from + length);
        return switch (random.nextInt(9)) {
            case 0 -> replaced(bytes, from, length, new byte[0]);
            case 1 -> replaced(bytes, from, 0, some(random));
            case 2 -> replaced(bytes, from, Math.min(1, bytes.length - from), new byte[] {oneOf(random)});
            case 3 -> flipped(bytes, random);
            case 4 -> replaced(bytes, from, length, repeated(range, 1 + random.nextInt(MAX_COPIES)));
            case 5 -> replaced(bytes, random.nextInt(bytes.length + 1), 0, range);
            case 6 -> spliced(bytes, from, random);
            case 7 -> withWord(bytes, random);
            default -> withNumber(bytes, from, random);
        };
    }

    private static byte[] replaced(byte[] bytes, int from, int length, byte[] by) {
        byte[] out = new byte[bytes.length - length + by.length];
        System.arraycopy(bytes, 0, out, 0, from);
        System.arraycopy(by, 0, out, from, by.length);
        System.arraycopy(bytes, from + length, out, from + by.length, bytes.length - from - length);
        return out;
    }

    private byte[] some(SplittableRandom random) {
        byte[] some = new byte[1 + random.nextInt(8)];
        for (int i = 0; i < some.length; i++) {
            some[i] = oneOf(random);
        }
        return some;
    }

    private byte oneOf(SplittableRandom random) {
        return tokens.length > 0 && random.nextInt(3) > 0 ? tokens[random.nextInt(tokens.length)] : (byte) random.nextInt(256);
    }

    private static byte[] flipped(byte[] bytes, SplittableRandom random) {
        if (bytes.length > 0) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return bytes;
    }

    private byte[] repeated(byte[] range, int count) {
        int most = Math.min(count, MAX_LENGTH / Math.max(1, range.length));
        byte[] out = new byte[range.length * most];
        for (int i = 0; i < most; i++) {
            System.arraycopy(range, 0, out, i * range.length, range.length);
        }
        return out;
    }

    /** The begin of one input and the end of another. */
    private byte[] spliced(byte[] bytes, int from, SplittableRandom random) {
        byte[] other = sample(random);
        int end = random.nextInt(other.length + 1);
        return replaced(bytes, from, bytes.length - from, Arrays.copyOfRange(other, end, other.length));
    }

    /** An integer of the network, big-endian, with a value at some limit. */
    private static byte[] withWord(byte[] bytes, SplittableRandom random) {
        int width = 1 << random.nextInt(4);
        if (bytes.length >= width) {
            byte[] word = ByteBuffer.allocate(8).putLong(WORDS[random.nextInt(WORDS.length)]).array();
            System.arraycopy(word, 8 - width, bytes, random.nextInt(bytes.length - width + 1), width);
        }
        return bytes;
    }

    /** The first decimal number at or behind an offset becomes another one. */
    private static byte[] withNumber(byte[] bytes, int from, SplittableRandom random) {
        int begin = from;
        while (begin < bytes.length && !isDigit(bytes[begin])) {
            begin++;
        }
        int end = begin;
        while (end < bytes.length && isDigit(bytes[end])) {
            end++;
        }
        byte[] number = NUMBERS[random.nextInt(NUMBERS.length)].getBytes(StandardCharsets.US_ASCII);
        return begin == end ? bytes : replaced(bytes, begin, end - begin, number);
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }
}
