package murder.metainfo;

import java.util.List;

/**
 * What a .torrent file says (BEP 3): immutable, checked. Keeps the raw bytes of {@code info}; the info-hash is theirs and
 * they are never re-encoded.
 */
public final class Metainfo {
    private final InfoHash infoHash;
    private final byte[] rawInfo;
    private final String name;
    private final PieceLayout layout;
    private final byte[] pieceHashes;
    private final boolean singleFile;
    private final List<FileEntry> files;
    private final List<List<String>> trackers;
    private final boolean isPrivate;

    Metainfo(InfoHash infoHash, byte[] rawInfo, String name, PieceLayout layout, byte[] pieceHashes, boolean singleFile,
             List<FileEntry> files, List<List<String>> trackers, boolean isPrivate) {
        this.infoHash = infoHash;
        this.rawInfo = rawInfo;
        this.name = name;
        this.layout = layout;
        this.pieceHashes = pieceHashes;
        this.singleFile = singleFile;
        this.files = List.copyOf(files);
        this.trackers = List.copyOf(trackers);
        this.isPrivate = isPrivate;
    }

    public InfoHash infoHash() {
        return infoHash;
    }

    /** A copy of the raw bytes of the {@code info} dictionary, as BEP 9 sends them. */
    public byte[] rawInfo() {
        return rawInfo.clone();
    }

    public String name() {
        return name;
    }

    public PieceLayout layout() {
        return layout;
    }

    /** Whether the torrent is one file named {@link #name()}, and not a directory of that name. */
    public boolean isSingleFile() {
        return singleFile;
    }

    /** The files in payload order. */
    public List<FileEntry> files() {
        return files;
    }

    /** Announce URLs, by tiers (BEP 12). Empty if the torrent names no tracker. */
    public List<List<String>> trackers() {
        return trackers;
    }

    /** Whether only the named trackers may be asked for peers (BEP 27). */
    public boolean isPrivate() {
        return isPrivate;
    }

    /** Whether a 20-byte SHA-1 is the one that the torrent names for this piece. */
    public boolean isPieceHash(int piece, byte[] sha1) {
        int from = piece * InfoHash.LENGTH;
        return java.util.Arrays.equals(pieceHashes, from, from + InfoHash.LENGTH, sha1, 0, InfoHash.LENGTH);
    }
}
