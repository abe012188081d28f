package murder.engine;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import murder.metainfo.InfoHash;
import murder.metainfo.Metainfo;
import murder.wire.nio.Addresses;

/**
 * One torrent in an engine. Any thread may call any method. Only {@link #statistics} blocks, at
 * most for one turn of the engine.
 */
public final class Torrent {
    private static final Duration REMOVE_AT_MOST = Duration.ofSeconds(2);

    private final Published published;
    private final TransferInputs inputs;

    Torrent(Published published, TransferInputs inputs) {
        this.published = published;
        this.inputs = inputs;
    }

    /** {@return the info-hash} */
    public InfoHash infoHash() {
        return published.infoHash;
    }

    /** {@return the content of the .torrent; empty while it is fetched from peers} */
    public Optional<Metainfo> metainfo() {
        return Optional.ofNullable(published.metainfo);
    }

    /** {@return where the payload is, or will be} */
    public Path path() {
        return published.path;
    }

    /** {@return the state of the torrent} */
    public TorrentState state() {
        return published.state;
    }

    /**
     * {@return a future that completes when every piece is verified, forced to disk and in place
     * under its final name} The torrent then seeds already. The future fails with a
     * {@link TorrentException} if that becomes impossible. Each call returns a new future, so
     * cancelling one does not affect others.
     */
    public CompletableFuture<TorrentStatistics> completion() {
        return published.completion.copy();
    }

    /**
     * {@return the progress of the torrent} Never blocks, and is cheap enough for a progress bar.
     */
    public TorrentProgress progress() {
        Metainfo metainfo = published.metainfo;
        return new TorrentProgress(published.state, metainfo == null ? 0 : metainfo.layout().length(), published.checkedBytes,
            published.pieces.bytes());
    }

    /**
     * {@return the pieces that are verified and on disk, by index from 0} The set is a copy. It is
     * empty until the check of the disk has ended. Never blocks.
     */
    public BitSet verifiedPieces() {
        return published.pieces.copy();
    }

    /**
     * {@return how much of each file is on disk, in the order of the torrent} Empty while the
     * metadata is unknown. Files that only pad others are left out. Never blocks; takes time in
     * proportion to the number of pieces.
     */
    public List<FileProgress> files() {
        Metainfo metainfo = published.metainfo;
        return metainfo == null ? List.of() : FileProgress.of(metainfo, published.pieces.copy());
    }

    /** {@return a snapshot of this moment} */
    public TorrentStatistics statistics() {
        TorrentStatistics now = inputs.onStatistics();
        return now == null ? published.statistics : now;
    }

    /**
     * Dials this address, too, like one that a tracker returned.
     *
     * @param peer a resolved address
     * @throws IllegalArgumentException if it is not resolved
     */
    public void addPeer(InetSocketAddress peer) {
        inputs.onCandidate(Addresses.of(peer));
    }

    /**
     * Hashes all pieces again, and fetches those that are wrong. Call it when something outside of
     * the engine may have changed the files. The torrent closes its connections, is
     * {@link TorrentState#CHECKING} meanwhile, and continues with the result; a seeder with wrong
     * pieces becomes a downloader. {@link #completion} stays as it is. Does nothing while the
     * metadata is fetched or the files are checked already.
     */
    public void recheck() {
        inputs.onRecheck();
    }

    /**
     * Announces to the tracker now, without waiting for the end of the interval. Call it when new
     * peers have joined. A tracker that failed still gets no announce until its pause is over. A
     * paused torrent announces when it is resumed.
     */
    public void announceNow() {
        inputs.onAnnounceNow();
    }

    /**
     * Changes the upload limit of this torrent.
     *
     * @param bytesPerSecond 0 for no limit
     * @throws IllegalArgumentException if it is negative
     */
    public void limitUpload(long bytesPerSecond) {
        inputs.onUploadLimit(bytesPerSecond);
    }

    /**
     * Changes the download limit of this torrent.
     *
     * @param bytesPerSecond 0 for no limit
     * @throws IllegalArgumentException if it is negative
     */
    public void limitDownload(long bytesPerSecond) {
        inputs.onDownloadLimit(bytesPerSecond);
    }

    /** Closes all connections and leaves the tracker, until {@link #resume()}. Idempotent. */
    public void pause() {
        inputs.onPause(true);
    }

    /** Continues after {@link #pause()}. Idempotent. */
    public void resume() {
        inputs.onPause(false);
    }

    /**
     * Takes the torrent out of the engine; data and resume file stay. Idempotent.
     *
     * @return a future that completes when its files are closed
     */
    public CompletableFuture<Void> remove() {
        boolean posted = inputs.onEnd(REMOVE_AT_MOST,
            new TorrentException(TorrentException.Reason.REMOVED, "the torrent was removed", null));
        return posted ? published.ended.copy() : CompletableFuture.completedFuture(null);
    }
}
