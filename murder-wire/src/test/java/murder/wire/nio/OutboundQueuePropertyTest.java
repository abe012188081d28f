package murder.wire.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.util.List;
import java.util.Random;
import murder.wire.FrameEncoder;
import murder.wire.MessageType;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Random appending and partial writing, against the plain bytes of the stream. */
class OutboundQueuePropertyTest {
    /** Takes a random number of bytes of each write. */
    private static final class Sink implements GatheringByteChannel {
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private final Random random;

        Sink(Random random) {
            this.random = random;
        }

        @Override
        public long write(ByteBuffer[] sources, int offset, int length) {
            assertThat(length).isLessThanOrEqualTo(1024);
            long total = 0;
            for (int i = offset; i < offset + length; i++) {
                total += sources[i].remaining();
            }
            long count = random.nextBoolean() ? total : (long) (total * random.nextDouble());
            long left = count;
            for (int i = offset; left > 0; i++) {
                byte[] part = new byte[(int) Math.min(left, sources[i].remaining())];
                sources[i].get(part);
                taken.writeBytes(part);
                left -= part.length;
            }
            return count;
        }

        @Override
        public long write(ByteBuffer[] sources) {
            return write(sources, 0, sources.length);
        }

        @Override
        public int write(ByteBuffer source) {
            return (int) write(new ByteBuffer[] {source}, 0, 1);
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    private static byte payloadByte(int piece, int offset) {
        return (byte) (piece * 131 + offset * 7 + (offset >>> 8));
    }

    /** In slices of random length. */
    private static PayloadSource source(Random random) {
        return (piece, begin, length, out) -> {
            int most = 1 + random.nextInt(random.nextInt(20) == 0 ? 20 : length);
            for (int at = begin; at < begin + length; ) {
                int count = Math.min(begin + length - at, 1 + random.nextInt(most));
                ByteBuffer slice = random.nextBoolean() ? ByteBuffer.allocate(count + 2) : ByteBuffer.allocateDirect(count + 2);
                for (int i = 0; i < count; i++) {
                    slice.put(1 + i, payloadByte(piece, at + i));
                }
                out.add(slice, 1, count);
                at += count;
            }
        };
    }

    @Property(tries = 150)
    void writesStreamInOrder(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        PayloadSource source = source(random);
        Sink sink = new Sink(random);
        GatherBuffers gather = new GatherBuffers();
        OutboundQueue queue = new OutboundQueue();
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        for (int step = random.nextInt(60); step >= 0 || queue.pendingBytes() > 0; step--) {
            for (int i = step > 0 ? random.nextInt(random.nextInt(8) == 0 ? 200 : 8) : 0; i > 0; i--) {
                append(queue, expected, random);
            }
            assertThat(queue.pendingBytes()).isEqualTo(expected.size() - sink.taken.size());
            queue.gather(gather, source, 1 + random.nextInt(200_000));
            assertThat(gather.bytes()).isBetween(Math.min(1, queue.pendingBytes()), queue.pendingBytes());
            queue.consume(gather.writeTo(sink));
            gather.clear();
        }
        assertThat(sink.taken.toByteArray()).isEqualTo(expected.toByteArray());
        assertThat(queue.controlBytes()).isZero();
    }

    private static void putHeader(ByteBuffer out, int piece, int begin, int length) {
        out.putInt(9 + length).put((byte) MessageType.BLOCK.id()).putInt(piece).putInt(begin);
    }

    private static void append(OutboundQueue queue, ByteArrayOutputStream expected, Random random) {
        int piece = random.nextInt(1000);
        int begin = random.nextInt(100_000);
        if (random.nextBoolean()) {
            int length = 1 + random.nextInt(random.nextInt(10) == 0 ? 70_000 : 300);
            putHeader(queue.reserve(FrameEncoder.BLOCK_HEADER_LENGTH), piece, begin, length);
            queue.block(piece, begin, length);
            ByteBuffer frame = ByteBuffer.allocate(FrameEncoder.BLOCK_HEADER_LENGTH + length);
            putHeader(frame, piece, begin, length);
            for (int i = 0; i < length; i++) {
                frame.put(payloadByte(piece, begin + i));
            }
            expected.writeBytes(frame.array());
        } else {
            byte[] bits = new byte[random.nextInt(20) == 0 ? random.nextInt(100_000) : 5 + random.nextInt(20)];
            random.nextBytes(bits);
            queue.reserve(bits.length).put(bits);
            expected.writeBytes(bits);
        }
    }

    @Example
    void gathersAtMost64Blocks() throws IOException {
        OutboundQueue queue = new OutboundQueue();
        for (int i = 0; i < 1000; i++) {
            putHeader(queue.reserve(FrameEncoder.BLOCK_HEADER_LENGTH), i, 0, 100);
            queue.block(i, 0, 100);
        }
        GatherBuffers gather = new GatherBuffers();
        queue.gather(gather, (piece, begin, length, out) -> out.add(ByteBuffer.allocate(length), 0, length), 1 << 20);
        assertThat(gather.bytes()).isBetween(64L * 113, 65L * 113);
        gather.clear();
        queue.gather(gather, (piece, begin, length, out) -> out.add(ByteBuffer.allocate(length), 0, length), 1000);
        assertThat(gather.bytes()).isBetween(1000L, 1000L + 113);
    }

    @Example
    void reusesMappedMemoryUntilForgotten() throws IOException {
        ByteBuffer mapped = ByteBuffer.allocateDirect(1000);
        for (int i = 0; i < 1000; i++) {
            mapped.put(i, (byte) i);
        }
        mapped.position(500).limit(600);
        GatherBuffers gather = new GatherBuffers();
        Sink sink = new Sink(new Random(1));
        for (int index : new int[] {0, 900, 37}) {
            gather.addPayload((piece, begin, length, out) -> out.add(mapped, index, length), 0, 0, 100);
            while (gather.writeTo(sink) > 0) {
                continue;
            }
            gather.clear();
        }
        gather.forget();
        assertThat(gather.writeTo(sink)).isZero();
        assertThat(mapped.position()).isEqualTo(500);
        byte[] taken = sink.taken.toByteArray();
        assertThat(taken).hasSize(300);
        assertThat(new int[] {taken[0], taken[99], taken[100], taken[299]}).containsExactly(0, 99, (byte) 900, (byte) 136);
    }

    @Example
    void refusesMiscountingSource() {
        OutboundQueue queue = new OutboundQueue();
        putHeader(queue.reserve(FrameEncoder.BLOCK_HEADER_LENGTH), 0, 0, 100);
        queue.block(0, 0, 100);
        for (int wrong : List.of(0, 99, 101)) {
            assertThatIllegalStateException().isThrownBy(() ->
                    queue.gather(new GatherBuffers(), (piece, begin, length, out) -> out.add(ByteBuffer.allocate(wrong), 0, wrong), 1000));
        }
    }
}
