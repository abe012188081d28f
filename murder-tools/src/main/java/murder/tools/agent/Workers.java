package murder.tools.agent;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * The worker threads of an agent. Each release has at most one valid job. A new job withdraws the
 * previous one and waits for its end. For the agent's main thread, except {@link #inMain}.
 */
final class Workers implements AutoCloseable {
    private static final int HEAVY = 3;

    private final Consumer<Runnable> main;
    /** Packing and unpacking. */
    private final ExecutorService heavy = Executors.newFixedThreadPool(HEAVY, Workers::daemon);
    /** For renames, which must not wait for long jobs. */
    private final ExecutorService quick = Executors.newSingleThreadExecutor(Workers::daemon);
    private final Map<Object, Task> underWay = new HashMap<>();

    /** Long work. The main thread then runs its result. */
    interface Job {
        Runnable run() throws AgentException, IOException, InterruptedException;
    }

    /** Something for the main thread that may fail. */
    interface Short {
        void run() throws IOException;
    }

    /** @param main runs a task in the agent's main thread */
    Workers(Consumer<Runnable> main) {
        this.main = main;
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "agent-work");
        thread.setDaemon(true);
        return thread;
    }

    /** @param onFailure runs in the main thread */
    void begin(boolean isQuick, Object key, Job job, Consumer<AgentException> onFailure) {
        Task task = new Task(key, job, onFailure, underWay.get(key));
        underWay.put(key, task);
        (isQuick ? quick : heavy).execute(task);
    }

    /** For work that nobody waits for. */
    void later(Runnable work) {
        heavy.execute(work);
    }

    boolean isBusy() {
        return !underWay.isEmpty();
    }

    /** Runs something in the main thread and waits for it. Called by a job. */
    void inMain(Short work) throws IOException {
        CompletableFuture<Void> done = new CompletableFuture<>();
        main.accept(() -> {
            try {
                work.run();
                done.complete(null);
            } catch (IOException | RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        try {
            done.get();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() {
        heavy.shutdownNow();
        quick.shutdownNow();
    }

    private final class Task implements Runnable {
        private final Object key;
        private final Job job;
        private final Consumer<AgentException> onFailure;
        /** The previous job; it is withdrawn and ends first. */
        private final Task before;
        private final CountDownLatch end = new CountDownLatch(1);
        private Thread thread;
        private boolean withdrawn;

        Task(Object key, Job job, Consumer<AgentException> onFailure, Task before) {
            this.key = key;
            this.job = job;
            this.onFailure = onFailure;
            this.before = before;
            if (before != null) {
                before.withdraw();
            }
        }

        private synchronized void withdraw() {
            withdrawn = true;
            if (thread != null) {
                thread.interrupt();
            }
        }

        private synchronized boolean enter() {
            thread = Thread.currentThread();
            return !withdrawn;
        }

        private synchronized void leave() {
            thread = null;
            Thread.interrupted();
        }

        @Override
        public void run() {
            Runnable outcome = () -> { };
            try {
                if (before != null) {
                    before.end.await();
                }
                if (enter()) {
                    outcome = job.run();
                }
            } catch (AgentException | IOException | RuntimeException e) {
                AgentException why = AgentException.of(e, Cause.SYSTEM);
                outcome = () -> onFailure.accept(why);
            } catch (InterruptedException e) {
                outcome = () -> onFailure.accept(new AgentException(Cause.SYSTEM, "interrupted", e));
            } finally {
                leave();
                end.countDown();
            }
            Runnable last = outcome;
            main.accept(() -> {
                // A withdrawn job does not count.
                if (underWay.get(key) == this) {
                    underWay.remove(key);
                    last.run();
                }
            });
        }
    }
}
