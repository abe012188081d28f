package murder.tools.host;

import java.nio.charset.StandardCharsets;

/**
 * A header of 512 bytes in the layout of POSIX.1-1988 (ustar) and GNU tar:
 *
 * <pre>
 *     0 name 100   100 mode 8   124 size 12   136 mtime 12   148 checksum 8   156 type   157 link name 100   257 magic 8   345 prefix 155
 * </pre>
 */
final class TarBlock {
    static final int LENGTH = 512;

    private static final int CHECKSUM = 148;
    private static final int CHECKSUM_LENGTH = 8;
    private static final int NAME_LENGTH = 100;
    private static final int MAGIC = 257;
    private static final int PREFIX = 345;
    private static final int PREFIX_LENGTH = 155;
    private static final String USTAR = "ustar\00000";
    private static final String GNU = "ustar  \0";
    private static final long LARGEST_OCTAL = (1L << 33) - 1;

    private final byte[] bytes;

    /** @param bytes exactly one block, which is used and not copied */
    TarBlock(byte[] bytes) {
        this.bytes = bytes;
    }

    boolean isZero() {
        for (byte b : bytes) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    /** @throws ArchiveException if this is no header */
    void check(long offset) throws ArchiveException {
        long sum = 0;
        for (int i = 0; i < LENGTH; i++) {
            sum += i >= CHECKSUM && i < CHECKSUM + CHECKSUM_LENGTH ? ' ' : bytes[i] & 0xff;
        }
        boolean hasMagic = text(MAGIC, 8).equals(USTAR) || text(MAGIC, 8).equals(GNU);
        if (!hasMagic || octal(CHECKSUM, CHECKSUM_LENGTH) != sum) {
            throw new ArchiveException("is no tar archive, or a broken one: no header at offset " + offset);
        }
    }

    char type() {
        return (char) (bytes[156] & 0xff);
    }

    String name() throws ArchiveException {
        String name = terminated(0, NAME_LENGTH);
        // The other format has other fields here.
        String prefix = text(MAGIC, 8).equals(USTAR) ? terminated(PREFIX, PREFIX_LENGTH) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    String link() {
        return terminated(157, NAME_LENGTH);
    }

    int mode() throws ArchiveException {
        return (int) octal(100, 8) & 07777;
    }

    long size() throws ArchiveException {
        return octal(124, 12);
    }

    /** Seconds since 1970; 0 for earlier times. */
    long mtime() throws ArchiveException {
        return (bytes[136] & 0xc0) == 0xc0 ? 0 : octal(136, 12);
    }

    /** Up to the first NUL. */
    private String terminated(int offset, int length) {
        String text = text(offset, length);
        int end = text.indexOf(0);
        return end < 0 ? text : text.substring(0, end);
    }

    private String text(int offset, int length) {
        return new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
    }

    /** A number of octal digits between spaces and a NUL, or GNU's binary one. */
    private long octal(int offset, int length) throws ArchiveException {
        if (bytes[offset] < 0) {
            return binary(offset, length);
        }
        String digits = terminated(offset, length).strip();
        long value = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = Character.digit(digits.charAt(i), 8);
            if (digit < 0) {
                throw new ArchiveException("is a broken tar archive: '" + digits + "' is no octal number");
            }
            value = value << 3 | digit;
        }
        return value;
    }

    private long binary(int offset, int length) throws ArchiveException {
        // The sign is in the second bit.
        long value = bytes[offset] & 0x7f;
        for (int i = 1; i < length; i++) {
            if (value >= 1L << 54) {
                throw new ArchiveException("is a broken tar archive: a number that is too large");
            }
            value = value << 8 | bytes[offset + i] & 0xff;
        }
        return value;
    }

    /**
     * The header of a member in GNU's format; a long name or link is cut, and an earlier entry has
     * it in full.
     */
    static byte[] of(char type, String name, String link, int mode, long size, long mtime) {
        byte[] block = new byte[LENGTH];
        put(block, 0, NAME_LENGTH, name);
        put(block, 100, 8, digits(mode, 7));
        put(block, 108, 8, digits(0, 7));
        put(block, 116, 8, digits(0, 7));
        number(block, 124, size);
        number(block, 136, mtime);
        put(block, CHECKSUM, CHECKSUM_LENGTH, " ".repeat(CHECKSUM_LENGTH));
        block[156] = (byte) type;
        put(block, 157, NAME_LENGTH, link);
        put(block, MAGIC, 8, GNU);
        int sum = 0;
        for (byte b : block) {
            sum += b & 0xff;
        }
        put(block, CHECKSUM, CHECKSUM_LENGTH, digits(sum, 6) + "\0 ");
        return block;
    }

    private static void number(byte[] block, int offset, long value) {
        if (value <= LARGEST_OCTAL) {
            put(block, offset, 12, digits(value, 11));
            return;
        }
        for (int i = 0; i < 8; i++) {
            block[offset + 11 - i] = (byte) (value >>> 8 * i);
        }
        block[offset] = (byte) 0x80;
    }

    private static String digits(long value, int count) {
        String text = Long.toOctalString(value);
        return "0".repeat(count - text.length()) + text;
    }

    private static void put(byte[] block, int offset, int length, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(bytes, 0, block, offset, Math.min(length, bytes.length));
    }

    static boolean fits(String name) {
        return name.length() <= NAME_LENGTH;
    }
}
