package murder.metainfo;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import murder.bencode.BencodeDictionary;
import murder.bencode.BencodeException;
import murder.bencode.BencodeInteger;
import murder.bencode.BencodeList;
import murder.bencode.BencodeReader;
import murder.bencode.BencodeString;
import murder.bencode.BencodeValue;
import murder.bencode.Leniency;
import murder.bencode.Limits;
import murder.hash.Sha1;
import murder.hash.Sha256;

/** Turns bencode into a {@link Metainfo}, or names the wrong field. */
final class MetainfoParser {
    /** In {@code info}; see {@link Metainfo}. */
    static final String SHA256_KEY = "pieces sha256";
    /** In {@code info}; see {@link TreeModes}. */
    static final String MODES_KEY = "tree modes";
    /** In {@code info}; see {@link Metainfo#attachment}. */
    static final String ATTACHMENT_KEY = "attachment";
    /** Outside of {@code info}; see {@link ReleaseSignature}. */
    static final String RELEASE_KEY = "release signature";
    /** A file costs about ten tokens, so some 400,000 files. */
    static final int MAX_TOKENS = 4_000_000;
    /**
     * A file with many tiny values takes about 100 bytes of memory for each. This limit leaves room
     * for the rest of the program.
     */
    private static final int HEAP_PER_TOKEN = 160;
    private static final Limits LIMITS = limits(Runtime.getRuntime().maxMemory());

    /**
     * No file may use up the heap while it is read.
     *
     * @param heapBytes the heap limit of this Java
     */
    static Limits limits(long heapBytes) {
        return new Limits(Metainfo.MAX_BYTES, 100, (int) Math.max(1, Math.min(MAX_TOKENS, heapBytes / HEAP_PER_TOKEN)));
    }

    private MetainfoParser() {}

    static Metainfo parse(byte[] torrent) throws MetainfoException {
        BencodeDictionary root = read(torrent, "", EnumSet.of(Leniency.UNSORTED_KEYS, Leniency.TRAILING_BYTES));
        BencodeDictionary info = required(root, "", "info", BencodeDictionary.class);
        byte[] rawInfo = Arrays.copyOfRange(torrent, info.start(), info.end());
        return parseInfo(info, rawInfo, parseOuter(root));
    }

    /**
     * Takes the array as its own. Refuses bytes after the dictionary, because they would be part of
     * the hash.
     */
    static Metainfo parseInfo(byte[] rawInfo, TorrentFields outer) throws MetainfoException {
        return parseInfo(read(rawInfo, "info", EnumSet.of(Leniency.UNSORTED_KEYS)), rawInfo, outer);
    }

    /** Of an info dictionary that was read before. Other programs may have anything under this key. */
    static byte[] attachment(byte[] rawInfo) {
        try {
            BencodeDictionary info = read(rawInfo, "info", EnumSet.of(Leniency.UNSORTED_KEYS));
            return info.get(ATTACHMENT_KEY) instanceof BencodeString found ? found.bytes() : new byte[0];
        } catch (MetainfoException e) {
            throw new IllegalStateException("the info dictionary could be read before", e);
        }
    }

    private static BencodeDictionary read(byte[] in, String field, Set<Leniency> leniencies) throws MetainfoException {
        BencodeReader reader = new BencodeReader(in, 0, in.length, LIMITS, leniencies);
        try {
            BencodeDictionary root = reader.next().asDictionary();
            reader.finish();
            return root;
        } catch (BencodeException e) {
            throw new MetainfoException(field, "not a torrent: " + e.getMessage(), e);
        }
    }

    private static Metainfo parseInfo(BencodeDictionary info, byte[] rawInfo, TorrentFields outer) throws MetainfoException {
        if (!info.has("pieces") && (info.has("meta version") || info.has("file tree"))) {
            throw new MetainfoException("info.meta version", "a torrent of version 2 only (BEP 52); make one of version 1 or a hybrid");
        }
        String name = name(info);
        int pieceLength = pieceLength(info);
        boolean hasFiles = info.has("files");
        if (hasFiles && info.has("length")) {
            throw new MetainfoException("info.files", "a torrent has either files or a length, not both");
        }
        List<FileEntry> files = hasFiles ? files(required(info, "info.", "files", BencodeList.class)) : List.of(singleFile(info, name));
        FileEntry last = files.get(files.size() - 1);
        PieceLayout layout = layout(last.offset() + last.length(), pieceLength);
        PieceHashes sha1 = hashes(info, "pieces", Sha1.LENGTH, layout, rawInfo);
        PieceHashes sha256 = info.has(SHA256_KEY) ? hashes(info, SHA256_KEY, Sha256.LENGTH, layout, rawInfo) : null;
        BencodeInteger isPrivate = optional(info, "info.", "private", BencodeInteger.class);
        TreeModes modes = hasFiles ? modes(info, files) : null;
        return new Metainfo(rawInfo, name, layout, sha1, sha256, !hasFiles, files, isPrivate != null && isPrivate.value() == 1, modes,
            outer);
    }

