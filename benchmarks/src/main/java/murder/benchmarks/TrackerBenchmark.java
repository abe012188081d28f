package murder.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import murder.metainfo.InfoHash;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import murder.tracker.AnnounceRequest;
import murder.tracker.AnnounceResponse;
import murder.tracker.SwarmOptions;
import murder.tracker.SwarmTable;
import murder.tracker.TrackerException;
import murder.tracker.http.TrackerClient;
import murder.tracker.http.TrackerClientOptions;
import murder.tracker.http.TrackerServer;
import murder.tracker.http.TrackerServerOptions;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.MICROSECONDS;

/**
 * An announce of one of the 10,000 peers of a swarm, answered with 50 others: by the table alone,
 * and over HTTP, client and server.
 */
@OutputTimeUnit(MICROSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 300, timeUnit = MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = MILLISECONDS)
public class TrackerBenchmark {
    private static final int CALLS = 500;
    private static final InfoHash HASH = new InfoHash(1, 2, 3);

    private static AnnounceRequest request(int peer) {
        return AnnounceRequest.of(HASH, new PeerId(7, peer, 0), 6881, 1000).withIp(PeerAddress.ofIpv4(10 << 24 | peer, 6881));
    }

    /** The decisions without any I/O, at a hand-moved clock. */
    @State(Scope.Thread)
    public static class Table {
        @Param({"100", "10000"})
        public int peers;

        private final RandomGenerator random = new SplittableRandom(1);
        private final PeerAddress source = PeerAddress.ofIpv4(127 << 24 | 1, 0);
        private SwarmTable table;
        private AnnounceRequest[] requests;
        private long nowNs;

        @Setup
        public void setUp() throws TrackerException {
            table = new SwarmTable(SwarmOptions.defaults(), random);
            requests = new AnnounceRequest[peers];
            for (int i = 0; i < peers; i++) {
                requests[i] = request(i);
                table.announce(requests[i], source, nowNs);
            }
        }

        AnnounceResponse announce() throws TrackerException {
            nowNs += 1000;
            return table.announce(requests[random.nextInt(peers)], source, nowNs);
        }
    }

    /** Server and client in this JVM. */
    @State(Scope.Benchmark)
    public static class Http {
        @Param("10000")
        public int peers;

        private final Random random = new Random(1);
        private TrackerServer server;
        private TrackerClient client;
        private String url;

        @Setup
        public void setUp() throws IOException, TrackerException {
            server = TrackerServer.start(TrackerServerOptions.builder().bindAddress(InetAddress.getLoopbackAddress()).port(0).build());
            client = new TrackerClient(TrackerClientOptions.defaults(), random);
            url = "http://127.0.0.1:" + server.port() + "/announce";
            for (int i = 0; i < peers; i++) {
                client.announce(url, request(i));
            }
        }

        @TearDown
        public void tearDown() {
            server.close();
        }
    }

    @Benchmark
    @BenchmarkMode(Mode.AverageTime)
    public AnnounceResponse table(Table table) throws TrackerException {
        return table.announce();
    }

    /**
     * A fixed number of calls, because each leaves a port behind that the system gives out again
     * only after a while.
     */
    @Benchmark
    @BenchmarkMode(Mode.SingleShotTime)
    @OperationsPerInvocation(CALLS)
    public int http(Http http) throws IOException, TrackerException {
        int peers = 0;
        for (int i = 0; i < CALLS; i++) {
            peers += http.client.announce(http.url, request(http.random.nextInt(http.peers))).peers().size();
        }
        return peers;
    }
}
