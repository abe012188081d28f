package murder.tools.fleet;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Runs ssh for many hosts, a limited number at once. Each running ssh has one thread with a small
 * stack. One thread is enough: standard error shares the pipe of standard output, and ssh reads
 * standard input from a file. Each line goes to {@link HostRun} as it comes and is not kept here.
 */
final class SshRunner {
    private static final int STACK_BYTES = 256 << 10;
    /** How often the limits of all calls are looked at. */
    private static final long WATCH_NS = TimeUnit.MILLISECONDS.toNanos(200);
    /** How long to wait for the processes after a cancellation. A child of ssh may hold the pipe open. */
    private static final long GRACE_NS = TimeUnit.SECONDS.toNanos(2);

    private final int parallel;
    private final HostLimits limits;
    private final FleetView view;
    private final List<SshCall> calls = new ArrayList<>();
    private boolean cancelled;
    private long cancelledNs;

    /** @param parallel how many at once */
    SshRunner(int parallel, HostLimits limits, FleetView view) {
        this.parallel = parallel;
        this.limits = limits;
        this.view = view;
    }

    /** Sees all runs of a task, and knows when those that go on cannot succeed. */
    interface Referee {
        /** Lets all go on. */
        Referee PATIENT = (runs, nowNs) -> "";

        /** Why the runs that go on cannot succeed; empty if they may. May take as long as an ssh. */
        String hopeless(List<HostRun> runs, long nowNs);
    }

    /**
     * Runs all jobs to their ends and shows them. A host that fails stops no other. An interrupt of
     * this thread does the same as {@link #cancel()}.
     *
     * @param task its name on the screen
     * @param limitNs when all is cancelled; 0 for never
     * @return one for each job, in the same order
     */
    List<HostRun> run(String task, List<Job> jobs, long limitNs) {
        return run(view, task, jobs, limitNs, Referee.PATIENT);
    }

    /** As {@link #run(String, List, long)}, but a referee may end it. */
    List<HostRun> run(String task, List<Job> jobs, Referee referee) {
        return run(view, task, jobs, 0, referee);
    }

    /** As {@link #run(String, List, long)}, but shows nothing. */
    List<HostRun> runQuietly(List<Job> jobs) {
        return run(FleetView.NONE, "", jobs, 0, Referee.PATIENT);
    }

    private List<HostRun> run(FleetView shownBy, String task, List<Job> jobs, long limitNs, Referee referee) {
        List<HostRun> runs = new ArrayList<>();
        List<SshCall> mine = new ArrayList<>();
        for (Job job : jobs) {
            HostRun run = new HostRun(job);
            runs.add(run);
            mine.add(new SshCall(run, limits));
        }
        synchronized (calls) {
            calls.clear();
            calls.addAll(mine);
            if (cancelled) {
                mine.forEach(SshCall::cancel);
            }
        }
        Queue<SshCall> waiting = new ConcurrentLinkedQueue<>(mine);
        BlockingQueue<HostRun> ended = new LinkedBlockingQueue<>();
        for (int i = 0; i < Math.min(parallel, jobs.size()); i++) {
            startWorker(waiting, ended);
        }
        long startNs = System.nanoTime();
        long watchNs = startNs;
        shownBy.begin(task, runs, startNs);
        for (int left = runs.size(); left > 0;) {
            HostRun run = next(ended);
            long nowNs = System.nanoTime();
            if (run != null) {
                left--;
                shownBy.ended(run, nowNs);
            } else if (isOverdue(nowNs)) {
                giveUp(mine, nowNs);
                break;
            }
            if (nowNs - watchNs >= WATCH_NS) {
                watchNs = nowNs;
                watch(mine, waiting, ended, nowNs);
                abandon(mine, referee.hopeless(runs, nowNs), ended);
            }
            shownBy.update(nowNs);
            if (limitNs > 0 && nowNs - startNs > limitNs) {
                cancel();
            }
        }
        shownBy.end(System.nanoTime());
        return runs;
    }

    /** Ends calls that are over their limits. Their workers may hang in a pipe, so others take their places. */
    private static void watch(List<SshCall> calls, Queue<SshCall> waiting, BlockingQueue<HostRun> ended, long nowNs) {
        for (SshCall call : calls) {
            if (call.isGivenUp(nowNs) && call.isFirstEnd()) {
                ended.add(call.run());
                startWorker(waiting, ended);
            }
        }
    }

    private static void abandon(List<SshCall> calls, String why, BlockingQueue<HostRun> ended) {
        for (SshCall call : why.isEmpty() ? List.<SshCall>of() : calls) {
            if (!call.run().isOver()) {
                call.abandon(why, System.nanoTime());
                if (call.isFirstEnd()) {
                    ended.add(call.run());
                }
            }
        }
    }

    private boolean isOverdue(long nowNs) {
        synchronized (calls) {
            return cancelled && nowNs - cancelledNs > GRACE_NS;
        }
    }

    private static void giveUp(List<SshCall> calls, long nowNs) {
        for (SshCall call : calls) {
            call.run().onInterrupted(nowNs);
            call.kill();
        }
    }

    private HostRun next(BlockingQueue<HostRun> ended) {
        try {
            return ended.poll(Math.min(view.tickNs(), WATCH_NS), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            cancel();
            return null;
        }
    }

    /** Ends every ssh that runs and starts no further one. Safe for any thread. */
    void cancel() {
        synchronized (calls) {
            if (!cancelled) {
                cancelled = true;
                cancelledNs = System.nanoTime();
                calls.forEach(SshCall::cancel);
            }
        }
    }

    boolean isCancelled() {
        synchronized (calls) {
            return cancelled;
        }
    }

    /** Whether this moment is about that of the cancellation, or after it. */
    boolean isCancelledAbout(long timeNs) {
        synchronized (calls) {
            return cancelled && timeNs - cancelledNs > -GRACE_NS;
        }
    }

    private static void startWorker(Queue<SshCall> waiting, BlockingQueue<HostRun> ended) {
        Thread worker = new Thread(null, () -> work(waiting, ended), "ssh", STACK_BYTES);
        worker.setDaemon(true);
        worker.start();
    }

    private static void work(Queue<SshCall> waiting, BlockingQueue<HostRun> ended) {
        for (SshCall call = waiting.poll(); call != null; call = waiting.poll()) {
            call.perform();
            if (!call.isFirstEnd()) {
                return; // It was given up, and another worker has this one's place.
            }
            ended.add(call.run());
        }
    }
}
