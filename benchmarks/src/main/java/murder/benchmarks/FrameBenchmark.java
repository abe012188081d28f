package murder.benchmarks;

import java.nio.ByteBuffer;
import murder.wire.FrameDecoder;
import murder.wire.FrameEncoder;
import murder.wire.MessageHandler;
import murder.wire.WireException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

/**
 * The frame codec, in nanoseconds a message: small messages, and blocks of 16 KiB as a socket
 * delivers them, in reads that cut frames where it happens.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 300, timeUnit = MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = MILLISECONDS)
public class FrameBenchmark {
    private static final int MESSAGES = 1024;
    private static final int BLOCKS = 64;
    private static final int BLOCK = 16 * 1024;
    private static final int READ = 256 * 1024;

    private final Sum sum = new Sum();
    private final FrameDecoder decoder = new FrameDecoder();
    private final Encoder encoder = new Encoder();
    private ByteBuffer small;
    private ByteBuffer blocks;

    @Setup
    public void setUp() {
        small = ByteBuffer.allocateDirect(MESSAGES * FrameEncoder.REQUEST_LENGTH);
        encoder.out = small;
        writeSmall();
        small.flip();
        blocks = ByteBuffer.allocateDirect(BLOCKS * (FrameEncoder.BLOCK_HEADER_LENGTH + BLOCK));
        encoder.out = blocks;
        for (int i = 0; i < BLOCKS; i++) {
            encoder.block(i, 0, BLOCK);
        }
        blocks.flip();
        encoder.out = ByteBuffer.allocateDirect(small.capacity());
    }

    private void writeSmall() {
        for (int i = 0; i < MESSAGES; i += 2) {
            encoder.have(i);
            encoder.request(i, BLOCK, BLOCK);
        }
    }

    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public int encodeHaveAndRequest() {
        encoder.out.clear();
        writeSmall();
        return encoder.out.position();
    }

    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public long decodeHaveAndRequest() throws WireException {
        decoder.decode(small.rewind(), sum);
        return sum.value;
    }

    @Benchmark
    @OperationsPerInvocation(BLOCKS)
    public long decodeBlocks() throws WireException {
        int length = blocks.capacity();
        for (int at = 0; at < length; at += READ) {
            decoder.decode(blocks.limit(Math.min(length, at + READ)).position(at), sum);
        }
        return sum.value;
    }

    /** Into one buffer; a block's bytes are whatever is there. */
    private static final class Encoder extends FrameEncoder {
        private ByteBuffer out;

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        protected ByteBuffer reserve(int length) {
            return out;
        }

        @Override
        protected void appendPayload(int piece, int begin, int length) {
            out.position(out.position() + length);
        }

        @Override
        protected void appended() {
            // Nothing follows a frame.
        }
    }

    /** Looks at every argument, so that nothing is left out by the compiler. */
    private static final class Sum implements MessageHandler {
        private long value;

        @Override
        public void onKeepAlive() {
            value++;
        }

        @Override
        public void onChoke() {
            value++;
        }

        @Override
        public void onUnchoke() {
            value++;
        }

        @Override
        public void onInterested() {
            value++;
        }

        @Override
        public void onNotInterested() {
            value++;
        }

        @Override
        public void onHave(int piece) {
            value += piece;
        }

        @Override
        public void onBitfield(ByteBuffer bits) {
            value += bits.remaining();
        }

        @Override
        public void onRequest(int piece, int begin, int length) {
            value += piece + begin + length;
        }

        @Override
        public void onBlock(int piece, int begin, ByteBuffer payload) {
            value += piece + begin + payload.remaining();
        }

        @Override
        public void onCancel(int piece, int begin, int length) {
            value += piece + begin + length;
        }

        @Override
        public void onPort(int port) {
            value += port;
        }

        @Override
        public void onSuggest(int piece) {
            value += piece;
        }

        @Override
        public void onHaveAll() {
            value++;
        }

        @Override
        public void onHaveNone() {
            value++;
        }

        @Override
        public void onReject(int piece, int begin, int length) {
            value += piece + begin + length;
        }

        @Override
        public void onAllowedFast(int piece) {
            value += piece;
        }

        @Override
        public void onExtended(int extendedId, ByteBuffer payload) {
            value += extendedId + payload.remaining();
        }

        @Override
        public void onUnknown(int id, int length) {
            value += id + length;
        }
    }
}
