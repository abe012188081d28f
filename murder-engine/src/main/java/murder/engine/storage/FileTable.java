package murder.engine.storage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import murder.metainfo.FileEntry;
import murder.metainfo.Metainfo;
import murder.metainfo.PieceLayout;
import murder.wire.Bitfield;

/**
 * The place of each byte of the payload: the torrent's files with their names on this disk, by
 * offset. The table itself never changes.
 */
final class FileTable {
    /** A symbolic link of the torrent: its path, its temporary name and its target. */
    record Link(Path finalPath, Path partPath, Path pointsTo) {}

    /** The longest name on most file systems, in bytes. */
    private static final int MAX_NAME_BYTES = 255;
    /** Another user can take names, but will not take this many by accident. */
    static final int MAX_OTHER_PARTS = 100;

    private final Path target;
    private final Path root;
    private final PieceLayout layout;
    private final List<StoredFile> stored = new ArrayList<>();
    private final List<Link> links = new ArrayList<>();
    private final StoredFile[] ranges;
    private final long[] starts;

    FileTable(Metainfo metainfo, Path givenTarget, boolean followTarget) throws StorageException {
        this.layout = metainfo.layout();
        this.target = resolve(givenTarget, followTarget);
        this.root = metainfo.isSingleFile() ? target.getParent() : target;
        if (root == null) {
            throw new StorageException(StorageException.Reason.ALREADY_EXISTS, target, target + " cannot be a file");
        }
        List<Path> finals = new ArrayList<>();
        for (int i = 0; i < metainfo.files().size(); i++) {
            finals.add(finalPath(metainfo, i));
        }
        Set<Path> taken = new HashSet<>();
        for (Path file : finals) {
            for (Path up = file; !up.equals(root) && taken.add(up);) {
                up = up.getParent();
            }
        }
        List<StoredFile> withBytes = new ArrayList<>();
        for (int i = 0; i < finals.size(); i++) {
            FileEntry entry = metainfo.files().get(i);
            if (entry.isSymlink()) {
                links.add(new Link(finals.get(i), partName(finals.get(i), i, taken), pointsTo(metainfo, i)));
                continue;
            }
            StoredFile file = entry.pad() ? new StoredFile(entry, null, null)
                : new StoredFile(entry, finals.get(i), partName(finals.get(i), i, taken));
            if (!file.isPad()) {
                stored.add(file);
            }
            if (file.length() > 0) {
                withBytes.add(file);
            }
        }
        ranges = withBytes.toArray(new StoredFile[0]);
        starts = new long[ranges.length];
        for (int i = 0; i < ranges.length; i++) {
            starts[i] = ranges[i].offset();
        }
    }

    /** The user may name a link. Links below it are not followed. */
    private static Path resolve(Path given, boolean followTarget) throws StorageException {
        try {
            Path absolute = given.toAbsolutePath().normalize();
            if (!followTarget && Files.isSymbolicLink(absolute)) {
                throw new StorageException(StorageException.Reason.NOT_WRITABLE, absolute,
                    absolute + " is a symbolic link and is not followed: remove it and start again");
            }
            return followTarget && Files.exists(given) ? given.toRealPath() : absolute;
        } catch (IOException e) {
            throw StorageException.reading(given, e);
        }
    }

    private Path finalPath(Metainfo metainfo, int file) throws StorageException {
        try {
            return metainfo.pathOf(target, file);
        } catch (IOException e) {
            throw unnamable(e);
        }
    }

    private Path pointsTo(Metainfo metainfo, int link) throws StorageException {
        try {
            return metainfo.targetOf(root, link);
        } catch (IOException e) {
            throw unnamable(e);
        }
    }

    private StorageException unnamable(IOException e) {
        return new StorageException(StorageException.Reason.NOT_WRITABLE, target,
            e.getMessage() + ": start Java in a UTF-8 locale, as with LC_ALL=C.UTF-8", e);
    }

