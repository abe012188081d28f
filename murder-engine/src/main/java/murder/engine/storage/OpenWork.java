package murder.engine.storage;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Counts the running jobs of one torrent's storage, so that closing can wait for them. Any thread.
 *
 * <pre>
 *   open --close()--> closed, begin() refuses --last end()--> idle, await() returns
 * </pre>
 */
final class OpenWork {
    private int count;
    private volatile boolean closed;

    /**
     * Starts a job. Returns false after the close: then the job must not run. Otherwise
     * {@link #end} follows.
     */
    synchronized boolean begin() {
        if (closed) {
            return false;
        }
        count++;
        return true;
    }

    synchronized void end() {
        count--;
        if (count == 0) {
            notifyAll();
        }
    }

    boolean isClosed() {
        return closed;
    }

    /** Refuses further jobs. */
    synchronized void close() {
        closed = true;
    }

    /**
     * Waits until all started jobs have ended, the time is over, or the thread is interrupted. It
     * keeps the interrupt.
     */
    synchronized void await(Duration atMost) {
        long deadlineNs = System.nanoTime() + atMost.toNanos();
        try {
            while (count > 0 && deadlineNs - System.nanoTime() > 0) {
                TimeUnit.NANOSECONDS.timedWait(this, deadlineNs - System.nanoTime());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
