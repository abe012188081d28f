package murder.engine.storage;

import java.util.ArrayDeque;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * One thread that runs tasks in the order of their arrival, like an executor of one thread. It
 * allocates nothing for a task. The callers bound its queue. A task that dies of a programming
 * error ends the thread, and a new thread continues.
 */
final class Lane {
    private final ThreadFactory factory;
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private boolean waiting;
    private boolean ending;
    private Thread thread;

    Lane(ThreadFactory factory) {
        this.factory = factory;
    }

    /** Returns false, and the task will not run, after {@link #end()}. */
    boolean execute(Runnable task) {
        boolean taken = append(task);
        wake();
        return taken;
    }

    /**
     * Queues a task without waking the thread; it runs at the latest after {@link #wake}. So
     * several tasks wake the thread only once. Returns false, and the task will not run, after
     * {@link #end()}.
     */
    synchronized boolean append(Runnable task) {
        if (ending) {
            return false;
        }
        tasks.add(task);
        if (thread == null) {
            start();
        }
        return true;
    }

    synchronized void wake() {
        if (waiting && !tasks.isEmpty()) {
            notify();
        }
    }

    private synchronized void start() {
        thread = factory.newThread(this::work);
        thread.start();
    }

    private void work() {
        boolean died = true;
        try {
            for (Runnable task = next(); task != null; task = next()) {
                task.run();
            }
            died = false;
        } finally {
            if (died) {
                start();
            }
        }
    }

    /** Null at the end. Ignores interrupts: one would close the channel of the next write. */
    private synchronized Runnable next() {
        while (tasks.isEmpty() && !ending) {
            waiting = true;
            try {
                wait();
            } catch (InterruptedException e) {
                continue;
            } finally {
                waiting = false;
            }
        }
        return tasks.poll();
    }

    /** Takes no more tasks. It still runs the queued ones. */
    synchronized void end() {
        ending = true;
        notifyAll();
    }

    /** Waits until all tasks have ended, at most until the deadline. */
    void join(long atMostNs) throws InterruptedException {
        Thread working;
        synchronized (this) {
            working = thread;
        }
        if (working != null && atMostNs > 0) {
            TimeUnit.NANOSECONDS.timedJoin(working, atMostNs);
        }
    }
}
