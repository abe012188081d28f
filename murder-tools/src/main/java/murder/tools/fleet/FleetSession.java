package murder.tools.fleet;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import murder.tools.cli.CommandException;
import murder.tools.cli.Json;

/** Runs the steps of a {@link FleetRun} on hosts, and remembers which hosts failed. */
final class FleetSession {
    /** The time limit for cleaning up after Ctrl-C. */
    private static final long CLOSING_LIMIT_NS = TimeUnit.SECONDS.toNanos(20);

    /** The task in which a host failed first, and the reason. */
    record Failure(String task, String reason) { }

    private final FleetView view;
    private final HostLimits limits;
    private final SshRunner runner;
    private final int parallel;
    private final boolean dryRun;
    private final Set<Host> hosts = new LinkedHashSet<>();
    /** The time of the failure, by host. */
    private final Map<Host, Long> unreachable = new LinkedHashMap<>();
    private final Map<Host, Failure> failures = new LinkedHashMap<>();
    private final Set<Host> failedInClosing = new LinkedHashSet<>();
    private final Map<Host, Set<Task>> unfinished = new LinkedHashMap<>();

    FleetSession(FleetView view, int parallel, HostLimits limits, boolean dryRun) {
        this.view = view;
        this.parallel = parallel;
        this.limits = limits;
        this.dryRun = dryRun;
        this.runner = new SshRunner(parallel, limits, view);
    }

    FleetView view() {
        return view;
    }

    int parallel() {
        return parallel;
    }

    boolean isDryRun() {
        return dryRun;
    }

    /** Every host that had a job. */
    Set<Host> hosts() {
        return hosts;
    }

    Map<Host, Failure> failures() {
        return failures;
    }

    /**
     * The hosts that failed before the closing steps. A failure in a closing step takes no release
     * from a host.
     */
    Set<Host> failedWithoutRelease() {
        Set<Host> failed = new LinkedHashSet<>(failures.keySet());
        failed.removeAll(failedInClosing);
        return failed;
    }

    /** The closing steps that failed or could not run: their processes may still exist. */
    Map<Host, Set<Task>> unfinished() {
        return unfinished;
    }

    /** Runs the jobs and remembers the hosts that fail. */
    List<HostRun> step(Task task, List<Job> jobs) {
        return step(task, jobs, SshRunner.Referee.PATIENT);
    }

    /** Like {@link #step(Task, List)}, but a referee may end it. */
    List<HostRun> step(Task task, List<Job> jobs, SshRunner.Referee referee) {
        List<Job> reachable = reachable(jobs);
        if (dryRun) {
            return assumed(task, reachable);
        }
        List<HostRun> runs = reachable.isEmpty() ? List.of() : runner.run(task.toString(), reachable, referee);
        remember(task, runs);
        return runs;
    }

    /** Like {@link #step}, for jobs that clean up. They also run after an interrupt. */
    List<HostRun> closingStep(Task task, List<Job> jobs) {
        if (!isCancelled()) {
            List<Job> reachable = reachable(jobs);
            if (dryRun) {
                return assumed(task, reachable);
            }
            List<HostRun> runs = reachable.isEmpty() ? List.of() : runner.run(task.toString(), reachable, 0);
            if (!isCancelled()) {
                return closed(task, jobs, runs);
            }
        }
        // All hosts again: the interrupt may have stopped a host in the middle of this step.
        List<Job> reachable = reachable(jobs);
        return closed(task, jobs, reachable.isEmpty() ? List.of()
            : new SshRunner(parallel, limits, view).run(task.toString(), reachable, CLOSING_LIMIT_NS));
    }

    private List<HostRun> closed(Task task, List<Job> jobs, List<HostRun> runs) {
        for (HostRun run : runs) {
            if (!run.isDone() && !failures.containsKey(run.host())) {
                failedInClosing.add(run.host());
            }
        }
        remember(task, runs);
        Set<Host> open = new LinkedHashSet<>();
        jobs.forEach(job -> open.add(job.host()));
        for (HostRun run : runs) {
            if (run.isDone()) {
                open.remove(run.host());
            }
        }
        open.forEach(host -> unfinished.computeIfAbsent(host, key -> new TreeSet<>()).add(task));
        return runs;
    }

    private List<Job> reachable(List<Job> jobs) {
        List<Job> reachable = new ArrayList<>();
        for (Job job : jobs) {
            Long foundNs = unreachable.get(job.host());
            // The interrupt may also have stopped an ssh that ended at about that moment.
            if (foundNs == null || runner.isCancelledAbout(foundNs)) {
                reachable.add(job);
                hosts.add(job.host());
            }
        }
        return reachable;
    }

    private void remember(Task task, List<HostRun> runs) {
        for (HostRun run : runs) {
            if (!run.isDone()) {
                fail(run.host(), task, run.reason());
                if (run.isUnreachable()) {
                    unreachable.put(run.host(), run.endNs());
                }
            }
        }
    }

    /**
     * Runs jobs whose failure does not count. They are not shown, and a dry run leaves them out.
     */
    List<HostRun> ask(List<Job> jobs) {
        List<Job> reachable = new ArrayList<>(jobs);
        reachable.removeIf(job -> unreachable.containsKey(job.host()));
        return dryRun ? List.of() : runner.runQuietly(reachable);
    }

    /** Like {@link #ask}, for one run with a listener for its reports. */
    void hear(HostRun run) {
        if (!dryRun && !unreachable.containsKey(run.host())) {
            runner.runAll(List.of(run));
        }
    }

    /** Like {@link #ask}, while a step runs. */
    List<HostRun> askMeanwhile(List<Job> jobs) {
        return new SshRunner(parallel, limits, view).runQuietly(jobs);
    }

    /** Shows the commands and assumes success. */
    private List<HostRun> assumed(Task task, List<Job> jobs) {
        List<HostRun> runs = new ArrayList<>();
        for (Job job : jobs) {
            view.say(job.host() + "  " + task + "  " + job.text());
            view.object(new Json().put("task", task.toString()).put("host", job.host().toString()).put("command", job.text()));
            HostRun run = new HostRun(job);
            run.onDryRun();
            runs.add(run);
        }
        return runs;
    }

    /** Remembers a failure. Only the first failure of a host counts. */
    void fail(Host host, Task task, String reason) {
        failures.putIfAbsent(host, new Failure(task.toString(), reason));
    }

    /** Counts a host that had no job of a step. */
    void takesPart(Host host) {
        hosts.add(host);
    }

    /** Notes that processes of a task may still exist. */
    void leave(Host host, Task task) {
        unfinished.computeIfAbsent(host, key -> new TreeSet<>()).add(task);
    }

    /** The hosts that have not failed. */
    List<Host> alive(List<Host> all) {
        List<Host> alive = new ArrayList<>(all);
        alive.removeAll(failures.keySet());
        return alive;
    }

    /** Ends the run if one of these hosts failed, because the others need it. */
    void need(String role, List<Host> needed) throws CommandException {
        if (isCancelled()) {
            throw CommandException.failed("interrupted");
        }
        for (Host host : needed) {
            Failure failure = failures.get(host);
            if (failure != null) {
                throw CommandException.failed(failure.task() + " failed on the " + role + " " + host + ", so the others were left alone: "
                    + failure.reason());
            }
        }
    }

    /** Ends what runs. After that only closing steps start. Safe for any thread. */
    void cancel() {
        runner.cancel();
    }

    boolean isCancelled() {
        return runner.isCancelled();
    }
}
