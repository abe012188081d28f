package murder.delta;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import murder.hash.Sha256;

/**
 * The content of a release: path, kind, mode, length and SHA-256 of each file, sorted by the bytes
 * of the paths. Equal releases have equal manifests on all machines. Immutable.
 *
 * <pre>
 *   "murder manifest 1\n"
 *   count of entries
 *   each entry:  bytes that its path shares with the one before, bytes that follow, those bytes (UTF-8),
 *                kind: 0 file, 1 directory, 2 symbolic link;  mode, 0 to 0777
 *                file: length, 32 bytes SHA-256;   link: length of the target, the target (UTF-8)
 * </pre>
 *
 * <p>Numbers are LEB128. A release that is a single file has one entry, with an empty path.
 */
public final class Manifest {
    /** The kind of an entry. */
    public enum Kind {
        /** A regular file. */
        FILE,
        /** A directory. */
        DIRECTORY,
        /** A symbolic link. */
        SYMLINK
    }

    /** A file, directory or link of a release. */
    public static final class Entry {
        private final String path;
        private final Kind kind;
        private final int mode;
        private final long length;
        private final byte[] sha256;
        private final String target;

        Entry(String path, Kind kind, int mode, long length, byte[] sha256, String target) {
            this.path = path;
            this.kind = kind;
            this.mode = mode;
            this.length = length;
            this.sha256 = sha256;
            this.target = target;
        }

        /**
         * {@return the path below the release, with {@code /} between its elements; empty for the
         * release itself}
         */
        public String path() {
            return path;
        }

        /** Its path below a root. */
        Path at(Path root) {
            return path.isEmpty() ? root : root.resolve(path);
        }

        /** {@return the kind of the entry} */
        public Kind kind() {
            return kind;
        }

        /** {@return the permission bits, 0 to 0777; 0777 for a link} */
        public int mode() {
            return mode;
        }

        /** {@return bytes of content; 0 for other entries than files} */
        public long length() {
            return length;
        }

        /** {@return the text of a link; empty for other entries} */
        public String target() {
            return target;
        }

        /** Whether this content has that hash. */
        boolean hasSha256(byte[] other) {
            return Arrays.equals(sha256, other);
        }

        boolean isSameContent(Entry other) {
            return length == other.length && Arrays.equals(sha256, other.sha256);
        }

        /** As a key of maps. */
        ByteBuffer content() {
            return ByteBuffer.wrap(sha256);
        }
    }

    /** The most entries of a release. */
    public static final int MAX_ENTRIES = 1_000_000;
    /** The longest encoded manifest, in bytes. */
    public static final int MAX_BYTES = 1 << 27;
    static final int MAX_PATH_BYTES = 4096;
    private static final int MAX_NAME_BYTES = 255;
    private static final Selection ALL = file -> true;
    private static final byte[] MAGIC = "murder manifest 1\n".getBytes(StandardCharsets.US_ASCII);

    private final List<Entry> entries;
    private final byte[] bytes;
    private final long length;

    Manifest(List<Entry> entries) throws PatchException {
        this.entries = List.copyOf(entries);
        this.length = check();
        this.bytes = encode();
    }

    /**
     * Reads a release and hashes its files on all cores.
     *
     * @param root a file or a directory; a symbolic link is followed
     * @return its manifest
     * @throws IOException if something cannot be read, changes meanwhile, is neither file,
     *     directory nor link, or has a name that a manifest cannot hold
     * @throws InterruptedException if this thread is interrupted
     */
    public static Manifest of(Path root) throws IOException, InterruptedException {
        return of(root, ALL);
    }

    /**
     * Which files of a directory are in a release, and what their links become, for a release that
     * is packed from a source.
     */
    public interface Selection {
        /**
         * {@return whether the release has this file or directory} Nothing below a directory that
         * it does not have is looked at.
         *
         * @param file below the root
         * @throws IOException if no manifest can be made of it
         */
        boolean has(Path file) throws IOException;

        /**
         * {@return the target that a link gets} By default the one that it has.
         *
         * @param path of the link below the root, with {@code /} between its elements
         * @param target that it has now
         * @throws IOException if the release may have no such link
         */
        default String target(String path, String target) throws IOException {
            return target;
        }
    }

