package murder.metainfo;

import java.nio.file.Path;

/**
 * Receives the progress of a long hashing. Called by several threads but never by two at once, with
 * growing numbers.
 */
@FunctionalInterface
public interface HashProgress {
    /** Ignores the progress. */
    HashProgress NONE = (doneBytes, totalBytes) -> { };

    /**
     * Called every few megabytes, so it should be fast. An exception stops the hashing and reaches
     * the caller.
     *
     * @param doneBytes bytes of the payload that are done, hashed or found missing
     * @param totalBytes bytes of the payload
     */
    void onProgress(long doneBytes, long totalBytes);

    /**
     * Called by {@link TorrentCreator} before it hashes, for each directory without files, because
     * a torrent cannot hold it.
     *
     * @param directory as an absolute path
     */
    default void onEmptyDirectory(Path directory) { }
}