    /** Null if there are none. */
    private static TreeModes modes(BencodeDictionary info, List<FileEntry> files) throws MetainfoException {
        BencodeDictionary modes = optional(info, "info.", MODES_KEY, BencodeDictionary.class);
        if (modes == null) {
            return null;
        }
        String prefix = "info." + MODES_KEY + ".";
        byte[] ofFiles = required(modes, prefix, "files", BencodeString.class).bytes();
        if (ofFiles.length != TreeModes.BYTES * files.size()) {
            throw new MetainfoException(prefix + "files", ofFiles.length + " bytes for " + files.size() + " files");
        }
        Set<List<String>> places = new HashSet<>();
        for (int i = 0; i < files.size(); i++) {
            mode((ofFiles[TreeModes.BYTES * i] & 0xff) << Byte.SIZE | ofFiles[TreeModes.BYTES * i + 1] & 0xff, prefix + "files");
            places.add(files.get(i).path());
        }
        List<TreeModes.Directory> directories = new ArrayList<>();
        for (BencodeValue value : required(modes, prefix, "directories", BencodeList.class)) {
            String field = prefix + "directories[" + directories.size() + "]";
            BencodeDictionary directory = typed(value, field, BencodeDictionary.class);
            BencodeList elements = required(directory, field + ".", "path", BencodeList.class);
            List<String> path = elements.size() == 0 ? List.of() : path(elements, field + ".path");
            for (int i = 1; i <= path.size(); i++) {
                if (places.contains(path.subList(0, i))) {
                    throw new MetainfoException(field + ".path", path + " is below a file or a link, or is one");
                }
            }
            directories.add(new TreeModes.Directory(path,
                mode(required(directory, field + ".", "mode", BencodeInteger.class).value(), field + ".mode")));
        }
        return new TreeModes(ofFiles, directories);
    }

    private static int mode(long mode, String field) throws MetainfoException {
        if (mode < 0 || mode > TreeModes.MASK) {
            throw new MetainfoException(field, mode + " are no permission bits");
        }
        return (int) mode;
    }

    private static PieceHashes hashes(BencodeDictionary info, String key, int hashLength, PieceLayout layout, byte[] rawInfo)
            throws MetainfoException {
        BencodeString hashes = required(info, "info.", key, BencodeString.class);
        long expected = (long) layout.pieceCount() * hashLength;
        if (hashes.length() != expected) {
            throw new MetainfoException("info." + key, hashes.length() + " bytes of hashes, but " + layout.length()
                + " bytes in pieces of " + layout.pieceLength() + " need " + expected);
        }
        return new PieceHashes(rawInfo, hashes.end() - info.start() - hashes.length(), hashLength);
    }

    private static String name(BencodeDictionary info) throws MetainfoException {
        String key = utf8Key(info, "name");
        return element(required(info, "info.", key, BencodeString.class), "info." + key);
    }

    private static int pieceLength(BencodeDictionary info) throws MetainfoException {
        long pieceLength = required(info, "info.", "piece length", BencodeInteger.class).value();
        if (pieceLength < PieceLength.MIN_ACCEPTED || pieceLength > PieceLength.MAX_ACCEPTED) {
            throw new MetainfoException("info.piece length",
                pieceLength + " is not within " + PieceLength.MIN_ACCEPTED + " to " + PieceLength.MAX_ACCEPTED + " bytes");
        }
        return (int) pieceLength;
    }

    private static PieceLayout layout(long length, int pieceLength) throws MetainfoException {
        if (PieceLayout.countPieces(length, pieceLength) > Metainfo.MAX_PIECES) {
            throw new MetainfoException("info.piece length",
                length + " bytes in pieces of " + pieceLength + " are more than " + Metainfo.MAX_PIECES + " pieces");
        }
        return new PieceLayout(length, pieceLength);
    }