    /**
     * Like {@link #of(Path)}, for a part of a directory.
     *
     * @param root a file or a directory; a symbolic link is followed
     * @param selection the entries of the release
     * @return its manifest
     * @throws IOException as {@link #of(Path)}, and what the selection throws
     * @throws InterruptedException if this thread is interrupted
     */
    public static Manifest of(Path root, Selection selection) throws IOException, InterruptedException {
        return new Manifest(ReleaseScan.of(root, selection));
    }

    /**
     * {@return the files of this release that are the same in another one, for {@link Growth#copy}: a
     * bit for each file, in order, the lowest bit of a byte first}
     *
     * @param other the other release
     */
    public byte[] same(Manifest other) {
        Map<String, Entry> others = new HashMap<>(2 * other.entries.size());
        other.entries.forEach(entry -> others.put(entry.path, entry));
        BitSet same = new BitSet();
        int number = 0;
        for (Entry entry : entries) {
            if (entry.kind == Kind.FILE) {
                Entry there = others.get(entry.path);
                same.set(number++, there != null && there.kind == Kind.FILE && entry.isSameContent(there));
            }
        }
        return same.toByteArray();
    }

    /** {@return files, directories and links, sorted by the bytes of their paths} */
    public List<Entry> entries() {
        return entries;
    }

    /** {@return bytes of all files together} */
    public long length() {
        return length;
    }

