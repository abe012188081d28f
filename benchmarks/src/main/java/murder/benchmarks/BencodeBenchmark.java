package murder.benchmarks;

import java.io.IOException;
import java.util.Random;
import murder.bencode.BencodeException;
import murder.bencode.BencodeReader;
import murder.bencode.BencodeValue;
import murder.bencode.BencodeWriter;
import murder.bencode.Limits;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.MICROSECONDS;

/**
 * Reading and writing a .torrent: one of many pieces, which is one long string, and one of many
 * files, which is many short values.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(MICROSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 300, timeUnit = MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = MILLISECONDS)
public class BencodeBenchmark {
    private static final Limits LIMITS = new Limits(64 << 20, 32, 1_000_000);

    /** The payload of the .torrent. */
    public enum Input {
        ONE_FILE,
        TEN_THOUSAND_FILES
    }

    @Param
    public Input input;

    private byte[] encoded;
    private BencodeValue value;

    @Setup
    public void setUp() throws IOException, BencodeException {
        encoded = torrent(input == Input.ONE_FILE ? 1 : 10_000);
        value = parse();
        if (format() != encoded.length) {
            throw new IllegalStateException("what is written again does not have " + encoded.length + " bytes");
        }
    }

    private static byte[] torrent(int files) {
        byte[] hashes = new byte[20 * 1600];
        new Random(1).nextBytes(hashes);
        BencodeWriter writer = new BencodeWriter();
        writer.beginDictionary().key("announce").string("http://tracker.example:8998/announce").key("info").beginDictionary();
        if (files == 1) {
            writer.key("length").integer(104_857_600);
        } else {
            writer.key("files").beginList();
            for (int i = 0; i < files; i++) {
                writer.beginDictionary().key("length").integer(10_000 + i).key("path").beginList().string("classes")
                    .string("package" + i % 97).string("Class" + i + ".class").end().end();
            }
            writer.end();
        }
        writer.key("name").string("build").key("piece length").integer(65_536).key("pieces").string(hashes);
        return writer.end().end().toByteArray();
    }

    private BencodeValue parse() throws BencodeException {
        return BencodeReader.read(encoded, LIMITS);
    }

    private int format() {
        return new BencodeWriter().value(value).toByteArray().length;
    }

    @Benchmark
    public Object read(ByteCounter counter) throws BencodeException {
        counter.bytes += encoded.length;
        return parse();
    }

    @Benchmark
    public int write(ByteCounter counter) {
        counter.bytes += encoded.length;
        return format();
    }
}
