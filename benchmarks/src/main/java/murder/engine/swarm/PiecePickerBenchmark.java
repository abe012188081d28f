package murder.engine.swarm;

import java.util.Arrays;
import java.util.Random;
import java.util.SplittableRandom;
import murder.wire.Bitfield;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

/** The picker in the middle of a download with 50 peers, each of which has half of the pieces. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 300, timeUnit = MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = MILLISECONDS)
public class PiecePickerBenchmark {
    private static final int PEERS = 50;
    private static final int IN_FLIGHT = 64;
    private static final int BATCH = 1024;

    @Param({"1024", "32768", "262144"})
    public int pieces;

    private final Bitfield[] peers = new Bitfield[PEERS];
    private final int[] inFlight = new int[IN_FLIGHT];
    /** Drawn before the clock starts. */
    private final int[] haves = new int[64 * BATCH];
    private Bitfield poor;
    private PiecePicker picker;
    private Random random;
    private int at;

    @Setup(Level.Iteration)
    public void setUp() {
        random = new Random(1);
        picker = new PiecePicker(new Bitfield(pieces), new SplittableRandom(1));
        for (int i = 0; i < PEERS; i++) {
            peers[i] = peer(2);
        }
        poor = peer(100);
        at = 0;
        Arrays.setAll(haves, i -> random.nextInt(pieces));
        for (int i = 0; i < IN_FLIGHT; i++) {
            inFlight[i] = picker.pick(peers[i % PEERS]);
            picker.take(inFlight[i]);
        }
    }

    private Bitfield peer(int oneIn) {
        Bitfield has = new Bitfield(pieces);
        for (int piece = 0; piece < pieces; piece++) {
            if (random.nextInt(oneIn) == 0) {
                has.set(piece);
                picker.onHave(piece);
            }
        }
        return has;
    }

    /** As many HAVEs as withdrawn ones, so that the state stays the same. */
    @Benchmark
    @OperationsPerInvocation(2 * BATCH)
    public int haveAndHaveLost() {
        at = (at + BATCH) % haves.length;
        for (int i = at; i < at + BATCH; i++) {
            picker.onHave(haves[i]);
        }
        for (int i = at; i < at + BATCH; i++) {
            picker.onHaveLost(haves[i]);
        }
        return picker.missingCount();
    }

    @Benchmark
    public int pick() {
        at = (at + 1) % PEERS;
        return picker.pick(peers[at]);
    }

    /** From a peer that has one piece of a hundred, where the search is longest. */
    @Benchmark
    public int pickFromPoorPeer() {
        return picker.pick(poor);
    }

    /**
     * With 64 pieces in flight: one is picked and requested, and the oldest becomes missing again.
     */
    @Benchmark
    public int pickTakeAndGiveBack() {
        at = (at + 1) % IN_FLIGHT;
        picker.giveBack(inFlight[at]);
        int piece = picker.pick(peers[at % PEERS]);
        picker.take(piece);
        inFlight[at] = piece;
        return piece;
    }
}
