package murder.engine.storage;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Counts the work of one torrent's storage that has begun and not ended, so that closing can wait
 * for it. Any thread.
 *
 * <pre>
 *   open --close()--> closed, begin() refuses --last end()--> idle, await() returns
 * </pre>
 */
final class OpenWork {
    private int count;
    private volatile boolean closed;

    /**
     * Work is to begin. Returns false, and it must not, once closed; otherwise {@link #end}
     * follows.
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

    /** Lets no more begin. */
    synchronized void close() {
        closed = true;
    }

    /**
     * Waits until all started work has ended, the time is over, or the thread is interrupted, which
     * it stays.
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
