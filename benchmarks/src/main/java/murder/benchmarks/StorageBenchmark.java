package murder.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import murder.engine.storage.CheckMode;
import murder.engine.storage.DiskWorkers;
import murder.engine.storage.PieceListener;
import murder.engine.storage.StorageException;
import murder.engine.storage.StorageOptions;
import murder.engine.storage.TorrentStorage;
import murder.metainfo.HashProgress;
import murder.metainfo.Metainfo;
import murder.metainfo.PieceLayout;
import murder.metainfo.TorrentCreator;
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
 * A whole download without the network: allocate, write and hash every block, verify every piece of
 * 1 MiB, put in place, close.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(SECONDS)
@Fork(1)
@Warmup(iterations = 2)
@Measurement(iterations = 5)
public class StorageBenchmark {
    private static final int PIECE = 1 << 20;
    private static final int PIECES_IN_FLIGHT = 16;

    /** How the blocks of a piece arrive. */
    public enum Order {
        ARRIVAL,
        SHUFFLED
    }

    @Param
    public Order order;

    @Param("128")
    public int mebibytes;

    private final List<Integer> blocks = new ArrayList<>();
    private Folder folder;
    private Path target;
    private ByteBuffer payload;
    private Metainfo metainfo;
    private DiskWorkers workers;

    @Setup
    public void setUp() throws IOException, InterruptedException {
        folder = new Folder();
        Path source = folder.file("source", (long) mebibytes << 20);
        metainfo = TorrentCreator.create(source, TorrentCreator.Options.builder().pieceLength(PIECE).build(), HashProgress.NONE);
        try (FileChannel channel = FileChannel.open(source)) {
            payload = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
        }
        target = folder.path("target");
        workers = new DiskWorkers(Runtime.getRuntime().availableProcessors(), Executors.defaultThreadFactory());
        for (int i = 0; i < PIECE / PieceLayout.BLOCK_LENGTH; i++) {
            blocks.add(i);
        }
        if (order == Order.SHUFFLED) {
            Collections.shuffle(blocks, new Random(1));
        }
    }

    @Setup(Level.Invocation)
    public void makeRoom() throws IOException {
        folder.delete("target");
    }

    @TearDown
    public void tearDown() throws IOException {
        workers.close();
        folder.close();
    }

    @Benchmark
    public void writeAndVerify() throws StorageException, InterruptedException, ExecutionException {
        CpuProfiler.begin();
        try (TorrentStorage storage = TorrentStorage.open(metainfo, target, null, workers, StorageOptions.defaults())) {
            storage.check(CheckMode.RESUME, bytes -> { }).get();
            storage.allocate().get();
            Answers answers = new Answers(metainfo.layout().pieceCount());
            for (int piece = 0; piece < metainfo.layout().pieceCount(); piece++) {
                answers.room.acquire();
                for (int block : blocks) {
                    write(storage, piece, block * PieceLayout.BLOCK_LENGTH, answers);
                }
                storage.verify(piece, answers);
            }
            answers.all.get();
            storage.complete().get();
        }
        CpuProfiler.end();
    }

    private void write(TorrentStorage storage, int piece, int begin, Answers answers) {
        int at = piece * PIECE + begin;
        if (!storage.write(piece, begin, payload.limit(at + PieceLayout.BLOCK_LENGTH).position(at), answers)) {
            throw new IllegalStateException("block " + begin + " of piece " + piece + " is not taken");
        }
    }

    /** Counts verified pieces. Each one lets the writer continue. */
    private static final class Answers implements PieceListener {
        private final Semaphore room = new Semaphore(PIECES_IN_FLIGHT);
        private final CompletableFuture<Void> all = new CompletableFuture<>();
        private int missing;

        Answers(int pieces) {
            missing = pieces;
        }

        @Override
        public synchronized void onPieceVerified(int piece, boolean good) {
            if (!good) {
                all.completeExceptionally(new IllegalStateException("piece " + piece + " is bad"));
            } else if (--missing == 0) {
                all.complete(null);
            }
            room.release();
        }

        @Override
        public void onFailure(StorageException failure) {
            all.completeExceptionally(failure);
            room.release();
        }
    }
}
