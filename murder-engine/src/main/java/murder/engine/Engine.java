package murder.engine;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Stub. */
public final class Engine implements AutoCloseable {
    private Engine() {
    }

    public static Engine start(EngineOptions options) throws IOException {
        throw new IOException("not built yet");
    }

    public int port() {
        return 0;
    }

    public Torrent add(TorrentOptions options) throws TorrentException {
        throw new TorrentException(TorrentException.Reason.ENGINE_FAILED, "not built yet", null);
    }

    public List<Torrent> torrents() {
        return List.of();
    }

    public void uploadLimit(long bytesPerSecond) {
    }

    public void downloadLimit(long bytesPerSecond) {
    }

    public boolean close(Duration atMost) {
        return true;
    }

    @Override
    public void close() {
    }
}
