package murder.wire.nio;

import java.util.ArrayDeque;

/**
 * Tasks for the loop's thread, in order. Each accepted task runs once. After the end it accepts
 * none. Thread-safe.
 */
final class TaskQueue {
    private ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private boolean ended;
    /**
     * Tasks of this turn that have not run; swapped with {@code waiting} in the next turn. Loop's
     * thread only.
     */
    private ArrayDeque<Runnable> running = new ArrayDeque<>();

    /** @return false once the queue has ended */
    synchronized boolean add(Runnable task) {
        if (ended) {
            return false;
        }
        waiting.add(task);
        return true;
    }

    synchronized boolean isEmpty() {
        return waiting.isEmpty();
    }

    private synchronized void take() {
        ArrayDeque<Runnable> empty = running;
        running = waiting;
        waiting = empty;
    }

    /** Runs all tasks that wait now. Those that they add run next time. Loop's thread only. */
    void run() {
        take();
        for (Runnable task = running.poll(); task != null; task = running.poll()) {
            task.run();
        }
    }

    /**
     * Accepts no more, and runs the remaining tasks, also after a failed one. Loop's thread only.
     */
    void end() {
        synchronized (this) {
            ended = true;
            running.addAll(waiting);
            waiting.clear();
        }
        for (Runnable task = running.poll(); task != null; task = running.poll()) {
            Closing.lastStep(task::run);
        }
    }
}