    /**
     * {@return the paths of the files and directories of a release, without links}
     *
     * @param root of the release
     */
    public List<Path> contents(Path root) {
        List<Path> contents = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            if (entry.kind != Kind.SYMLINK) {
                contents.add(entry.at(root));
            }
        }
        return contents;
    }

    /** {@return whether the release is a file and no directory} */
    public boolean isFile() {
        return entries.size() == 1 && entries.get(0).path.isEmpty() && entries.get(0).kind == Kind.FILE;
    }

    /** {@return the encoded manifest} */
    public byte[] toBytes() {
        return bytes.clone();
    }

    /** {@return the SHA-256 of the encoded manifest: the name of the release's content} */
    public byte[] sha256() {
        return Sha256.newDigest().digest(bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Manifest manifest && Arrays.equals(bytes, manifest.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** The SHA-256 in hexadecimal digits. */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(sha256());
    }

    private byte[] encode() throws PatchException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(64 * entries.size() + MAGIC.length + 8);
        out.writeBytes(MAGIC);
        Varints.write(out, entries.size());
        byte[] before = new byte[0];
        for (Entry entry : entries) {
            byte[] path = entry.path.getBytes(StandardCharsets.UTF_8);
            int shared = Arrays.mismatch(before, path);
            shared = shared < 0 ? path.length : shared;
            Varints.write(out, shared);
            Varints.write(out, path.length - shared);
            out.write(path, shared, path.length - shared);
            before = path;
            out.write(entry.kind.ordinal());
            Varints.write(out, entry.mode);
            switch (entry.kind) {
                case FILE -> {
                    Varints.write(out, entry.length);
                    out.writeBytes(entry.sha256);
                }
                case SYMLINK -> {
                    byte[] target = entry.target.getBytes(StandardCharsets.UTF_8);
                    Varints.write(out, target.length);
                    out.writeBytes(target);
                }
                case DIRECTORY -> { }
            }
            if (out.size() > MAX_BYTES) {
                throw tooLarge("the manifest has more than " + MAX_BYTES + " bytes");
            }
        }
        return out.toByteArray();
    }

    /**
     * Reads an encoded manifest. No path of it leads out of the release, and nothing lies below a
     * file or a link.
     *
     * @param encoded all of it
     * @return the manifest
     * @throws PatchException if it breaks the format or its limits
     */
    public static Manifest read(byte[] encoded) throws PatchException {
        if (encoded.length > MAX_BYTES) {
            throw tooLarge("the manifest has " + encoded.length + " bytes, more than " + MAX_BYTES);
        }
        ByteBuffer in = ByteBuffer.wrap(encoded);
        byte[] magic = bytes(in, MAGIC.length);
        if (!Arrays.equals(magic, MAGIC)) {
            throw new PatchException(PatchException.Reason.VERSION, "this is no manifest of version 1");
        }
        int count = Varints.read(in, MAX_ENTRIES, "the number of entries");
        List<Entry> entries = new ArrayList<>(Math.min(count, in.remaining() / 5 + 1));
        byte[] path = new byte[0];
        for (int i = 0; i < count; i++) {
            int shared = Varints.read(in, path.length, "what a path shares with the one before");
            byte[] rest = bytes(in, Varints.read(in, MAX_PATH_BYTES - shared, "the length of a path"));
            path = Arrays.copyOf(path, shared + rest.length);
            System.arraycopy(rest, 0, path, shared, rest.length);
            entries.add(entry(in, text(path)));
        }
        if (in.hasRemaining()) {
            throw malformed(in.remaining() + " bytes follow the manifest");
        }
        Manifest manifest = new Manifest(entries);
        if (!Arrays.equals(manifest.bytes, encoded)) {
            throw malformed("the manifest is not written in the one way that is allowed");
        }
        return manifest;
    }

    private static Entry entry(ByteBuffer in, String path) throws PatchException {
        Kind[] kinds = Kind.values();
        Kind kind = kinds[Varints.read(in, kinds.length - 1, "the kind of " + path)];
        int mode = Varints.read(in, 0777, "the mode of " + path);
        return switch (kind) {
            case FILE -> new Entry(path, kind, mode, Varints.read(in), bytes(in, Sha256.LENGTH), "");
            case DIRECTORY -> new Entry(path, kind, mode, 0, new byte[0], "");
            case SYMLINK -> new Entry(path, kind, mode, 0, new byte[0],
                text(bytes(in, Varints.read(in, MAX_PATH_BYTES, "the length of a link's target"))));
        };
    }

    private static byte[] bytes(ByteBuffer in, int count) throws PatchException {
        if (count > in.remaining()) {
            throw new PatchException(PatchException.Reason.TRUNCATED, "the manifest ends too early");
        }
        byte[] bytes = new byte[count];
        in.get(bytes);
        return bytes;
    }

    private static String text(byte[] utf8) throws PatchException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
        } catch (CharacterCodingException e) {
            throw malformed("a name is no UTF-8");
        }
    }

    /** @return bytes of all files together */
    private long check() throws PatchException {
        if (entries.size() > MAX_ENTRIES) {
            throw tooLarge("the release has more than " + MAX_ENTRIES + " files, directories and links");
        }
        Map<String, Kind> kinds = new HashMap<>(2 * entries.size());
        byte[] before = null;
        long sum = 0;
        for (Entry entry : entries) {
            byte[] path = entry.path.getBytes(StandardCharsets.UTF_8);
            if (before != null && Arrays.compareUnsigned(before, path) >= 0) {
                throw malformed("the paths are not in order at '" + entry.path + "'");
            }
            before = path;
            if (!entry.path.isEmpty()) {
                checkPath(entry.path, path.length, kinds);
            } else if (entry.kind == Kind.SYMLINK || entry.kind == Kind.FILE && entries.size() > 1) {
                throw malformed("the release itself is one of several entries, and no directory");
            }
            if (entry.kind == Kind.SYMLINK && (entry.target.isEmpty() || entry.target.indexOf(0) >= 0 || entry.mode != 0777)) {
                throw malformed("the link '" + entry.path + "' leads nowhere");
            }
            kinds.put(entry.path, entry.kind);
            sum += entry.length;
            if (sum < 0) {
                throw tooLarge("the release has more than 2^63 bytes");
            }
        }
        return sum;
    }

    /**
     * Parents come before their entries, because their paths are shorter. So this sees every parent
     * first.
     */
    private static void checkPath(String path, int bytes, Map<String, Kind> kinds) throws PatchException {
        if (bytes > MAX_PATH_BYTES || path.indexOf(0) >= 0 || path.startsWith("/")) {
            throw malformed("'" + path + "' is absolute, too long or has a NUL");
        }
        int slash = path.lastIndexOf('/');
        String name = path.substring(slash + 1);
        if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('\\') >= 0
            || name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
            throw malformed("'" + path + "' does not end in a name");
        }
        if (kinds.get(slash < 0 ? "" : path.substring(0, slash)) != Kind.DIRECTORY) {
            throw malformed("'" + path + "' does not lie in a directory of the release");
        }
    }

    static PatchException malformed(String detail) {
        return new PatchException(PatchException.Reason.MALFORMED, detail);
    }

    static PatchException tooLarge(String detail) {
        return new PatchException(PatchException.Reason.TOO_LARGE, detail);
    }
}
