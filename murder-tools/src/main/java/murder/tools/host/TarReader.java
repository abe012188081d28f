package murder.tools.host;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Reads the members of an archive one after the other: ustar, pax (POSIX.1-2001) and GNU's long
 * names. It refuses unknown parts and does not skip them, because another reader might interpret
 * them.
 */
final class TarReader {
    /** Longest extended header; names are at most PATH_MAX. */
    private static final int MAX_EXTENSION = 1 << 20;

    private final InputStream in;
    private final byte[] buffer = new byte[64 * 1024];
    private long offset;
    private String longName;
    private String longLink;
    private long longSize;
    private TarBlock block;
    private char type;
    private String name;
    private String link;
    private long size;

    TarReader(InputStream in) {
        this.in = in;
    }

    /** Reads the next member. {@link #content} then reads its content. Returns false at the end. */
    boolean next() throws IOException {
        longName = null;
        longLink = null;
        longSize = -1;
        while (true) {
            byte[] bytes = new byte[TarBlock.LENGTH];
            readFully(bytes, bytes.length);
            block = new TarBlock(bytes);
            if (block.isZero()) {
                if (longName != null || longLink != null || longSize >= 0) {
                    throw new ArchiveException("is a broken tar archive: it ends after an extended header");
                }
                return false;
            }
            block.check(offset - TarBlock.LENGTH);
            type = block.type();
            switch (type) {
                case 'L' -> longName = text(extension());
                case 'K' -> longLink = text(extension());
                case 'x' -> extend(extension(), true);
                case 'g' -> extend(extension(), false);
                default -> {
                    name = longName == null ? block.name() : longName;
                    link = longLink == null ? block.link() : longLink;
                    size = longSize < 0 ? block.size() : longSize;
                    return true;
                }
            }
        }
    }

    char type() {
        return type;
    }

    /** Unchanged from the archive; each char is one byte. */
    String name() {
        return name;
    }

    String link() {
        return link;
    }

    long size() {
        return size;
    }

    int mode() throws ArchiveException {
        return block.mode();
    }

    long mtime() throws ArchiveException {
        return block.mtime();
    }

    /** Copies the member's content and skips the padding after it. */
    void content(OutputStream out) throws IOException {
        long left = size;
        while (left > 0) {
            int n = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (n < 0) {
                throw new EOFException("is cut short, in the middle of " + name);
            }
            out.write(buffer, 0, n);
            left -= n;
            offset += n;
        }
        skipPadding(size);
        out.write(new byte[padding(size)]);
    }

    static int padding(long size) {
        return (int) (-size & TarBlock.LENGTH - 1);
    }

    private void skipPadding(long length) throws IOException {
        readFully(buffer, padding(length));
    }

    private byte[] extension() throws IOException {
        long length = block.size();
        if (length > MAX_EXTENSION) {
            throw new ArchiveException("has an extended header of " + length + " bytes, more than " + MAX_EXTENSION);
        }
        byte[] bytes = new byte[(int) length];
        readFully(bytes, bytes.length);
        skipPadding(length);
        return bytes;
    }

    private void readFully(byte[] bytes, int length) throws IOException {
        int n = in.readNBytes(bytes, 0, length);
        offset += n;
        if (n < length) {
            throw new EOFException("is cut short at offset " + offset);
        }
    }

    private static String text(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        return text.endsWith("\0") ? text.substring(0, text.length() - 1) : text;
    }

    /** Records of {@code LENGTH KEY=VALUE\n}, where the length counts itself. */
    private void extend(byte[] bytes, boolean ofMember) throws ArchiveException {
        String all = new String(bytes, StandardCharsets.ISO_8859_1);
        int at = 0;
        while (at < all.length()) {
            int space = all.indexOf(' ', at);
            int length = space < 0 ? -1 : (int) decimal(all.substring(at, space), MAX_EXTENSION);
            int end = at + length;
            int equals = space < 0 ? -1 : all.indexOf('=', space);
            if (length < 0 || end > all.length() || equals < 0 || equals >= end || all.charAt(end - 1) != '\n') {
                throw new ArchiveException("is a broken tar archive: an extended header cannot be read");
            }
            keyword(all.substring(space + 1, equals), all.substring(equals + 1, end - 1), ofMember);
            at = end;
        }
    }

    private void keyword(String key, String value, boolean ofMember) throws ArchiveException {
        switch (key) {
            case "atime", "ctime", "mtime", "uid", "gid", "uname", "gname", "comment" -> { }
            case "path", "linkpath", "size" -> {
                if (!ofMember) {
                    throw new ArchiveException("has a " + key + " for all members at once");
                }
                if (key.equals("path")) {
                    longName = value;
                } else if (key.equals("linkpath")) {
                    longLink = value;
                } else {
                    longSize = decimal(value, Long.MAX_VALUE);
                }
            }
            default -> {
                // Attributes of files that are not restored. All other keys may change what a
                // member is (GNU.sparse does).
                if (!key.startsWith("SCHILY.") && !key.startsWith("LIBARCHIVE.")) {
                    throw new ArchiveException("has an extended header '" + key + "', which is not supported");
                }
            }
        }
    }

    private static long decimal(String text, long most) throws ArchiveException {
        long value;
        try {
            value = Long.parseLong(text);
        } catch (NumberFormatException e) {
            value = -1;
        }
        if (value < 0 || value > most || text.startsWith("+")) {
            throw new ArchiveException("is a broken tar archive: '" + text + "' is no valid number in this place");
        }
        return value;
    }
}