    /**
     * The same torrent must always give the same names, because a resumed download looks for them.
     */
    private static Path partName(Path file, int index, Set<Path> taken) {
        String name = file.getFileName().toString();
        if (name.getBytes(StandardCharsets.UTF_8).length + ".part".length() > MAX_NAME_BYTES) {
            name = "murder-" + index;
        }
        Path part = file.resolveSibling(name + ".part");
        for (int i = 1; !taken.add(part); i++) {
            part = file.resolveSibling("murder-" + index + "-" + i + ".part");
        }
        return part;
    }

    /**
     * Another name for an incomplete file or link, used if another user's file has the usual name.
     *
     * @param part the usual name
     * @param attempt from 0; the name does not depend on existing files, so that the next run finds
     *     the file again
     * @return null if the torrent has a file of this name
     */
    Path otherPart(Path part, int attempt) {
        String name = part.getFileName().toString();
        boolean fits = name.getBytes(StandardCharsets.UTF_8).length + ".99".length() <= MAX_NAME_BYTES;
        String end = "." + attempt + ".part";
        Path other = part.resolveSibling(fits ? name.substring(0, name.length() - ".part".length()) + end
            : "murder-" + Integer.toHexString(name.hashCode()) + end);
        boolean taken = stored.stream().anyMatch(file -> file.finalPath().startsWith(other) || file.partPath().equals(other))
            || links.stream().anyMatch(link -> link.finalPath().startsWith(other) || link.partPath().equals(other));
        return taken ? null : other;
    }

    /**
     * The user's path with links resolved: the file of a single-file torrent, or the directory of
     * other torrents.
     */
    Path target() {
        return target;
    }

    /** The directory that holds everything. */
    Path root() {
        return root;
    }

    PieceLayout layout() {
        return layout;
    }

    /** Files that exist on the disk: no pads, no links. */
    List<StoredFile> stored() {
        return stored;
    }

    List<Link> links() {
        return links;
    }

    /**
     * The index, for {@link #range}, of the non-empty file or pad that holds the payload's byte at
     * this offset.
     */
    int rangeAt(long offset) {
        int low = 0;
        int high = starts.length - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (starts[middle] <= offset) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    StoredFile range(int index) {
        return ranges[index];
    }

    int firstPiece(StoredFile file) {
        return (int) (file.offset() / layout.pieceLength());
    }

    /** The last piece that has a byte of this non-empty file. */
    int lastPiece(StoredFile file) {
        return (int) ((file.offset() + file.length() - 1) / layout.pieceLength());
    }

    /** Bytes of the file that lie in pieces of {@code have}. */
    long bytesIn(StoredFile file, Bitfield have) {
        long bytes = 0;
        if (file.length() > 0) {
            for (int piece = firstPiece(file); piece <= lastPiece(file); piece++) {
                if (have.get(piece)) {
                    bytes += end(file, piece) - begin(file, piece);
                }
            }
        }
        return bytes;
    }

    /** Where in the file its part of the piece begins. */
    long begin(StoredFile file, int piece) {
        return Math.max(0, layout.offset(piece) - file.offset());
    }

    /** Where in the file its part of the piece ends, exclusive. */
    long end(StoredFile file, int piece) {
        return Math.min(file.length(), layout.offset(piece) + layout.length(piece) - file.offset());
    }

    /** Whether every byte of the piece was found on the disk, right or wrong. */
    boolean isPresent(int piece) {
        long end = layout.offset(piece) + layout.length(piece);
        long offset = layout.offset(piece);
        for (int i = rangeAt(offset); offset < end; i++) {
            StoredFile file = ranges[i];
            if (!file.isPad() && (file.location() == StoredFile.Location.NONE || file.foundLength() < end(file, piece))) {
                return false;
            }
            offset = file.offset() + file.length();
        }
        return true;
    }

    /** Whether the piece lies in files that have their final names, and in pads. */
    boolean isFinished(int piece) {
        long end = layout.offset(piece) + layout.length(piece);
        long offset = layout.offset(piece);
        for (int i = rangeAt(offset); offset < end; i++) {
            StoredFile file = ranges[i];
            if (!file.isPad() && file.location() != StoredFile.Location.FINAL) {
                return false;
            }
            offset = file.offset() + file.length();
        }
        return true;
    }
}
