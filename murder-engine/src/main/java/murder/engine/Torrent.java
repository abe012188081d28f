package murder.engine;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import murder.metainfo.InfoHash;
import murder.metainfo.Metainfo;

/** Stub. */
public final class Torrent {
    private Torrent() {
    }

    public InfoHash infoHash() {
        return null;
    }

    public Optional<Metainfo> metainfo() {
        return Optional.empty();
    }

    public Path path() {
        return null;
    }

    public TorrentState state() {
        return TorrentState.REMOVED;
    }

    public CompletableFuture<TorrentStatistics> completion() {
        return new CompletableFuture<>();
    }

    public TorrentStatistics statistics() {
        return null;
    }

    public void addPeer(InetSocketAddress peer) {
    }

    public void uploadLimit(long bytesPerSecond) {
    }

    public void downloadLimit(long bytesPerSecond) {
    }

    public void pause() {
    }

    public void resume() {
    }

    public CompletableFuture<Void> remove() {
        return CompletableFuture.completedFuture(null);
    }
}
