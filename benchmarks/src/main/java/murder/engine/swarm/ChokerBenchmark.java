package murder.engine.swarm;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import murder.metainfo.PieceLayout;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import murder.wire.Bitfield;
import murder.wire.Outbound;
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
import org.openjdk.jmh.annotations.Warmup;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

/**
 * The choker of a seeder whose peers are all interested: more of them than it has slots (100 by
 * default), so that each tick moves one.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 300, timeUnit = MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = MILLISECONDS)
public class ChokerBenchmark {
    private static final int PIECES = 1000;

    @Param({"150", "600"})
    public int peers;

    private final List<PeerConnection> connections = new ArrayList<>();
    private Choker choker;
    private long nowNs;
    private int at;

    @Setup(Level.Iteration)
    public void setUp() {
        connections.clear();
        Bitfield all = new Bitfield(PIECES);
        all.setAll();
        int pieceLength = 4 * PieceLayout.BLOCK_LENGTH;
        Swarm swarm = new Swarm(SwarmConfig.DEPLOY.withFirstSeeder(false), new PieceLayout((long) PIECES * pieceLength, pieceLength),
            new PeerId(1, 0, 0), new byte[100], all, RateLimits.NONE, new SplittableRandom(1), new Suspects(new Bans()));
        for (int i = 0; i < peers; i++) {
            PeerAddress address = PeerAddress.ofIpv4(10 << 24 | i, 6881);
            PeerConnection.Peer who = new PeerConnection.Peer(address, true, new PeerId(2, i, 0), true, true);
            PeerConnection connection = swarm.onConnected(nowNs, who, new Nowhere());
            connection.onInterested(nowNs);
            connections.add(connection);
        }
        choker = swarm.choker();
        if (connections.stream().noneMatch(PeerConnection::amChoking)) {
            throw new IllegalStateException("nobody waits for a slot");
        }
    }

    @Benchmark
    public void tick() {
        nowNs += SwarmConfig.TICK_NS;
        choker.onTick(nowNs);
    }

    /**
     * A peer loses interest, whereupon another one gets its slot, and it becomes interested again.
     */
    @Benchmark
    public boolean interestGoesAndComes() {
        nowNs++;
        at = (at + 1) % peers;
        PeerConnection peer = connections.get(at);
        peer.onNotInterested(nowNs);
        peer.onInterested(nowNs);
        return peer.amChoking();
    }

    /** Takes every message and keeps none. */
    private static final class Nowhere implements Outbound {
        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public void keepAlive() {
        }

        @Override
        public void choke() {
        }

        @Override
        public void unchoke() {
        }

        @Override
        public void interested() {
        }

        @Override
        public void notInterested() {
        }

        @Override
        public void have(int piece) {
        }

        @Override
        public void bitfield(byte[] bits) {
        }

        @Override
        public void request(int piece, int begin, int length) {
        }

        @Override
        public void block(int piece, int begin, int length) {
        }

        @Override
        public void cancel(int piece, int begin, int length) {
        }

        @Override
        public void haveAll() {
        }

        @Override
        public void haveNone() {
        }

        @Override
        public void reject(int piece, int begin, int length) {
        }

        @Override
        public void allowedFast(int piece) {
        }

        @Override
        public void suggest(int piece) {
        }

        @Override
        public void extended(int extendedId, byte[] payload) {
        }
    }
}
