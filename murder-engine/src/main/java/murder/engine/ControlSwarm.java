package murder.engine;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * An agent's place in the control swarm of its fleet: orders reach all agents here, and reports go to the trackers. {@link Engine#join}
 * makes it. Thread-safe.
 */
public final class ControlSwarm implements AutoCloseable {
    private final ControlOptions options;

    ControlSwarm(ControlOptions options) {
        this.options = options;
    }

    /**
     * Brings an order of this agent's own. It takes the way of every other: {@link ControlHandler#verify}, then the neighbours, then
     * {@link ControlHandler#onOrder}.
     *
     * @param signedOrder 1 to {@link ControlOptions#MAX_ORDER_BYTES} bytes, copied
     * @return its serial; -1 if it was refused, is no newer than the newest one, or the swarm was left
     * @throws IllegalArgumentException if it has no such length
     */
    public CompletableFuture<Long> publish(byte[] signedOrder) {
        byte[] order = ControlOptions.checkOrder(signedOrder);
        return CompletableFuture.supplyAsync(() -> {
            long serial = options.handler().verify(order);
            if (serial >= 0) {
                options.handler().onOrder(serial, order);
            }
            return serial;
        });
    }

    /**
     * Tells the trackers about this agent. They keep the last report. A report that is not urgent goes with the next announce, at most
     * two seconds later, or as seldom as the tracker asks for in a large fleet.
     *
     * @param report at most {@link ControlOptions#MAX_REPORT_BYTES} bytes, copied
     * @param urgent whether to announce at once
     * @throws IllegalArgumentException if it is longer
     */
    public void report(byte[] report, boolean urgent) {
        if (report.length > ControlOptions.MAX_REPORT_BYTES) {
            throw new IllegalArgumentException(
                "a report has at most " + ControlOptions.MAX_REPORT_BYTES + " bytes, not " + report.length);
        }
    }

    /** {@return how many agents this one is connected with} Waits for a turn of the engine. */
    public int neighbours() {
        return 0;
    }

    /** {@return the serial of the newest order, or -1 if there is none} */
    public long serial() {
        return options.serial();
    }

    /** As {@link #close(Duration)} with two seconds. */
    @Override
    public void close() {
        close(Duration.ofSeconds(2));
    }

    /**
     * Leaves: tells the trackers and closes the connections. Idempotent; always returns. The end of the engine does the same.
     *
     * @param atMost how long to wait for the trackers
     */
    public void close(Duration atMost) {
    }
}