    private static FileEntry singleFile(BencodeDictionary info, String name) throws MetainfoException {
        Attributes attributes = Attributes.of(info, "info.");
        if (attributes.symlink || attributes.pad) {
            throw new MetainfoException("info.attr", "the only file cannot be a symlink or a pad file");
        }
        long length = length(required(info, "info.", "length", BencodeInteger.class), "info.length");
        return new FileEntry(List.of(name), 0, length, false, attributes.executable, attributes.hidden, List.of());
    }

    private static List<FileEntry> files(BencodeList list) throws MetainfoException {
        if (list.size() == 0) {
            throw new MetainfoException("info.files", "no files");
        }
        List<FileEntry> files = new ArrayList<>(list.size());
        long offset = 0;
        for (BencodeValue value : list) {
            String field = "info.files[" + files.size() + "]";
            FileEntry file = file(typed(value, field, BencodeDictionary.class), field + ".", offset);
            if (file.length() > Long.MAX_VALUE - offset) {
                throw new MetainfoException(field + ".length", "the files together are longer than 64 bits can say");
            }
            offset += file.length();
            files.add(file);
        }
        int conflict = PathRules.conflict(files);
        if (conflict >= 0) {
            throw new MetainfoException("info.files[" + conflict + "].path",
                files.get(conflict).path() + " is there twice, or is a file and a folder at once");
        }
        return files;
    }

    private static FileEntry file(BencodeDictionary file, String field, long offset) throws MetainfoException {
        Attributes attributes = Attributes.of(file, field);
        if (attributes.symlink && attributes.pad) {
            throw new MetainfoException(field + "attr", "a pad file cannot be a symlink");
        }
        long length;
        List<String> target = List.of();
        if (attributes.symlink) {
            target = path(required(file, field, "symlink path", BencodeList.class), field + "symlink path");
            BencodeInteger stated = optional(file, field, "length", BencodeInteger.class);
            length = stated == null ? 0 : stated.value();
            if (length != 0) {
                throw new MetainfoException(field + "length", "a symlink has no bytes of its own, not " + length);
            }
        } else {
            length = length(required(file, field, "length", BencodeInteger.class), field + "length");
        }
        String pathKey = utf8Key(file, "path");
        List<String> path = attributes.pad && !file.has(pathKey)
            ? List.of(".pad", Long.toString(length)) // BEP 47 leaves the name of pad files open
            : path(required(file, field, pathKey, BencodeList.class), field + pathKey);
        return new FileEntry(path, offset, length, attributes.pad, attributes.executable, attributes.hidden, target);
    }

    private static long length(BencodeInteger length, String field) throws MetainfoException {
        if (length.value() < 0) {
            throw new MetainfoException(field, "negative length " + length.value());
        }
        return length.value();
    }

    private static List<String> path(BencodeList list, String field) throws MetainfoException {
        if (list.size() == 0) {
            throw new MetainfoException(field, "an empty path");
        }
        List<String> path = new ArrayList<>(Math.min(list.size(), PathRules.MAX_PATH_BYTES));
        for (BencodeValue value : list) {
            String elementField = field + "[" + path.size() + "]";
            path.add(element(typed(value, elementField, BencodeString.class), elementField));
        }
        String problem = PathRules.problemOfLength(path);
        if (problem != null) {
            throw new MetainfoException(field, problem);
        }
        return path;
    }

    private static String element(BencodeString value, String field) throws MetainfoException {
        String element;
        try {
            element = value.utf8();
        } catch (BencodeException e) {
            throw new MetainfoException(field, "not UTF-8: " + value, e);
        }
        String problem = PathRules.problemOf(element);
        if (problem != null) {
            throw new MetainfoException(field, problem);
        }
        return element;
    }

    /** Old programs wrote a name in the encoding of their system and, beside it, in UTF-8. */
    private static String utf8Key(BencodeDictionary dictionary, String key) {
        return dictionary.has(key + ".utf-8") ? key + ".utf-8" : key;
    }

    private static TorrentFields parseOuter(BencodeDictionary root) throws MetainfoException {
        BencodeInteger seconds = optional(root, "", "creation date", BencodeInteger.class);
        Instant creationDate;
        try {
            creationDate = seconds == null ? null : Instant.ofEpochSecond(seconds.value());
        } catch (DateTimeException e) {
            throw new MetainfoException("creation date", seconds.value() + " is no time", e);
        }
        return new TorrentFields(trackers(root), webSeeds(root), text(root, "comment"), text(root, "created by"), creationDate,
            release(root));
    }

