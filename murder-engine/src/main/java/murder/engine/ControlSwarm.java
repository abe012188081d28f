package murder.engine;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import murder.wire.nio.SelectorLoop;

/**
 * An agent's place in the control swarm of its fleet: orders reach all agents here, and reports go
 * to the trackers. {@link Engine#join} makes it. Thread-safe.
 */
public final class ControlSwarm implements AutoCloseable {
    private final ControlAgent agent;
    private final SelectorLoop loop;

    ControlSwarm(ControlAgent agent, SelectorLoop loop) {
        this.agent = agent;
        this.loop = loop;
    }

    /**
     * {@return a future that completes after the first answer of a tracker or the first neighbour}
     * It fails if this agent leaves before. Meanwhile {@link #trackerError} has the error.
     */
    public CompletableFuture<Void> joined() {
        return agent.joined().copy();
    }

    /**
     * Publishes an order. The order takes the usual way: {@link ControlHandler#verify}, then the
     * neighbours, then {@link ControlHandler#onOrder}.
     *
     * @param signedOrder 1 to {@link ControlOptions#MAX_ORDER_BYTES} bytes, copied
     * @return its serial; -1 if it was refused, is not newer than the newest one, or this agent has
     *     left. It fails if the handler throws
     * @throws IllegalArgumentException if it has no such length
     */
    public CompletableFuture<Long> publish(byte[] signedOrder) {
        CompletableFuture<Long> serial = new CompletableFuture<>();
        agent.publish(ControlOptions.checkOrder(signedOrder), serial);
        return serial;
    }

    /**
     * Tells the trackers about this agent. They keep the last report. A report that is not urgent
     * travels with the next announce, at most two seconds later. In a large fleet the tracker can
     * ask for a longer interval.
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
        byte[] newest = report.clone();
        agent.tell(() -> agent.onReport(newest, urgent));
    }

    /**
     * {@return how many connections to other agents there are} While keys are replaced, an agent
     * with both keys counts twice. Waits for a turn of the engine.
     */
    public int neighbours() {
        Integer now = LoopQuestion.ask(loop, () -> agent.hasEnded() ? 0 : agent.neighbours());
        return now == null ? 0 : now;
    }

    /**
     * {@return the error of the last failed announce; empty while a tracker answers} Waits for a
     * turn of the engine.
     */
    public String trackerError() {
        String now = LoopQuestion.ask(loop, agent::trackerError);
        return now == null ? "" : now;
    }

    /** {@return the serial of the newest order, or -1 if there is none} */
    public long serial() {
        return agent.serial();
    }

    /** Like {@link #close(Duration)} with two seconds. */
    @Override
    public void close() {
        close(Duration.ofSeconds(2));
    }

    /**
     * Leaves the swarm: tells the trackers and closes the connections. Idempotent; always returns.
     * Closing the engine does the same.
     *
     * @param atMost how long to wait for the trackers
     */
    public void close(Duration atMost) {
        if (agent.tell(() -> agent.onEnd(atMost)) && !loop.inLoop()) {
            CompletableFuture<Void> left = agent.ended().copy().completeOnTimeout(null, TimeUnit.NANOSECONDS.convert(atMost),
                TimeUnit.NANOSECONDS);
            left.join();
        }
    }
}
