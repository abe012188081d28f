package murder.tools.fleet;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Runs many ssh, a limited number at once. Each has one thread with a small stack. One thread is
 * enough: standard error shares the pipe of standard output, and ssh reads standard input from a
 * file. The number of simultaneous logins grows with each successful one and with time, so that a
 * bastion gets no burst.
 */
final class SshBatch {
    private static final int STACK_BYTES = 256 << 10;
    /**
     * The number of ssh that start at once. An sshd with the default MaxStartups drops none of
     * them.
     */
    private static final int FIRST = 10;
    /**
     * The time limit for the processes after a cancellation. A child of ssh may hold the pipe open.
     */
    private static final long GRACE_NS = TimeUnit.SECONDS.toNanos(2);

    private final List<SshCall> calls = new ArrayList<>();
    private final Queue<SshCall> waiting = new ConcurrentLinkedQueue<>();
    private final int parallel;
    private final Consumer<HostRun> onEnd;
    private final AtomicInteger workers = new AtomicInteger();
    private boolean cancelled;
    private long cancelledNs;

    /**
     * @param parallel the limit of simultaneous ssh
     * @param onEnd gets each ended run, from any thread
     */
    SshBatch(List<HostRun> runs, int parallel, HostLimits limits, Consumer<HostRun> onEnd) {
        this.parallel = parallel;
        this.onEnd = onEnd;
        for (HostRun run : runs) {
            calls.add(new SshCall(run, limits));
        }
        waiting.addAll(calls);
    }

    SshCall first() {
        return calls.get(0);
    }

    void start() {
        for (int i = 0; i < Math.min(FIRST, Math.min(parallel, calls.size())); i++) {
            workers.incrementAndGet();
            startWorker();
        }
    }

    /**
     * Ends calls that exceed their limits. Their workers may hang in a pipe, so new workers replace
     * them.
     */
    void watch(long nowNs) {
        for (SshCall call : calls) {
            if (call.isGivenUp(nowNs) && call.isFirstEnd()) {
                onEnd.accept(call.run());
                startWorker();
            }
        }
        grow(); // Hanging hosts do not delay the others.
    }

    /** Ends all running ssh, because they cannot succeed. */
    void abandon(String why) {
        for (SshCall call : calls) {
            if (!call.run().isOver()) {
                call.abandon(why, System.nanoTime());
                if (call.isFirstEnd()) {
                    onEnd.accept(call.run());
                }
            }
        }
    }

    /** Ends every ssh that runs and starts no further one. */
    synchronized void cancel() {
        if (!cancelled) {
            cancelled = true;
            cancelledNs = System.nanoTime();
            calls.forEach(SshCall::cancel);
        }
    }

    /** Whether the time limit after the cancellation is over. */
    synchronized boolean isOverdue(long nowNs) {
        return cancelled && nowNs - cancelledNs > GRACE_NS;
    }

    void giveUp(long nowNs) {
        for (SshCall call : calls) {
            call.run().onInterrupted(nowNs);
            call.kill();
        }
    }

    private void grow() {
        if (!waiting.isEmpty() && workers.getAndUpdate(n -> Math.min(n + 1, parallel)) < parallel) {
            startWorker();
        }
    }

    private void startWorker() {
        Thread worker = new Thread(null, this::work, "ssh", STACK_BYTES);
        worker.setDaemon(true);
        worker.start();
    }

    private void work() {
        for (SshCall call = waiting.poll(); call != null; call = waiting.poll()) {
            call.perform();
            if (!call.isFirstEnd()) {
                return; // It was given up, and another worker has replaced this one.
            }
            if (call.run().hasReported()) {
                grow();
            }
            onEnd.accept(call.run());
        }
    }
}