    /** Null if there is none. */
    private static ReleaseSignature release(BencodeDictionary root) throws MetainfoException {
        BencodeDictionary release = optional(root, "", RELEASE_KEY, BencodeDictionary.class);
        if (release == null) {
            return null;
        }
        String prefix = RELEASE_KEY + ".";
        long made = required(release, prefix, "made", BencodeInteger.class).value();
        long until = required(release, prefix, "until", BencodeInteger.class).value();
        long serial = required(release, prefix, "serial", BencodeInteger.class).value();
        BencodeString tag = required(release, prefix, "tag", BencodeString.class);
        BencodeString signature = required(release, prefix, "signature", BencodeString.class);
        try {
            return new ReleaseSignature(new ReleaseTerms(tag.utf8(), Instant.ofEpochSecond(made), Instant.ofEpochSecond(until), serial),
                signature.utf8());
        } catch (BencodeException | DateTimeException | IllegalArgumentException e) {
            throw new MetainfoException(RELEASE_KEY, e.getMessage(), e);
        }
    }

    private static List<List<String>> trackers(BencodeDictionary root) throws MetainfoException {
        List<List<String>> tiers = new ArrayList<>();
        BencodeList list = optional(root, "", "announce-list", BencodeList.class);
        if (list != null) {
            for (int i = 0; i < list.size(); i++) {
                String field = "announce-list[" + i + "]";
                // Some programs write URLs where BEP 12 requires tiers of URLs.
                List<String> tier = list.get(i) instanceof BencodeString url
                    ? url(url, field)
                    : urls(typed(list.get(i), field, BencodeList.class).values(), field);
                if (!tier.isEmpty()) {
                    tiers.add(tier);
                }
            }
        }
        BencodeString announce = optional(root, "", "announce", BencodeString.class);
        if (tiers.isEmpty() && announce != null) {
            tiers.add(url(announce, "announce"));
        }
        return tiers;
    }

    private static List<String> webSeeds(BencodeDictionary root) throws MetainfoException {
        BencodeValue value = root.get("url-list");
        if (value == null) {
            return List.of();
        }
        return value instanceof BencodeString url
            ? url(url, "url-list")
            : urls(typed(value, "url-list", BencodeList.class).values(), "url-list");
    }

    private static List<String> urls(List<BencodeValue> values, String field) throws MetainfoException {
        List<String> urls = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            String urlField = field + "[" + i + "]";
            urls.addAll(url(typed(values.get(i), urlField, BencodeString.class), urlField));
        }
        return urls;
    }

    /** One URL, or none: programs write an empty string for none. */
    private static List<String> url(BencodeString url, String field) throws MetainfoException {
        try {
            return url.length() == 0 ? List.of() : List.of(url.utf8());
        } catch (BencodeException e) {
            throw new MetainfoException(field, "not UTF-8: " + url, e);
        }
    }

    private static String text(BencodeDictionary root, String key) throws MetainfoException {
        BencodeString value = optional(root, "", key, BencodeString.class);
        return value == null ? "" : value.text();
    }

    private static <T extends BencodeValue> T required(BencodeDictionary from, String prefix, String key, Class<T> type)
            throws MetainfoException {
        T value = optional(from, prefix, key, type);
        if (value == null) {
            throw new MetainfoException(prefix + key, "missing");
        }
        return value;
    }

    /** Null if the key is absent. */
    private static <T extends BencodeValue> T optional(BencodeDictionary from, String prefix, String key, Class<T> type)
            throws MetainfoException {
        BencodeValue value = from.get(key);
        return value == null ? null : typed(value, prefix + key, type);
    }

    private static <T extends BencodeValue> T typed(BencodeValue value, String field, Class<T> type) throws MetainfoException {
        if (!type.isInstance(value)) {
            throw new MetainfoException(field, "should be of type " + typeName(type) + ", not " + typeName(value.getClass()));
        }
        return type.cast(value);
    }

    private static String typeName(Class<? extends BencodeValue> type) {
        return type.getSimpleName().substring("Bencode".length()).toLowerCase(Locale.ROOT);
    }

    /** The letters of {@code attr} (BEP 47); unknown ones are ignored. */
    private record Attributes(boolean pad, boolean executable, boolean hidden, boolean symlink) {
        static Attributes of(BencodeDictionary file, String prefix) throws MetainfoException {
            String attr = text(optional(file, prefix, "attr", BencodeString.class));
            return new Attributes(attr.indexOf('p') >= 0, attr.indexOf('x') >= 0, attr.indexOf('h') >= 0, attr.indexOf('l') >= 0);
        }

        private static String text(BencodeString value) {
            return value == null ? "" : value.text();
        }
    }
}
