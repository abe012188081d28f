package murder.tools.fleet;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import murder.tools.cli.CommandException;
import murder.tools.cli.Failures;
import murder.tools.cli.HostReport;
import murder.tools.cli.HostReport.Member;
import murder.tools.cli.OwnSession;

/**
 * One run of ssh for one host, with further attempts if a login is dropped. A worker thread runs
 * it. The main thread checks its limits, because a child process of ssh may hold the pipe open for
 * ever.
 */
final class SshCall {
    /** Longer lines are cut. */
    private static final int MAX_LINE = 16 << 10;
    private static final File NOTHING = new File("/dev/null");
    /**
     * ssh must survive Ctrl-C, because its end would look like a lost host. It survives in another
     * session than the command. On systems without {@code setsid} ssh ignores the signals, except
     * an ssh that shares a connection. A shell for each of thousands of hosts would cost more than
     * its short search for the program.
     */
    private static final List<String> OWN_SESSION = OwnSession.isHere() ? List.of()
        : !OwnSession.words().isEmpty() ? OwnSession.words() : List.of("sh", "-c",
            "if command -v setsid > /dev/null; then exec setsid \"$@\"; fi; trap '' HUP INT TERM; exec \"$@\"", "sh");
    /**
     * sshd drops logins at random while many others are under way (MaxStartups). Each wait is
     * random, from half to one and a half of these.
     */
    private static final long[] TRY_AGAIN_AFTER_MS = {1000, 2000, 4000, 8000};
    /** The time limit from the end of ssh to the end of its output, after the host's result. */
    private static final long REST_NS = TimeUnit.SECONDS.toNanos(1);
    /** The same without a result. On a busy machine a worker may need seconds to read it. */
    private static final long RESULT_NS = TimeUnit.SECONDS.toNanos(10);

    private final HostRun run;
    private final HostLimits limits;
    private final AtomicBoolean over = new AtomicBoolean();
    private Process process;
    private boolean cancelled;
    private long endedNs;

    SshCall(HostRun run, HostLimits limits) {
        this.run = run;
        this.limits = limits;
    }

    HostRun run() {
        return run;
    }

    /** Marks the call as counted. Returns true only the first time. */
    boolean isFirstEnd() {
        return over.compareAndSet(false, true);
    }

    /** Runs ssh to its end. For a worker thread. */
    void perform() {
        try {
            run.onStart(System.nanoTime());
            for (int attempt = 0;; attempt++) {
                if (!start()) {
                    run.onInterrupted(System.nanoTime());
                    return;
                }
                int status = follow();
                boolean again = attempt < TRY_AGAIN_AFTER_MS.length && status == FailureReason.SSH_FAILED && run.lostItsLogin();
                if (again) {
                    run.onLostLogin();
                }
                if (!again || !waits(TRY_AGAIN_AFTER_MS[attempt])) {
                    conclude(status);
                    return;
                }
                run.onAttempt(System.nanoTime());
            }
        } catch (IOException e) {
            run.onFailure("cannot run ssh: " + Failures.describe(e), System.nanoTime());
        } catch (InterruptedException e) {
            // Nothing interrupts these threads. After an interrupt the state of the host is
            // unknown.
            run.onInterrupted(System.nanoTime());
        }
    }

    private int follow() throws IOException, InterruptedException {
        try {
            read();
            return process.waitFor();
        } finally {
            process.destroyForcibly();
        }
    }

    private synchronized void conclude(int status) {
        if (cancelled && status != 0) {
            run.onInterrupted(System.nanoTime());
        } else {
            run.onExit(status, System.nanoTime());
        }
    }

