package murder.benchmarks;

import bt.Bt;
import bt.data.file.FileSystemStorage;
import bt.metainfo.MetadataService;
import bt.metainfo.TorrentId;
import bt.net.InetPeer;
import bt.peer.IPeerRegistry;
import bt.runtime.BtClient;
import bt.runtime.BtRuntime;
import bt.runtime.Config;
import com.turn.ttorrent.client.Client;
import com.turn.ttorrent.client.SharedTorrent;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import murder.metainfo.HashProgress;
import murder.metainfo.Metainfo;
import murder.metainfo.TorrentCreator;
import murder.tracker.http.TrackerServer;
import murder.tracker.http.TrackerServerOptions;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import static java.util.concurrent.TimeUnit.SECONDS;

/**
 * What {@link SwarmBenchmark} does one to one, done by bt-core 1.10 and ttorrent-core 1.5. The seeder is up before the clock starts, as
 * there; the clock stops when the receiver says that it has everything.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(SECONDS)
@Fork(1)
@Warmup(iterations = 2)
@Measurement(iterations = 5)
public class OtherEnginesBenchmark {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final int PATIENCE_S = 120;

    /** The payload, and the tracker by which ttorrent's peers find one another. */
    @State(Scope.Benchmark)
    public static class Payload {
        @Param("128")
        public int mebibytes;

        private Folder folder;
        private TrackerServer tracker;
        private byte[] torrent;

        @Setup
        public void setUp() throws IOException, InterruptedException {
            folder = new Folder();
            tracker = TrackerServer.start(TrackerServerOptions.builder().bindAddress(LOOPBACK).port(0).build());
            Files.createDirectory(folder.path("seeded"));
            Path source = folder.file("seeded/source", (long) mebibytes << 20);
            String url = "http://127.0.0.1:" + tracker.port() + "/announce";
            Metainfo metainfo = TorrentCreator.create(source, TorrentCreator.Options.DEFAULT.withPieceLength(SwarmBenchmark.PIECE)
                .withTrackers(List.of(List.of(url))), HashProgress.NONE);
            torrent = metainfo.toBytes();
        }

        @Setup(Level.Invocation)
        public void makeRoom() throws IOException {
            folder.delete("copy");
            Files.createDirectory(folder.path("copy"));
        }

        void check() throws IOException {
            long differs = Files.mismatch(folder.path("seeded/source"), folder.path("copy/source"));
            if (differs >= 0) {
                throw new IllegalStateException("the copy differs at byte " + differs);
            }
        }

        @TearDown
        public void tearDown() throws IOException {
            tracker.close();
            folder.close();
        }
    }

    /**
     * Two runtimes of bt-core, the seeder's at work. By default it encrypts where it can and looks for messages up to a second apart, with
     * which it moves some 6 MB/s over loopback: neither is so here, so that it is seen at its best.
     */
    @State(Scope.Benchmark)
    public static class BtCore {
        private BtRuntime seeder;
        private BtRuntime receiver;
        private BtClient seeding;
        private BtClient receiving;

        @Setup(Level.Invocation)
        public void start(Payload payload) throws IOException, InterruptedException, ExecutionException, TimeoutException {
            seeder = runtime();
            receiver = runtime();
            seeding = client(seeder, payload, "seeded");
            complete(seeding, () -> { });
        }

        private static BtRuntime runtime() throws IOException {
            Config config = new Config();
            config.setAcceptorAddress(LOOPBACK);
            config.setAcceptorPort(Ports.free());
            config.setMseDisabled(true);
            config.setMaxMessageProcessingInterval(Duration.ofMillis(1));
            return BtRuntime.builder(config).disablePeerExchange().disableLocalServiceDiscovery().disableAutomaticShutdown().build();
        }

        private static BtClient client(BtRuntime runtime, Payload payload, String folder) {
            return Bt.client(runtime).storage(new FileSystemStorage(payload.folder.path(folder)))
                .torrent(() -> new MetadataService().fromByteArray(payload.torrent)).build();
        }

        /** It tells how far it is every 10 ms, and forgets what peers it was told before it was ready for them. */
        private static void complete(BtClient client, Runnable tellPeers)
                throws InterruptedException, ExecutionException, TimeoutException {
            CompletableFuture<Void> complete = new CompletableFuture<>();
            client.startAsync(state -> {
                if (state.getPiecesTotal() > 0 && state.getPiecesRemaining() == 0) {
                    complete.complete(null);
                } else if (state.getConnectedPeers().isEmpty()) {
                    tellPeers.run();
                }
            }, 10);
            complete.get(PATIENCE_S, TimeUnit.SECONDS);
        }

        void fetch(Payload payload) throws InterruptedException, ExecutionException, TimeoutException {
            TorrentId id = new MetadataService().fromByteArray(payload.torrent).getTorrentId();
            InetPeer peer = InetPeer.build(LOOPBACK, seeder.getConfig().getAcceptorPort());
            receiving = client(receiver, payload, "copy");
            complete(receiving, () -> receiver.service(IPeerRegistry.class).addPeer(id, peer));
        }

        @TearDown(Level.Invocation)
        public void stop(Payload payload) throws IOException {
            receiving.stop();
            seeding.stop();
            receiver.shutdown();
            seeder.shutdown();
            payload.check();
        }
    }

    /** Two clients of ttorrent, the seeder at work. */
    @State(Scope.Benchmark)
    public static class Ttorrent {
        private Client seeder;
        private Client receiver;

        @Setup(Level.Invocation)
        public void start(Payload payload) throws IOException, NoSuchAlgorithmException, InterruptedException {
            seeder = client(payload, "seeded", true);
            share(seeder);
        }

        private static Client client(Payload payload, String folder, boolean seeds) throws IOException, NoSuchAlgorithmException {
            return new Client(LOOPBACK, new SharedTorrent(payload.torrent, payload.folder.path(folder).toFile(), seeds));
        }

        @SuppressWarnings("deprecation") // it tells its state by java.util.Observable only
        private static void share(Client client) throws InterruptedException {
            CountDownLatch complete = new CountDownLatch(1);
            client.addObserver((observed, state) -> {
                if (state == Client.ClientState.SEEDING) {
                    complete.countDown();
                }
            });
            client.share();
            if (!complete.await(PATIENCE_S, TimeUnit.SECONDS)) {
                throw new IllegalStateException("ttorrent is not complete after " + PATIENCE_S + " s");
            }
        }

        void fetch(Payload payload) throws IOException, NoSuchAlgorithmException, InterruptedException {
            receiver = client(payload, "copy", false);
            share(receiver);
        }

        @TearDown(Level.Invocation)
        public void stop(Payload payload) throws IOException {
            receiver.stop();
            seeder.stop();
            payload.check();
        }
    }

    @Benchmark
    public void btCore(Payload payload, BtCore engines) throws InterruptedException, ExecutionException, TimeoutException {
        CpuProfiler.begin();
        engines.fetch(payload);
        CpuProfiler.end();
    }

    /** Half a minute less to wait: it takes as long as the others together. */
    @Benchmark
    @Warmup(iterations = 1)
    @Measurement(iterations = 3)
    public void ttorrent(Payload payload, Ttorrent engines) throws IOException, NoSuchAlgorithmException, InterruptedException {
        CpuProfiler.begin();
        engines.fetch(payload);
        CpuProfiler.end();
    }
}
