package murder.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import murder.engine.Torrent;
import murder.engine.TorrentException;
import murder.engine.TorrentOptions;
import murder.metainfo.HashProgress;
import murder.metainfo.Metainfo;
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
 * A payload on its way from one engine to one or eight, all in this JVM over loopback, until the
 * last copy is verified and in place.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(SECONDS)
@Fork(1)
@Warmup(iterations = 2)
@Measurement(iterations = 5)
public class SwarmBenchmark {
    static final int PIECE = 1 << 20;
    private static final int PATIENCE_S = 120;

    @Param({"1", "8"})
    public int receivers;

    @Param("128")
    public int mebibytes;

    private Folder folder;
    private Path source;
    private Metainfo metainfo;
    private Fleet fleet;

    @Setup
    public void setUp() throws IOException, InterruptedException {
        folder = new Folder();
        source = folder.file("source", (long) mebibytes << 20);
        metainfo = TorrentCreator.create(source, TorrentCreator.Options.builder().pieceLength(PIECE).build(), HashProgress.NONE);
    }

    /** New engines, so that nobody remembers anything. */
    @Setup(Level.Invocation)
    public void start() throws IOException, TorrentException, InterruptedException, ExecutionException, TimeoutException {
        for (int i = 0; i < receivers; i++) {
            folder.delete("copy" + i);
        }
        fleet = new Fleet(receivers);
        fleet.seeder().add(TorrentOptions.seed(metainfo, source).build()).completion().get(PATIENCE_S, TimeUnit.SECONDS);
    }

    @TearDown(Level.Invocation)
    public void stop() {
        fleet.close();
    }

    @TearDown
    public void tearDown() throws IOException {
        folder.close();
    }

    @Benchmark
    public long murder() throws TorrentException, InterruptedException, ExecutionException, TimeoutException {
        CpuProfiler.begin();
        List<Torrent> copies = new ArrayList<>();
        for (int i = 0; i < receivers; i++) {
            copies.add(fleet.receiver(i).add(TorrentOptions.download(metainfo, folder.path("copy" + i)).peers(fleet.before(i)).build()));
        }
        long verified = 0;
        for (Torrent copy : copies) {
            verified += copy.completion().get(PATIENCE_S, TimeUnit.SECONDS).verifiedBytes();
        }
        CpuProfiler.end();
        return verified;
    }
}
