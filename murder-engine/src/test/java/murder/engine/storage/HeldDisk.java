package murder.engine.storage;

import java.util.concurrent.CountDownLatch;

/** Keeps an engine's disk threads busy with nothing, so that what a test asked of them waits. */
public final class HeldDisk implements AutoCloseable {
    private final CountDownLatch released = new CountDownLatch(1);

    public HeldDisk(DiskWorkers workers) {
        for (int lane = 0; lane < workers.laneCount(); lane++) {
            workers.execute(lane, this::await);
        }
        workers.executeInBackground(this::await);
    }

    private void await() {
        try {
            released.await();
        } catch (InterruptedException e) {
            throw new AssertionError("disk threads are never interrupted", e);
        }
    }

    /** Lets them work. */
    @Override
    public void close() {
        released.countDown();
    }
}
