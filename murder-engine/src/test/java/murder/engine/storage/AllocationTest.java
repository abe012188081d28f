package murder.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import murder.metainfo.PieceLayout;
import murder.wire.nio.PayloadSink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A block costs no object on its way through the storage, in neither direction. */
class AllocationTest {
    private static final int BLOCKS = 512;
    private static final int BEFORE = 128;

    @TempDir
    Path temp;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** All threads that live; those that the rig made are among them. */
    private long allocated() {
        long sum = 0;
        for (long bytes : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
            sum += Math.max(0, bytes);
        }
        return sum;
    }

    private static void awaitLane(Rig rig) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(rig.workers.laneCount());
        for (int lane = 0; lane < rig.workers.laneCount(); lane++) {
            rig.workers.execute(lane, done::countDown);
        }
        done.await();
    }

    @Test
    void blocksAllocateNothing() throws Exception {
        int length = BLOCKS * PieceLayout.BLOCK_LENGTH;
        try (Rig rig = new Rig(TestTorrent.single(length, TestTorrent.random(length, 1)), temp.resolve("target"), null)) {
            rig.openAndAllocate(CheckMode.RESUME);
            ByteBuffer payload = ByteBuffer.allocateDirect(length).put(rig.payload);
            long before = 0;
            FailureListener listener = failure -> { };
            for (int block = 0; block < BLOCKS; block++) {
                if (block % 64 == 0) {
                    // Else the threads might fall behind, and more buffers be made.
                    rig.workers.flush();
                    awaitLane(rig);
                }
                if (block == BEFORE) {
                    before = allocated();
                }
                int begin = block * PieceLayout.BLOCK_LENGTH;
                payload.limit(begin + PieceLayout.BLOCK_LENGTH).position(begin);
                assertThatTaken(rig.storage.write(0, begin, payload, listener));
                if (block % 3 == 0) {
                    rig.workers.flush();
                }
            }
            rig.workers.flush();
            awaitLane(rig);
            // An object has 16 bytes or more. The rest is of the threads of the test's own
            // machinery.
            assertThat(allocated() - before).isLessThan(8L * (BLOCKS - BEFORE));
            assertThat(rig.verify(0)).isTrue();

            int[] read = new int[1];
            PayloadSink sink = (buffer, index, count) -> read[0] += count;
            for (int block = 0; block < BLOCKS; block++) {
                if (block == BEFORE) {
                    before = allocated();
                }
                rig.storage.read(0, block * PieceLayout.BLOCK_LENGTH, PieceLayout.BLOCK_LENGTH, sink);
            }
            assertThat(allocated() - before).isLessThan(8L * (BLOCKS - BEFORE));
            assertThat(read[0]).isEqualTo(length);
        }
    }

    private static void assertThatTaken(boolean taken) {
        if (!taken) {
            throw new AssertionError("not taken");
        }
    }
}
