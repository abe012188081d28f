package murder.metainfo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import murder.bencode.BencodeWriter;
import murder.hash.Sha1;
import murder.hash.Sha256;

/**
 * The content of a .torrent file (BEP 3): immutable, checked. It keeps the raw bytes of
 * {@code info}, from which the info-hash comes, and never re-encodes them.
 *
 * <p>It reads torrents of version 1, with one file or many, and the version 1 half of hybrids. It
 * refuses torrents of version 2 only (BEP 52). It forgives harmless faults of real programs
 * (unsorted keys, bytes after the end). It refuses everything with two readings: double keys, names
 * that lead elsewhere, numbers that contradict each other.
 *
 * <p>The dictionary {@code info} may have a key {@code pieces sha256} of this project. Its value is
 * a string with the SHA-256 of each piece, 32 bytes each, in the order of {@code pieces}. Each
 * covers the same bytes as the SHA-1 of the piece. If the key is present, only these hashes decide
 * whether a piece is right. Other programs ignore the key, but it is part of the info-hash.
 */
public final class Metainfo {
    /**
     * Longest .torrent or {@code info} that is read, in bytes: the hashes of {@link #MAX_PIECES}
     * pieces and as much again for names.
     */
    public static final int MAX_BYTES = 64 * 1024 * 1024;
    /**
     * The most pieces that a torrent may have. Their bitfield is 256 KiB, well inside a frame of
     * the wire.
     */
    public static final int MAX_PIECES = 1 << 21;

    private final InfoHash infoHash;
    private final byte[] rawInfo;
    private final String name;
    private final PieceLayout layout;
    private final PieceHashes sha1;
    /** Null if the torrent has none. */
    private final PieceHashes sha256;
    private final boolean singleFile;
    private final List<FileEntry> files;
    private final boolean isPrivate;
    /** Null if the torrent has none. */
    private final TreeModes modes;
    private final TorrentFields outer;

    /** Takes the array as its own. @param sha256 null if the torrent has none */
    Metainfo(byte[] rawInfo, String name, PieceLayout layout, PieceHashes sha1, PieceHashes sha256, boolean singleFile,
             List<FileEntry> files, boolean isPrivate, TreeModes modes, TorrentFields outer) {
        this.infoHash = InfoHash.ofInfo(rawInfo);
        this.rawInfo = rawInfo;
        this.name = name;
        this.layout = layout;
        this.sha1 = sha1;
        this.sha256 = sha256;
        this.singleFile = singleFile;
        this.files = List.copyOf(files);
        this.isPrivate = isPrivate;
        this.modes = modes;
        this.outer = outer;
    }

    /**
     * Reads a .torrent file.
     *
     * @param torrent the file
     * @return its content
     * @throws IOException if it cannot be read
     * @throws MetainfoException if it is no torrent, longer than {@link #MAX_BYTES}, dangerous or
     *     of a kind that is not supported
     */
    public static Metainfo read(Path torrent) throws IOException, MetainfoException {
        try (InputStream in = Files.newInputStream(torrent)) {
            return parse(in.readNBytes(MAX_BYTES + 1));
        }
    }

    /**
     * Reads the bytes of a .torrent file.
     *
     * @param torrent all bytes of the file
     * @return their content
     * @throws MetainfoException as {@link #read}
     */
    public static Metainfo parse(byte[] torrent) throws MetainfoException {
        return MetainfoParser.parse(torrent);
    }

    /**
     * Reads the bytes of an {@code info} dictionary that came from peers (BEP 9). Compare {@link
     * InfoHash#ofInfo} first.
     *
     * @param rawInfo exactly the dictionary
     * @param trackers announce URLs by tiers, from wherever the info-hash came
     * @return the torrent
     * @throws MetainfoException as {@link #read}
     */
    public static Metainfo ofInfo(byte[] rawInfo, List<List<String>> trackers) throws MetainfoException {
        return MetainfoParser.parseInfo(rawInfo.clone(), TorrentFields.ofTrackers(trackers));
    }

    /** {@return the info-hash, which names the swarm} */
    public InfoHash infoHash() {
        return infoHash;
    }

    /** {@return the SHA-256 of the raw info dictionary} Hashes it at each call. */
    public InfoSha256 infoSha256() {
        return InfoSha256.ofInfo(rawInfo);
    }

    /** {@return a copy of the raw bytes of the {@code info} dictionary, as BEP 9 sends them} */
    public byte[] rawInfo() {
        return rawInfo.clone();
    }

    /** {@return the name of the file or directory; one checked path element} */
    public String name() {
        return name;
    }

    /** {@return the division of the payload into pieces} */
    public PieceLayout layout() {
        return layout;
    }

    /**
     * {@return whether the torrent is one file named {@link #name()}, and not a directory of that
     * name}
     */
    public boolean isSingleFile() {
        return singleFile;
    }

    /** {@return the files in payload order} */
    public List<FileEntry> files() {
        return files;
    }

    /**
     * {@return announce URLs by tiers (BEP 12), none of them empty} Empty if the torrent names no
     * tracker.
     */
    public List<List<String>> trackers() {
        return outer.trackers();
    }

    /** {@return URLs of web seeds (BEP 19), as written} */
    public List<String> webSeeds() {
        return outer.webSeeds();
    }

    /** {@return whether only the named trackers may be asked for peers (BEP 27)} */
    public boolean isPrivate() {
        return isPrivate;
    }

    /**
     * {@return permission bits and empty directories} Empty if the torrent does not say them, as
     * most do not.
     */
    public Optional<TreeModes> modes() {
        return Optional.ofNullable(modes);
    }

