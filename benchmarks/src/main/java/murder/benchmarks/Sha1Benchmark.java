package murder.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import murder.metainfo.HashProgress;
import murder.metainfo.TorrentCreator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.MICROSECONDS;

/**
 * SHA-1 of a file of 32 MiB, piece by piece, by each way that its bytes can come; and all of it,
 * with SHA-256, by the product's own code.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(MICROSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 300, timeUnit = MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = MILLISECONDS)
public class Sha1Benchmark {
    private static final int LENGTH = 32 << 20;
    private static final int PIECE = 1 << 20;

    private Folder folder;
    private Path file;
    private MessageDigest sha1;
    private byte[] heap;
    private ByteBuffer direct;
    private ByteBuffer mapped;

    @Setup
    public void setUp() throws IOException, NoSuchAlgorithmException {
        folder = new Folder();
        file = folder.file("payload", LENGTH);
        sha1 = MessageDigest.getInstance("SHA-1");
        heap = Files.readAllBytes(file);
        direct = ByteBuffer.allocateDirect(LENGTH).put(heap);
        try (FileChannel channel = FileChannel.open(file)) {
            mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, LENGTH);
        }
    }

    @TearDown
    public void tearDown() throws IOException {
        folder.close();
    }

    @Benchmark
    public byte[] heap(ByteCounter counter) {
        byte[] last = null;
        for (int at = 0; at < LENGTH; at += PIECE) {
            sha1.update(heap, at, PIECE);
            last = sha1.digest();
        }
        counter.bytes += LENGTH;
        return last;
    }

    @Benchmark
    public byte[] direct(ByteCounter counter) {
        counter.bytes += LENGTH;
        return hash(direct);
    }

    @Benchmark
    public byte[] mapped(ByteCounter counter) {
        counter.bytes += LENGTH;
        return hash(mapped);
    }

    private byte[] hash(ByteBuffer bytes) {
        byte[] last = null;
        for (int at = 0; at < LENGTH; at += PIECE) {
            sha1.update(bytes.limit(at + PIECE).position(at));
            last = sha1.digest();
        }
        return last;
    }

    @Benchmark
    public Object createOnOneCore(ByteCounter counter) throws IOException, InterruptedException {
        return create(1, counter);
    }

    @Benchmark
    public Object createOnAllCores(ByteCounter counter) throws IOException, InterruptedException {
        return create(0, counter);
    }

    private Object create(int threads, ByteCounter counter) throws IOException, InterruptedException {
        counter.bytes += LENGTH;
        return TorrentCreator.create(file, TorrentCreator.Options.builder().pieceLength(PIECE).threads(threads).build(), HashProgress.NONE);
    }
}
