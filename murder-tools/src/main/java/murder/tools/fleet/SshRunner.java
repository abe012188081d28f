package murder.tools.fleet;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Runs ssh for many hosts, see {@link SshBatch}, and shows them until all have ended.
 * {@link HostRun} gets each line at once; this class keeps none.
 */
final class SshRunner {
    /** The interval of checks of all limits. */
    private static final long WATCH_NS = TimeUnit.MILLISECONDS.toNanos(200);
    /** An ssh that ended at most this time before a cancellation counts as cancelled, too. */
    private static final long GRACE_NS = TimeUnit.SECONDS.toNanos(2);

    private final int parallel;
    private final HostLimits limits;
    private final FleetView view;
    /** The one that runs. */
    private SshBatch batch;
    private boolean cancelled;
    private long cancelledNs;

    /** @param parallel how many at once */
    SshRunner(int parallel, HostLimits limits, FleetView view) {
        this.parallel = parallel;
        this.limits = limits;
        this.view = view;
    }

    /** Sees all runs of a task, and decides when the running ones cannot succeed. */
    interface Referee {
        /** Lets all runs continue. */
        Referee PATIENT = (runs, nowNs) -> "";

        /**
         * The reason why the running ones cannot succeed; empty if they may. May take as long as an
         * ssh.
         */
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
        return run(view, task, runs(jobs), limitNs, Referee.PATIENT);
    }

    /** Like {@link #run(String, List, long)}, but a referee may end it. */
    List<HostRun> run(String task, List<Job> jobs, Referee referee) {
        return run(view, task, runs(jobs), 0, referee);
    }

    /** Like {@link #run(String, List, long)}, but shows nothing. */
    List<HostRun> runQuietly(List<Job> jobs) {
        return run(FleetView.NONE, "", runs(jobs), 0, Referee.PATIENT);
    }

    /** Like {@link #runQuietly}, with runs that the caller made. */
    void runAll(List<HostRun> runs) {
        run(FleetView.NONE, "", runs, 0, Referee.PATIENT);
    }

    private static List<HostRun> runs(List<Job> jobs) {
        return jobs.stream().map(HostRun::new).toList();
    }

    private List<HostRun> run(FleetView shownBy, String task, List<HostRun> runs, long limitNs, Referee referee) {
        BlockingQueue<HostRun> ended = new LinkedBlockingQueue<>();
        SshBatch mine = new SshBatch(runs, parallel, limits, ended::add);
        synchronized (this) {
            batch = mine;
            if (cancelled) {
                mine.cancel();
            }
        }
        mine.start();
        long startNs = System.nanoTime();
        long watchNs = startNs;
        shownBy.begin(task, runs, startNs);
        for (int left = runs.size(); left > 0;) {
            HostRun run = next(ended);
            long nowNs = System.nanoTime();
            if (run != null) {
                left--;
                shownBy.ended(run, nowNs);
            } else if (mine.isOverdue(nowNs)) {
                mine.giveUp(nowNs);
                break;
            }
            if (nowNs - watchNs >= WATCH_NS) {
                watchNs = nowNs;
                mine.watch(nowNs);
                String why = referee.hopeless(runs, nowNs);
                if (!why.isEmpty()) {
                    mine.abandon(why);
                }
            }
            shownBy.update(nowNs);
            if (limitNs > 0 && nowNs - startNs > limitNs) {
                cancel();
            }
        }
        shownBy.end(System.nanoTime());
        return runs;
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
    synchronized void cancel() {
        if (!cancelled) {
            cancelled = true;
            cancelledNs = System.nanoTime();
            if (batch != null) {
                batch.cancel();
            }
        }
    }

    synchronized boolean isCancelled() {
        return cancelled;
    }

    /** Whether this moment is about that of the cancellation, or after it. */
    synchronized boolean isCancelledAbout(long timeNs) {
        return cancelled && timeNs - cancelledNs > -GRACE_NS;
    }
}
