package murder.engine;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import murder.metainfo.InfoHash;
import murder.metainfo.Metainfo;
import murder.peer.PeerAddress;
import murder.wire.nio.Addresses;

/** One torrent in an engine. Any thread may call; nothing here blocks but {@link #statistics}, and that only for a turn of the engine. */
public final class Torrent {
    private final Transfer transfer;

    Torrent(Transfer transfer) {
        this.transfer = transfer;
    }

    /** {@return the info-hash} */
    public InfoHash infoHash() {
        return transfer.options().infoHash();
    }

    /** {@return what the .torrent says; empty while it is fetched from peers} */
    public Optional<Metainfo> metainfo() {
        return Optional.ofNullable(transfer.metainfo());
    }

    /** {@return where the payload is, or will be} */
    public Path path() {
        return transfer.options().path();
    }

    /** {@return what the torrent is doing} */
    public TorrentState state() {
        return transfer.state();
    }

    /**
     * {@return a future that completes when every piece is verified, forced to disk and in place
     * under its final name} The torrent seeds already then. The future fails with a {@link
     * TorrentException} if that cannot come about. Each call returns a future of its own, so
     * cancelling it does no harm.
     */
    public CompletableFuture<TorrentStatistics> completion() {
        return transfer.completion().copy();
    }

    /** {@return a snapshot of this moment} */
    public TorrentStatistics statistics() {
        return transfer.engine().call(transfer::snapshot, transfer::lastSnapshot);
    }

    /**
     * Dials this address, too, like one that a tracker returned.
     *
     * @param peer a resolved address
     * @throws IllegalArgumentException if it is not resolved
     */
    public void addPeer(InetSocketAddress peer) {
        PeerAddress address = Addresses.of(peer);
        transfer.engine().execute(() -> transfer.onCandidate(address));
    }

    /**
     * Changes the upload limit of this torrent.
     *
     * @param bytesPerSecond 0 for no limit
     * @throws IllegalArgumentException if it is negative
     */
    public void limitUpload(long bytesPerSecond) {
        transfer.engine().limit(transfer.uploadLimit(), bytesPerSecond, List.of(transfer));
    }

    /**
     * Changes the download limit of this torrent.
     *
     * @param bytesPerSecond 0 for no limit
     * @throws IllegalArgumentException if it is negative
     */
    public void limitDownload(long bytesPerSecond) {
        transfer.engine().limit(transfer.downloadLimit(), bytesPerSecond, List.of(transfer));
    }

    /** Closes all connections and leaves the tracker, until {@link #resume()}. Idempotent. */
    public void pause() {
        transfer.engine().execute(() -> transfer.pause(true));
    }

    /** Goes on after {@link #pause()}. Idempotent. */
    public void resume() {
        transfer.engine().execute(() -> transfer.pause(false));
    }

    /**
     * Takes the torrent out of the engine; data and resume file stay. Idempotent.
     *
     * @return a future that completes when its files are closed
     */
    public CompletableFuture<Void> remove() {
        return transfer.engine().remove(transfer).copy();
    }
}
