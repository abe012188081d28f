package murder.tools.host;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Archives made by hand, valid and hostile: the test sets each field, without TarBlock. */
final class TarBytes {
    static final String USTAR = "ustar\00000";
    static final String GNU = "ustar  \0";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private String magic = USTAR;
    private String prefix = "";

    TarBytes magic(String newMagic) {
        magic = newMagic;
        return this;
    }

    TarBytes prefix(String newPrefix) {
        prefix = newPrefix;
        return this;
    }

    TarBytes file(String name, String content) {
        return member('0', name, "", "0000644", content);
    }

    TarBytes directory(String name) {
        return member('5', name, "", "0000755", "");
    }

    TarBytes symlink(String name, String target) {
        return member('2', name, target, "0000777", "");
    }

    TarBytes hardLink(String name, String target) {
        return member('1', name, target, "0000644", "");
    }

    TarBytes member(char type, String name, String link, String mode, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.ISO_8859_1);
        String size = Integer.toOctalString(bytes.length);
        return header(type, name, link, mode, "0".repeat(11 - size.length()) + size).raw(bytes).raw(new byte[-bytes.length & 511]);
    }

    /** A header alone. */
    TarBytes header(char type, String name, String link, String mode, String size) {
        byte[] block = new byte[512];
        put(block, 0, name);
        put(block, 100, mode);
        put(block, 108, "0001750");
        put(block, 116, "0001750");
        put(block, 124, size);
        put(block, 136, "00000000017");
        put(block, 148, "        ");
        block[156] = (byte) type;
        put(block, 157, link);
        put(block, 257, magic);
        put(block, 265, "someone");
        put(block, 345, prefix);
        int sum = 0;
        for (byte b : block) {
            sum += b & 0xff;
        }
        put(block, 148, String.format("%06o", sum) + "\0 ");
        prefix = "";
        return raw(block);
    }

    /** An extended header with records of KEY=VALUE. */
    TarBytes pax(char type, String... records) {
        StringBuilder text = new StringBuilder();
        for (String record : records) {
            int length = record.length() + 2;
            while (length != record.length() + 2 + Integer.toString(length).length()) {
                length = record.length() + 2 + Integer.toString(length).length();
            }
            text.append(length).append(' ').append(record).append('\n');
        }
        return member(type, "PaxHeader", "", "0000644", text.toString());
    }

    TarBytes raw(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    private static void put(byte[] block, int offset, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(bytes, 0, block, offset, bytes.length);
    }

    byte[] unended() {
        return out.toByteArray();
    }

    byte[] bytes() {
        return raw(new byte[1024]).unended();
    }

    void writeTgz(Path file) throws IOException {
        try (OutputStream gzip = new GZIPOutputStream(Files.newOutputStream(file))) {
            gzip.write(bytes());
        }
    }

    /** The members that pass the sieve. */
    static byte[] sieved(byte[] archive, long mtime) throws IOException {
        ByteArrayOutputStream passed = new ByteArrayOutputStream();
        new TarSieve(new TarReader(new ByteArrayInputStream(archive)), passed, mtime, SymbolicLinks.INSIDE).run();
        return passed.toByteArray();
    }
}
