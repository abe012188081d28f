package murder.wire.nio;

import java.util.ArrayDeque;

/** Tasks for the loop's thread, in order. Each that was accepted is handed out once; none is accepted after the end. Thread-safe. */
final class TaskQueue {
    private ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private boolean ended;

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

    /**
     * All tasks that wait now. Those that they add come next time.
     *
     * @param empty an empty queue to take the place of the one that is returned
     */
    synchronized ArrayDeque<Runnable> take(ArrayDeque<Runnable> empty) {
        ArrayDeque<Runnable> taken = waiting;
        waiting = empty;
        return taken;
    }

    /** Accepts no more. @return the tasks that still wait */
    synchronized ArrayDeque<Runnable> end() {
        ended = true;
        return take(new ArrayDeque<>());
    }
}
