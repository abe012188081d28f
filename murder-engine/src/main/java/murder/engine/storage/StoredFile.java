package murder.engine.storage;

import java.nio.file.Path;
import murder.metainfo.FileEntry;

/** One file of a torrent, and the present place of its bytes. */
final class StoredFile {
    /**
     * The place of the bytes. {@code NONE -> PART} and {@code FINAL -> PART} when blocks are
     * allocated for missing bytes, {@code PART -> FINAL} when the torrent is complete.
     */
    enum Location { NONE, PART, FINAL }

    private final FileEntry entry;
    private final Path finalPath;
    private volatile Path partPath;
    private volatile Location location = Location.NONE;
    private volatile long foundLength;

    StoredFile(FileEntry entry, Path finalPath, Path partPath) {
        this.entry = entry;
        this.finalPath = finalPath;
        this.partPath = partPath;
    }

    FileEntry entry() {
        return entry;
    }

    long offset() {
        return entry.offset();
    }

    long length() {
        return entry.length();
    }

    /** A pad file has neither paths nor bytes: it is all zeros (BEP 47). */
    boolean isPad() {
        return entry.pad();
    }

    Path finalPath() {
        return finalPath;
    }

    Path partPath() {
        return partPath;
    }

    /** Chooses another name for the incomplete file, before it exists. */
    void growAs(Path otherPart) {
        partPath = otherPart;
    }

    Location location() {
        return location;
    }

    /** The present name of the file; the final one if it does not exist. */
    Path path() {
        return location == Location.PART ? partPath : finalPath;
    }

    /** The number of bytes when the file was found or allocated. */
    long foundLength() {
        return foundLength;
    }

    void moveTo(Location to, long length) {
        foundLength = length;
        location = to;
    }
}
