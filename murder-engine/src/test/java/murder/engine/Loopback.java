package murder.engine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import murder.metainfo.HashProgress;
import murder.metainfo.Metainfo;
import murder.metainfo.TorrentCreator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real engines on loopback, and a file of five megabytes to give them; what is opened here is
 * closed after the test.
 */
@Timeout(60)
abstract class Loopback {
    static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @TempDir
    Path folder;

    byte[] payload;
    Path source;
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeEach
    void payload() throws IOException {
        payload = random(5_000_001, 1);
        source = Files.write(folder.resolve("build.bin"), payload);
    }

    @AfterEach
    void close() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    static byte[] random(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    <T extends AutoCloseable> T closedAtEnd(T resource) {
        open.add(resource);
        return resource;
    }

    static EngineOptions.Builder options() {
        return EngineOptions.builder().bindAddress(LOOPBACK);
    }

    Engine engine() throws IOException {
        return engine(options());
    }

    Engine engine(EngineOptions.Builder options) throws IOException {
        return closedAtEnd(Engine.start(options.build()));
    }

    Metainfo metainfo(List<List<String>> trackers) throws Exception {
        return TorrentCreator.create(source, TorrentCreator.Options.builder().trackers(trackers).build(), HashProgress.NONE);
    }

    /** Of any file or directory, without trackers. */
    static Metainfo metainfo(Path of, int pieceLength) throws Exception {
        return TorrentCreator.create(of, TorrentCreator.Options.builder().pieceLength(pieceLength).build(), HashProgress.NONE);
    }

    Engine seeder(Metainfo metainfo) throws Exception {
        return seeder(metainfo, source);
    }

    Engine seeder(Metainfo metainfo, Path path) throws Exception {
        Engine seeder = engine();
        complete(seeder.add(TorrentOptions.seed(metainfo, path).build()));
        return seeder;
    }

    /** Where a scripted peer waits for an engine's dial. */
    ServerSocket listener() throws IOException {
        return closedAtEnd(new ServerSocket(0, 50, LOOPBACK));
    }

    static InetSocketAddress address(ServerSocket listener) {
        return new InetSocketAddress(LOOPBACK, listener.getLocalPort());
    }

    static InetSocketAddress address(Engine engine) {
        return new InetSocketAddress(LOOPBACK, engine.port());
    }

    static TorrentStatistics complete(Torrent torrent) throws Exception {
        return torrent.completion().get(40, TimeUnit.SECONDS);
    }
}
