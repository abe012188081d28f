package murder.wire.nio;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import murder.peer.PeerId;
import murder.wire.WireException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Both ends of a connection that carries block after block: no objects for a block, a message, or a
 * turn.
 */
class AllocationTest {
    private static final int DEPTH = 16;
    private static final int BEFORE = 400;
    private static final int COUNTED = 1600;

    /** Asking for it allocates, too. */
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static long allocatedByThisThread() {
        return THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    /** Counts what its loop's thread allocates from the {@code BEFORE}th message on. */
    private static class Counting extends Peer {
        final CompletableFuture<Long> allocated = new CompletableFuture<>();
        private int messages;
        private long start;

        void count() {
            messages++;
            if (messages == BEFORE) {
                start = allocatedByThisThread();
            } else if (messages == BEFORE + COUNTED) {
                allocated.complete(allocatedByThisThread() - start);
            }
        }
    }

    /** A seeder's queue is never empty, so frames are appended behind others all the time. */
    @Test
    void fullQueueAllocatesNothing() {
        OutboundQueue queue = new OutboundQueue();
        long start = 0;
        for (int frame = 0; frame < BEFORE + COUNTED; frame++) {
            if (frame == BEFORE) {
                start = allocatedByThisThread();
            }
            queue.reserve(Integer.BYTES).putInt(frame);
            if (frame > 0) {
                queue.consume(Integer.BYTES);
            }
        }
        // Asking how much it is takes a few objects.
        assertThat(allocatedByThisThread() - start).isLessThan(COUNTED / 4);
    }

    @ParameterizedTest
    @ValueSource(ints = {1 << 14, 1 << 17})
    void steadyTransferAllocatesNothing(int length) throws Exception {
        ByteBuffer payload = ByteBuffer.allocateDirect(length);
        Counting seeder = new Counting() {
            @Override
            public void onPeerId(PeerId id) throws WireException {
                connection.setPayloadSource((piece, begin, wanted, out) -> out.add(payload, begin, wanted));
                super.onPeerId(id);
            }

            @Override
            public void onRequest(int piece, int begin, int wanted) {
                connection.out().block(piece, begin, wanted);
                connection.out().have(piece);
                count();
            }
        };
        Counting leecher = new Counting() {
            @Override
            public void onBlock(int piece, int begin, ByteBuffer block) {
                connection.out().request(piece + DEPTH, 0, length);
                count();
            }

            @Override
            public void onHave(int piece) {}
        };
        try (Loops loops = new Loops()) {
            SelectorLoop leeching = loops.start();
            Loops.connect(leeching, Loops.listen(loops.start(), () -> seeder), leecher);
            Peer.get(leecher.peerId);
            Loops.ask(leeching, () -> {
                for (int piece = 0; piece < DEPTH; piece++) {
                    leecher.connection.out().request(piece, 0, length);
                }
                return null;
            });
            // An object has 16 bytes or more; a few come from a buffer that grows once more, or
            // from classes that are loaded.
            assertThat(Peer.get(leecher.allocated)).isLessThan(4L * COUNTED);
            assertThat(Peer.get(seeder.allocated)).isLessThan(4L * COUNTED);
        }
    }
}
