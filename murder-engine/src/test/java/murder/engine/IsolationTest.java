package murder.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import murder.engine.swarm.Bans;
import murder.engine.swarm.TokenBucket;
import murder.metainfo.Metainfo;
import murder.peer.PeerId;
import murder.tracker.http.TrackerClient;
import murder.tracker.http.TrackerClientOptions;
import murder.wire.nio.LoopOptions;
import murder.wire.nio.SelectorLoop;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A fault in the code of one torrent ends that torrent, and no other. */
class IsolationTest extends Loopback {
    private static final String BUG = "a bug, made by a test";

    private final Logger logger = Logger.getLogger("murder.engine.Transfer");
    private final Queue<LogRecord> errors = new ConcurrentLinkedQueue<>();
    private final Handler recorder = new Handler() {
        @Override
        public void publish(LogRecord record) {
            if (record.getLevel() == Level.SEVERE) {
                errors.add(record);
            }
        }

        @Override
        public void flush() {
        }

        @Override
        public void close() {
        }
    };

    @BeforeEach
    void record() {
        logger.addHandler(recorder);
        logger.setUseParentHandlers(false);
    }

    @AfterEach
    void restore() {
        logger.removeHandler(recorder);
        logger.setUseParentHandlers(true);
    }

    /** A path that no file system knows how to use. */
    private static Path broken() {
        ClassLoader loader = IsolationTest.class.getClassLoader();
        return (Path) Proxy.newProxyInstance(loader, new Class<?>[] {Path.class}, (proxy, method, arguments) -> {
            throw new IllegalStateException(BUG);
        });
    }

    private void assertFault(Torrent torrent) {
        assertThatThrownBy(() -> complete(torrent)).isInstanceOf(ExecutionException.class).cause()
            .isInstanceOfSatisfying(TorrentException.class, e -> assertThat(e.reason()).isEqualTo(TorrentException.Reason.TORRENT_FAULT));
        assertThat(torrent.state()).isEqualTo(TorrentState.FAILED);
        assertThat(errors).singleElement().satisfies(record -> {
            assertThat(record.getMessage()).contains(torrent.infoHash().toString());
            assertThat(record.getThrown()).isNotNull();
        });
    }

    private void assertOthersGoOn(Engine engine) throws Exception {
        Metainfo metainfo = metainfo(List.of());
        Engine seeder = seeder(metainfo);
        Torrent torrent = engine.add(TorrentOptions.download(metainfo, folder.resolve("copy")).peers(List.of(address(seeder))).build());
        assertThat(complete(torrent).verifiedBytes()).isEqualTo(payload.length);
        assertThat(engine.failure()).isNull();
    }

    @Test
    void survivesFaultOfOpening() throws Exception {
        Engine engine = engine();
        assertFault(engine.add(TorrentOptions.download(metainfo(source, 32 * 1024), broken()).build()));
        assertOthersGoOn(engine);
    }

    /**
     * Files of the running JDK cannot be written, which their file system says by an unchecked
     * exception.
     */
    @Test
    void survivesFaultOfDiskJob() throws Exception {
        Engine engine = engine();
        Path readOnly = FileSystems.getFileSystem(URI.create("jrt:/")).getPath("/nothing/here");
        assertFault(engine.add(TorrentOptions.download(metainfo(source, 32 * 1024), readOnly).build()));
        assertOthersGoOn(engine);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void survivesFaultOfListener(boolean onLoop) throws Exception {
        Executor direct = Runnable::run;
        Engine engine = engine(options().notifications(onLoop ? direct : null));
        Torrent torrent = engine.add(TorrentOptions.seed(metainfo(source, 32 * 1024), source).listener(new TorrentListener() {
            @Override
            public void onStateChanged(Torrent of, TorrentState state) {
                throw new IllegalStateException(BUG);
            }
        }).build());
        assertThat(complete(torrent).state()).isEqualTo(TorrentState.SEEDING);
        assertOthersGoOn(engine);
        assertThat(torrent.remove()).succeedsWithin(Duration.ofSeconds(20));
        assertThat(engine.close(Duration.ofSeconds(10))).isTrue();
        assertThat(errors).singleElement().satisfies(record -> assertThat(record.getThrown()).hasMessage(BUG));
    }

    @Test
    void survivesFaultOfTask() throws Exception {
        int[] made = {0};
        assertEndsAlone(Runnable::run, () -> {
            if (made[0]++ > 0) {
                throw new IllegalStateException(BUG);
            }
            return new SecureRandom();
        });
    }

    /** A torrent announces in its turn. */
    @Test
    void survivesFaultOfTurn() throws Exception {
        assertEndsAlone(call -> {
            throw new IllegalStateException(BUG);
        }, SecureRandom::new);
    }

    private void assertEndsAlone(Executor trackers, EngineParts.Randoms randoms) throws Exception {
        EngineThreads threads = new EngineThreads(options().build());
        Queue<Transfer> transfers = new ConcurrentLinkedQueue<>();
        SelectorLoop loop = closedAtEnd(SelectorLoop.open(LoopOptions.builder().threadFactory(threads::loop).build(), nowNs ->
            transfers.stream().mapToLong(transfer -> transfer.onTurn(nowNs)).min().orElse(Long.MAX_VALUE)));
        EngineParts parts = new EngineParts(options().build(), PeerId.random(new SecureRandom()), 1, loop, threads,
            new DiskThrottle(threads.disk(), loop::execute, loop::nowNs),
            new TrackerCalls(new TrackerClient(TrackerClientOptions.builder().build(), new SecureRandom()), trackers,
                new AnnouncedPeers(null, null)),
            new TokenBucket(0), new TokenBucket(0), new Bans(), randoms, new SecureRandom());
        Transfer transfer = new Transfer(parts, TorrentOptions.download(metainfo(List.of(List.of("http://127.0.0.1:1/announce"))),
            folder.resolve("copy")).build(), transfers::remove);
        transfers.add(transfer);
        loop.start();
        loop.execute(transfer::start);

        assertFault(transfer.torrent());
        transfer.ended().get(20, TimeUnit.SECONDS);
        assertThat(transfers).isEmpty();
        assertThat(loop.execute(() -> { })).isTrue();
    }
}
