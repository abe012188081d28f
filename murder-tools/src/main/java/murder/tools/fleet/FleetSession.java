package murder.tools.fleet;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import murder.tools.cli.CommandException;
import murder.tools.cli.Json;

/** Runs the steps of a {@link FleetRun} on hosts, and remembers which hosts failed. */
final class FleetSession {
    /** How long cleaning up may take after Ctrl-C. */
    private static final long CLOSING_LIMIT_NS = TimeUnit.SECONDS.toNanos(20);

    /** The task in which a host failed first, and the reason. */
    record Failure(String task, String reason) { }

    private final FleetView view;
    private final SshRunner runner;
    private final int parallel;
    private final boolean dryRun;
    private final Set<Host> hosts = new LinkedHashSet<>();
    private final Set<Host> unreachable = new LinkedHashSet<>();
    private final Map<Host, Failure> failures = new LinkedHashMap<>();

    FleetSession(FleetView view, int parallel, boolean dryRun) {
        this.view = view;
        this.parallel = parallel;
        this.dryRun = dryRun;
        this.runner = new SshRunner(parallel, view);
    }

    FleetView view() {
        return view;
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

    /** Runs the jobs and remembers the hosts that fail. */
    List<HostRun> step(Task task, List<Job> jobs) {
        return run(runner, task, jobs, 0);
    }

    /** As {@link #step}, for jobs that clean up. They also run after an interrupt. */
    List<HostRun> closingStep(Task task, List<Job> jobs) {
        return isCancelled() ? run(new SshRunner(parallel, view), task, jobs, CLOSING_LIMIT_NS) : step(task, jobs);
    }

    private List<HostRun> run(SshRunner by, Task task, List<Job> jobs, long limitNs) {
        List<Job> reachable = new ArrayList<>();
        for (Job job : jobs) {
            if (!unreachable.contains(job.host())) {
                reachable.add(job);
                hosts.add(job.host());
            }
        }
        if (reachable.isEmpty()) {
            return List.of();
        }
        if (dryRun) {
            return assumed(task, reachable);
        }
        List<HostRun> runs = by.run(task.toString(), reachable, limitNs);
        for (HostRun run : runs) {
            if (!run.isDone()) {
                fail(run.host(), task, run.reason());
                if (run.isUnreachable()) {
                    unreachable.add(run.host());
                }
            }
        }
        return runs;
    }

    /** Runs jobs whose failure does not count. They are not shown, and a dry run leaves them out. */
    List<HostRun> ask(List<Job> jobs) {
        List<Job> reachable = new ArrayList<>(jobs);
        reachable.removeIf(job -> unreachable.contains(job.host()));
        return dryRun ? List.of() : runner.runQuietly(reachable);
    }

    /** Shows the commands and assumes that they worked. */
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
