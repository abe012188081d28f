package murder.engine;

import java.lang.System.Logger.Level;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import murder.engine.storage.DiskWorkers;

/**
 * All threads of one engine. Each name starts with the engine's name, so a thread dump shows whose
 * a thread is:
 *
 * <pre>
 *   NAME-loop-1      takes all decisions; all sockets belong to it
 *   NAME-disk-3      write and hash, one for each core, and one more for long calls
 *   NAME-tracker-2   announce, at most {@link TrackerCalls#THREADS}; end when idle
 *   NAME-close-1     close files, at most 4; end when idle
 *   NAME-control-1   checks orders and hands them to the agent; ends when idle
 *   NAME-notify-1    calls listeners, unless the options bring an executor; ends when idle
 * </pre>
 *
 * The loop's thread ends first, because its last turn gives work to the others. Then the others
 * take no more work. All are daemon threads, so a disk that hangs does not keep the process alive.
 */
final class EngineThreads {
    private static final int CLOSING = 4;
    private static final int IDLE_SECONDS = 10;
    private static final AtomicInteger UNNAMED = new AtomicInteger();

    private final String name;
    private final DiskWorkers disk;
    private final ExecutorService trackers;
    private final ExecutorService closing;
    private final ExecutorService control;
    private final Executor notifications;
    /** Null if the options bring an executor for notifications. */
    private final ExecutorService ownNotifications;
    /** Ends when the other threads take no more work. */
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile Thread notifying;
    /** Whether the log already says that the executor for notifications refuses calls. */
    private final AtomicBoolean refused = new AtomicBoolean();

    EngineThreads(EngineOptions options) {
        name = options.values.name.isEmpty() ? "murder-" + UNNAMED.incrementAndGet() : options.values.name;
        disk = new DiskWorkers(options.values.diskThreads == 0 ? Runtime.getRuntime().availableProcessors() : options.values.diskThreads,
            factory("disk"));
        trackers = idlePool(TrackerCalls.THREADS, "tracker");
        closing = idlePool(CLOSING, "close");
        control = idlePool(1, "control");
        ownNotifications = options.values.notifications == null ? idlePool(1, "notify") : null;
        notifications = ownNotifications == null ? options.values.notifications : ownNotifications;
    }

    /**
     * Threads that exist only while there is something to do. A pool of the JDK with a plain queue
     * would start one more thread for each task until there are {@code size}, even if all are idle.
     */
    private ExecutorService idlePool(int size, String role) {
        IdleFirst queue = new IdleFirst();
        return new ThreadPoolExecutor(0, size, IDLE_SECONDS, TimeUnit.SECONDS, queue, factory(role), queue);
    }

    /**
     * A queue of tasks that refuses a task if no thread is idle. Then the pool starts a thread. If
     * it may not, it hands the task back here, and the task waits.
     */
    private static final class IdleFirst extends LinkedTransferQueue<Runnable> implements RejectedExecutionHandler {
        private static final long serialVersionUID = 1;

        @Override
        public boolean offer(Runnable task) {
            return tryTransfer(task);
        }

        @Override
        public void rejectedExecution(Runnable task, ThreadPoolExecutor pool) {
            put(task);
            // The last thread may have looked before. If a thread has taken the task, all is well.
            if ((pool.isShutdown() || pool.getPoolSize() == 0) && remove(task)) {
                if (pool.isShutdown()) {
                    throw new RejectedExecutionException("the engine has ended");
                }
                pool.execute(task);
            }
        }
    }

    private ThreadFactory factory(String role) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + role + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Makes the loop's thread. When it ends, the others end. */
    Thread loop(Runnable run) {
        return factory("loop").newThread(() -> {
            try {
                run.run();
            } finally {
                end();
            }
        });
    }

    /**
     * Lets the threads finish their work, but take no more. For an engine whose loop has ended or
     * never started.
     */
    void end() {
        trackers.shutdown();
        closing.shutdown();
        control.shutdown();
        if (ownNotifications != null) {
            ownNotifications.shutdown();
        }
        disk.close();
        ended.countDown();
    }

    /**
     * Waits until the disks are idle and the listeners have got all calls. A listener that closes
     * the engine does not wait for itself.
     *
     * @return whether they are done before the deadline
     */
    boolean awaitEnd(long deadlineNs) {
        try {
            if (!ended.await(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                return false;
            }
            return ownNotifications == null || Thread.currentThread() == notifying
                || ownNotifications.awaitTermination(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    DiskWorkers disk() {
        return disk;
    }

    /** For calls to trackers, which block. */
    Executor trackers() {
        return trackers;
    }

    /** For closing files, which may wait for a disk. */
    Executor closing() {
        return closing;
    }

    /**
     * Runs a call to a {@link ControlHandler}, in order with all others.
     *
     * @return false if it will not run: the engine has ended
     */
    boolean control(Runnable call) {
        try {
            control.execute(call);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    /**
     * Runs a listener's call, in order with all others.
     *
     * @return false if it will not run: the engine has ended, or the executor of the options
     *     refuses it
     */
    boolean notify(Runnable call) {
        try {
            notifications.execute(() -> {
                notifying = Thread.currentThread();
                call.run();
            });
            return true;
        } catch (RejectedExecutionException e) {
            // The engine's own executor refuses only after the end, when nobody listens. Strangers
            // may cause any number of calls, so the log has one line.
            if (ownNotifications == null && !refused.getAndSet(true)) {
                Log.ENGINE.log(Level.ERROR, "the executor for notifications refuses, listeners hear nothing: {0}", e.getMessage());
            }
            return false;
        }
    }
}
