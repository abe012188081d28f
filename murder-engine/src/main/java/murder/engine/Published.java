package murder.engine;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import murder.metainfo.InfoHash;
import murder.metainfo.Metainfo;

/**
 * The values of a torrent that any thread may read without a question to the loop. Only the loop's
 * thread writes.
 */
final class Published {
    final InfoHash infoHash;
    final Path path;
    final CompletableFuture<TorrentStatistics> completion = new CompletableFuture<>();
    /** The files are closed, and the trackers know. */
    final CompletableFuture<Void> ended = new CompletableFuture<>();
    /** Null while it is fetched from peers. */
    volatile Metainfo metainfo;
    volatile TorrentState state;
    final VerifiedPieces pieces = new VerifiedPieces();
    /** Bytes checked so far; a disk thread writes it. */
    volatile long checkedBytes;
    /** The statistics at the last question or state change. */
    volatile TorrentStatistics statistics;

    Published(InfoHash infoHash, Path path, Metainfo metainfo) {
        this.infoHash = infoHash;
        this.path = path;
        this.metainfo = metainfo;
    }
}
