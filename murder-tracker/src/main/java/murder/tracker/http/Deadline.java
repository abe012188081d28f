package murder.tracker.http;

import java.net.SocketTimeoutException;
import java.time.Duration;

/** The deadline of a request. */
final class Deadline {
    private final long endNs;
    private final Duration limit;

    Deadline(Duration limit) {
        this.limit = limit;
        this.endNs = System.nanoTime() + limit.toNanos();
    }

    /**
     * The remaining time in milliseconds, at least 1 and at most {@code most}.
     *
     * @throws SocketTimeoutException if no time is left
     */
    int remainingMs(Duration most) throws SocketTimeoutException {
        long leftNs = endNs - System.nanoTime();
        if (leftNs <= 0) {
            throw timedOut();
        }
        return (int) Math.max(1, Math.min(leftNs, most.toNanos()) / 1_000_000);
    }

    int remainingMs() throws SocketTimeoutException {
        return remainingMs(limit);
    }

    SocketTimeoutException timedOut() {
        return new SocketTimeoutException("the tracker did not answer within " + limit.toMillis() + " ms");
    }
}