    /**
     * {@return bytes in the info dictionary for the program that uses the torrent, unchecked} Empty
     * for none. Hosts have them before the payload. Reads the dictionary at each call.
     */
    public byte[] attachment() {
        return MetainfoParser.attachment(rawInfo);
    }

    /**
     * {@return free text, unchecked: it may hold anything, also control sequences of terminals}
     * Empty for none.
     */
    public String comment() {
        return outer.comment();
    }

    /** {@return the program that made the torrent, unchecked text} Empty for unknown. */
    public String createdBy() {
        return outer.createdBy();
    }

    /** {@return when the torrent was made, to the second} Empty for unknown. */
    public Optional<Instant> creationDate() {
        return Optional.ofNullable(outer.creationDate());
    }

    /** {@return the signature of the release, not verified} Empty if the torrent is not signed. */
    public Optional<ReleaseSignature> releaseSignature() {
        return Optional.ofNullable(outer.release());
    }

    /**
     * {@return the same torrent with another signature}
     *
     * @param signature not null
     */
    public Metainfo withReleaseSignature(ReleaseSignature signature) {
        return new Metainfo(rawInfo, name, layout, sha1, sha256, singleFile, files, isPrivate, modes, outer.with(signature));
    }

    /**
     * {@return a copy of the 20-byte SHA-1 that the torrent names for a piece}
     *
     * @param piece index from 0
     */
    public byte[] pieceHash(int piece) {
        return sha1.hash(piece);
    }

    /**
     * {@return whether the torrent has a SHA-256 of each piece ({@code pieces sha256})} Then two
     * payloads cannot have the same torrent, as they can with SHA-1 alone.
     */
    public boolean hasSha256() {
        return sha256 != null;
    }

    /**
     * {@return a new digest for pieces: SHA-256 if the torrent has it, else SHA-1} It makes the
     * hashes that {@link #isPieceHash} takes.
     */
    public MessageDigest newPieceDigest() {
        return sha256 == null ? Sha1.newDigest() : Sha256.newDigest();
    }

    /**
     * {@return whether a hash is right for this piece} If the torrent has SHA-256, a SHA-1 is never
     * right.
     *
     * @param piece index from 0
     * @param hash of {@link #newPieceDigest()}
     */
    public boolean isPieceHash(int piece, byte[] hash) {
        return (sha256 == null ? sha1 : sha256).isHash(piece, hash);
    }

    /**
     * {@return the path of a file of the torrent on disk}
     *
     * @param path the file itself for a torrent of one file, otherwise the directory that holds the
     *     files
     * @param file index in {@link #files()}
     * @throws IOException if this system or its locale cannot name such a file
     */
    public Path pathOf(Path path, int file) throws IOException {
        if (singleFile) {
            return path;
        }
        return below(path, files.get(file).path());
    }

    /**
     * {@return where a directory of {@link #modes()} lies on disk}
     *
     * @param path the directory that holds the files
     * @param directory one of them
     * @throws IOException if this system or its locale cannot name it
     */
    public Path pathOf(Path path, TreeModes.Directory directory) throws IOException {
        return directory.path().isEmpty() ? path : below(path, directory.path());
    }

    /**
     * {@return the target of a symlink of the torrent on disk}
     *
     * @param path the directory that holds the files
     * @param file index in {@link #files()} of a symlink
     * @throws IOException if this system or its locale cannot name such a file
     */
    public Path targetOf(Path path, int file) throws IOException {
        return below(path, files.get(file).symlinkTarget());
    }

    private static Path below(Path path, List<String> elements) throws IOException {
        try {
            Path below = path.getFileSystem().getPath(String.join("/", elements));
            // The elements are checked, but a system with drives or other separators may interpret
            // them differently.
            if (below.getRoot() != null || below.getNameCount() != elements.size()) {
                throw new IOException("this system would not keep the file " + elements + " inside " + path);
            }
            return path.resolve(below);
        } catch (InvalidPathException e) {
            throw new IOException("this system or its locale cannot name the file " + elements + ": " + e.getReason(), e);
        }
    }

    /**
     * {@return a .torrent file: the raw {@code info}, trackers, web seeds, texts and signature} The
     * same torrent gives the same bytes.
     */
    public byte[] toBytes() {
        BencodeWriter out = new BencodeWriter().beginDictionary();
        List<List<String>> tiers = trackers();
        if (!tiers.isEmpty()) {
            out.key("announce").string(tiers.get(0).get(0));
        }
        if (tiers.size() > 1 || tiers.size() == 1 && tiers.get(0).size() > 1) {
            out.key("announce-list").beginList();
            for (List<String> tier : tiers) {
                out.beginList();
                tier.forEach(out::string);
                out.end();
            }
            out.end();
        }
        if (!comment().isEmpty()) {
            out.key("comment").string(comment());
        }
        if (!createdBy().isEmpty()) {
            out.key("created by").string(createdBy());
        }
        creationDate().ifPresent(date -> out.key("creation date").integer(date.getEpochSecond()));
        out.key("info").raw(rawInfo);
        releaseSignature().ifPresent(release -> out.key(MetainfoParser.RELEASE_KEY).beginDictionary()
            .key("made").integer(release.terms().made().getEpochSecond())
            .key("serial").integer(release.terms().serial())
            .key("signature").string(release.text())
            .key("tag").string(release.terms().tag())
            .key("until").integer(release.terms().until().getEpochSecond()).end());
        if (!webSeeds().isEmpty()) {
            out.key("url-list").beginList();
            webSeeds().forEach(out::string);
            out.end();
        }
        return out.end().toByteArray();
    }

    /** Name and info-hash. */
    @Override
    public String toString() {
        return name + " " + infoHash;
    }
}
