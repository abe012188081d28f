package murder.tools.fleet;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import murder.tools.cli.Failures;
import murder.tools.cli.HostReport;

/**
 * Runs ssh for many hosts, a limited number at once. Each running ssh has one thread with a small
 * stack. One thread is enough: standard error shares the pipe of standard output, and ssh reads
 * standard input from a file. Each line goes to {@link HostRun} as it comes and is not kept here.
 */
final class SshRunner {
    /** Longer lines are cut. */
    private static final int MAX_LINE = 16 << 10;
    private static final int STACK_BYTES = 256 << 10;
    /** How long to wait for the processes after a cancellation. A child of ssh may hold the pipe open. */
    private static final long GRACE_NS = TimeUnit.SECONDS.toNanos(2);
    private static final File NOTHING = new File("/dev/null");

    private final int parallel;
    private final FleetView view;
    private final Set<Process> running = new HashSet<>();
    private boolean cancelled;
    private long cancelledNs;

    /** @param parallel how many at once */
    SshRunner(int parallel, FleetView view) {
        this.parallel = parallel;
        this.view = view;
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
        return run(view, task, jobs, limitNs);
    }

    /** As {@link #run(String, List, long)}, but shows nothing. */
    List<HostRun> runQuietly(List<Job> jobs) {
        return run(FleetView.NONE, "", jobs, 0);
    }

    private List<HostRun> run(FleetView shownBy, String task, List<Job> jobs, long limitNs) {
        List<HostRun> runs = new ArrayList<>();
        for (Job job : jobs) {
            runs.add(new HostRun(job));
        }
        ConcurrentLinkedQueue<HostRun> waiting = new ConcurrentLinkedQueue<>(runs);
        BlockingQueue<HostRun> ended = new LinkedBlockingQueue<>();
        for (int i = 0; i < Math.min(parallel, jobs.size()); i++) {
            Thread worker = new Thread(null, () -> work(waiting, ended), "ssh-" + i, STACK_BYTES);
            worker.setDaemon(true);
            worker.start();
        }
        long startNs = System.nanoTime();
        shownBy.begin(task, runs, startNs);
        for (int left = runs.size(); left > 0;) {
            HostRun run = next(ended);
            long nowNs = System.nanoTime();
            if (run != null) {
                left--;
                shownBy.ended(run, nowNs);
            } else if (isOverdue(nowNs)) {
                giveUp(runs, nowNs);
                break;
            }
            shownBy.update(nowNs);
            if (limitNs > 0 && nowNs - startNs > limitNs) {
                cancel();
            }
        }
        shownBy.end(System.nanoTime());
        return runs;
    }

    private boolean isOverdue(long nowNs) {
        synchronized (running) {
            return cancelled && nowNs - cancelledNs > GRACE_NS;
        }
    }

    private void giveUp(List<HostRun> runs, long nowNs) {
        for (HostRun run : runs) {
            if (!run.isOver()) {
                run.onInterrupted(nowNs);
            }
        }
    }

    private HostRun next(BlockingQueue<HostRun> ended) {
        try {
            return ended.poll(view.tickNs(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            cancel();
            return null;
        }
    }

    /** Ends every ssh that runs and starts no further one. Safe for any thread. */
    void cancel() {
        synchronized (running) {
            if (!cancelled) {
                cancelled = true;
                cancelledNs = System.nanoTime();
                for (Process process : running) {
                    // Process.destroy() would close the streams while other threads read them.
                    process.toHandle().destroy();
                }
            }
        }
    }

    boolean isCancelled() {
        synchronized (running) {
            return cancelled;
        }
    }

    private void work(ConcurrentLinkedQueue<HostRun> waiting, BlockingQueue<HostRun> ended) {
        for (HostRun run = waiting.poll(); run != null; run = waiting.poll()) {
            try {
                ssh(run);
            } catch (IOException e) {
                run.onFailure("cannot run ssh: " + Failures.describe(e), System.nanoTime());
            } catch (InterruptedException e) {
                // Nobody interrupts these threads. If it happens, nobody knows what the host did.
                run.onInterrupted(System.nanoTime());
            }
            ended.add(run);
        }
    }

    private void ssh(HostRun run) throws IOException, InterruptedException {
        Process process = start(run);
        if (process == null) {
            run.onInterrupted(System.nanoTime());
            return;
        }
        try {
            read(process, run);
            int status = process.waitFor();
            if (isCancelled() && status != 0) {
                run.onInterrupted(System.nanoTime());
            } else {
                run.onExit(status, System.nanoTime());
            }
        } finally {
            synchronized (running) {
                running.remove(process);
            }
            process.destroyForcibly();
        }
    }

    /** Null if all is cancelled. */
    private Process start(HostRun run) throws IOException {
        Job job = run.job();
        ProcessBuilder builder = new ProcessBuilder(job.command().get());
        if (job.input() == null) {
            builder.redirectInput(NOTHING);
        } else if (!job.onRequest()) {
            builder.redirectInput(job.input().toFile());
        }
        if (job.output() == null) {
            builder.redirectErrorStream(true);
        } else {
            builder.redirectOutput(job.output().toFile());
        }
        synchronized (running) {
            if (cancelled) {
                return null;
            }
            run.onStart(System.nanoTime());
            Process process = builder.start();
            running.add(process);
            return process;
        }
    }

    private static void read(Process process, HostRun run) throws IOException {
        InputStream in = run.job().output() == null ? process.getInputStream() : process.getErrorStream();
        byte[] buffer = new byte[4096];
        byte[] line = new byte[256];
        int length = 0;
        int n;
        while ((n = in.read(buffer)) >= 0) {
            for (int i = 0; i < n; i++) {
                if (buffer[i] == '\n') {
                    onLine(new String(line, 0, length, StandardCharsets.UTF_8), process, run);
                    length = 0;
                } else if (length < MAX_LINE) {
                    line = length < line.length ? line : Arrays.copyOf(line, 2 * length);
                    line[length++] = buffer[i];
                }
            }
        }
        if (length > 0) {
            onLine(new String(line, 0, length, StandardCharsets.UTF_8), process, run);
        }
    }

    private static void onLine(String line, Process process, HostRun run) {
        HostReport report = HostReport.read(line);
        if (run.job().onRequest() && report.type() == HostReport.Type.SEND) {
            try (OutputStream out = process.getOutputStream()) {
                Files.copy(run.job().input(), out);
            } catch (IOException e) {
                // The host reads no more. It mostly says why; if it does not, this is the reason.
                run.onReport(HostReport.ofText("sending " + run.job().input() + " failed: " + Failures.describe(e)), System.nanoTime());
            }
        } else {
            run.onReport(report, System.nanoTime());
        }
    }
}
