package murder.wire.nio;

import java.util.ArrayDeque;

/** Tasks for the loop's thread, in order. Each that was accepted runs once; none is accepted after the end. Thread-safe. */
final class TaskQueue {
    private ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private boolean ended;
    /** Takes the place of {@code waiting} in the next turn. Loop's thread only. */
    private ArrayDeque<Runnable> empty = new ArrayDeque<>();

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

    private synchronized ArrayDeque<Runnable> take() {
        ArrayDeque<Runnable> taken = waiting;
        waiting = empty;
        return taken;
    }

    /** Runs all tasks that wait now. Those that they add run next time. Loop's thread only. */
    void run() {
        ArrayDeque<Runnable> taken = take();
        for (Runnable task = taken.poll(); task != null; task = taken.poll()) {
            task.run();
        }
        empty = taken;
    }

    /** Accepts no more, and runs the tasks that still wait, each though one before it failed. Loop's thread only. */
    void end() {
        ArrayDeque<Runnable> last;
        synchronized (this) {
            ended = true;
            last = waiting;
            waiting = empty;
        }
        for (Runnable task : last) {
            Closing.lastStep(task::run);
        }
    }
}
