package murder.tools.agent;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import murder.order.SignedOrder;

/** The reports of this agent alone. */
final class OwnBoard implements Board, Agent.Audience {
    /** A counter of changes, on which readers wait. */
    private long changes;
    private long version;
    private byte[] report = new byte[0];
    private SignedOrder order;

    /** Announces a change to the readers of this board. */
    synchronized void touch() {
        changes++;
        notifyAll();
    }

    /** Waits until there are more changes. @return their number */
    synchronized long await(long known, Duration timeout) throws InterruptedException {
        long endNs = System.nanoTime() + timeout.toNanos();
        for (long leftNs = timeout.toNanos(); changes <= known && leftNs > 0; leftNs = endNs - System.nanoTime()) {
            wait(leftNs / 1_000_000 + 1);
        }
        return changes;
    }

    /** The newest report. */
    synchronized List<String> lines() {
        return new String(report, StandardCharsets.UTF_8).lines().toList();
    }

    /** Grows with each report. */
    synchronized long version() {
        return version;
    }

    @Override
    public Reader reader() {
        return new Reader() {
            private long known;
            private long read;

            @Override
            public List<String> next(Duration timeout) throws InterruptedException {
                known = await(known, timeout);
                long now = version();
                List<String> lines = now > read ? lines() : List.of();
                read = now;
                return lines;
            }
        };
    }

    @Override
    public synchronized SignedOrder order() {
        return order;
    }

    @Override
    public synchronized void onReport(byte[] newReport) {
        report = newReport;
        version++;
        touch();
    }

    @Override
    public synchronized void onOrder(SignedOrder signed) {
        order = signed;
        touch();
    }

    @Override
    public boolean isNeeded() {
        return false;
    }
}