    /** Waits before the next attempt. Returns false after a cancellation. */
    private synchronized boolean waits(long ms) throws InterruptedException {
        long untilNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ThreadLocalRandom.current().nextLong(ms / 2, ms * 3 / 2));
        for (long leftNs = 1; !cancelled && leftNs > 0; leftNs = untilNs - System.nanoTime()) {
            wait(Math.max(1, TimeUnit.NANOSECONDS.toMillis(leftNs)));
        }
        return !cancelled;
    }

    /** @return false if all is cancelled */
    private synchronized boolean start() throws IOException {
        if (cancelled) {
            return false;
        }
        Job job = run.job();
        List<String> command = new ArrayList<>(OWN_SESSION);
        command.addAll(job.command());
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        if (job.input() == null && job.feed() == null) {
            builder.redirectInput(NOTHING);
        } else if (!job.onRequest()) {
            builder.redirectInput(job.input().toFile());
        }
        process = builder.start();
        endedNs = 0;
        return true;
    }

    /** Sends a line after the input. Only the host can confirm its arrival. */
    synchronized void send(String line) throws IOException {
        if (process == null || cancelled) {
            throw new IOException("ssh does not run");
        }
        OutputStream out = process.getOutputStream();
        out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /** Ends ssh and starts no further one. */
    synchronized void cancel() {
        cancelled = true;
        if (process != null) {
            // Process.destroy() would close the streams while the worker reads them.
            process.toHandle().destroy();
        }
        notifyAll();
    }

    /** As {@link #cancel}, and waits for its end; kills it if it takes longer. */
    void end(long ms) {
        cancel();
        Process ending;
        synchronized (this) {
            ending = process;
        }
        try {
            if (ending != null && !ending.waitFor(ms, TimeUnit.MILLISECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Kills ssh. */
    synchronized void kill() {
        cancelled = true;
        if (process != null) {
            process.toHandle().destroyForcibly();
        }
        notifyAll();
    }

    /**
     * Ends the run if it exceeds its limits, or if only a child process of ssh holds the pipe. The
     * worker may continue to read from that pipe, so it counts as lost.
     *
     * @return whether this ended the run
     */
    boolean isGivenUp(long nowNs) {
        if (run.isOver()) {
            return false;
        }
        String why = limits.exceeded(run, nowNs);
        if (!why.isEmpty()) {
            run.onGivenUp(why, nowNs);
            kill();
            return true;
        }
        int status;
        synchronized (this) {
            if (process == null || process.isAlive()) {
                return false;
            }
            endedNs = endedNs == 0 ? nowNs : endedNs;
            if (nowNs - endedNs < (run.hasResult() ? REST_NS : RESULT_NS) || cancelled || run.lostItsLogin()) {
                return false;
            }
            status = process.exitValue();
        }
        run.onExit(status, nowNs);
        return true;
    }

    /** Ends the run, because it cannot succeed. */
    void abandon(String why, long nowNs) {
        run.onHopeless(why, nowNs);
        kill();
    }

    private void read() throws IOException {
        InputStream in = process.getInputStream();
        byte[] buffer = new byte[4096];
        byte[] line = new byte[256];
        int length = 0;
        int n;
        while ((n = in.read(buffer)) >= 0) {
            run.onOutput(n);
            for (int i = 0; i < n; i++) {
                if (buffer[i] == '\n') {
                    onLine(new String(line, 0, length, StandardCharsets.UTF_8));
                    length = 0;
                } else if (length < MAX_LINE) {
                    line = length < line.length ? line : Arrays.copyOf(line, 2 * length);
                    line[length++] = buffer[i];
                }
            }
        }
        if (length > 0) {
            onLine(new String(line, 0, length, StandardCharsets.UTF_8));
        }
    }

    private void onLine(String line) {
        HostReport report = HostReport.read(line);
        run.onReport(report, System.nanoTime());
        if (run.job().onRequest() && report.type() == HostReport.Type.SEND) {
            try {
                OutputStream out = process.getOutputStream();
                out.write(run.job().preface());
                if (run.job().feed() != null) {
                    run.job().feed().writeTo(out, progress -> run.onReport(progress, System.nanoTime()));
                } else if (!report.is(Member.ALREADY)) {
                    Files.copy(run.job().input(), out);
                }
                if (run.job().stays()) {
                    out.flush();
                } else {
                    out.close();
                }
            } catch (CommandException e) {
                run.onFailure(e.getMessage(), System.nanoTime());
                kill();
            } catch (IOException e) {
                // The host does not read any more. It usually reports the reason; otherwise this is
                // the reason.
                run.onReport(HostReport.ofText("sending " + (run.job().input() == null ? "the payload" : run.job().input())
                    + " failed: " + Failures.describe(e)), System.nanoTime());
            }
        }
    }
}
