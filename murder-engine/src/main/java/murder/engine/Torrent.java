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

    public InfoHash infoHash() {
        return transfer.options().infoHash();
    }

    /** What the .torrent says; empty while it is fetched from peers. */
    public Optional<Metainfo> metainfo() {
        return Optional.ofNullable(transfer.metainfo());
    }

    /** Where the payload is, or will be. */
    public Path path() {
        return transfer.options().path();
    }

    public TorrentState state() {
        return transfer.state();
    }

    /**
     * Completes when every piece is verified, forced to disk and in place under its final name; then the torrent is seeding already. Fails
     * with a {@link TorrentException} if that cannot come about. Each call gives a future of its own, so cancelling it does no harm.
     */
    public CompletableFuture<TorrentStatistics> completion() {
        return transfer.completion().copy();
    }

    /** A snapshot of this moment. */
    public TorrentStatistics statistics() {
        return transfer.engine().call(transfer::snapshot, transfer::lastSnapshot);
    }

    /** Tries this address too, once and again as one that a tracker told. */
    public void addPeer(InetSocketAddress peer) {
        PeerAddress address = Addresses.of(peer);
        transfer.engine().execute(() -> transfer.onCandidate(address));
    }

    /** @param bytesPerSecond 0 for no limit */
    public void uploadLimit(long bytesPerSecond) {
        transfer.engine().limit(transfer.uploadLimit(), bytesPerSecond, List.of(transfer));
    }

    /** @param bytesPerSecond 0 for no limit */
    public void downloadLimit(long bytesPerSecond) {
        transfer.engine().limit(transfer.downloadLimit(), bytesPerSecond, List.of(transfer));
    }

    /** Closes all connections and leaves the tracker, until {@link #resume()}. Idempotent. */
    public void pause() {
        transfer.engine().execute(() -> transfer.pause(true));
    }

    /** Idempotent. */
    public void resume() {
        transfer.engine().execute(() -> transfer.pause(false));
    }

    /** Takes the torrent out of the engine; data and resume file stay. Idempotent. The future ends when its files are closed. */
    public CompletableFuture<Void> remove() {
        return transfer.engine().remove(transfer).copy();
    }
}
