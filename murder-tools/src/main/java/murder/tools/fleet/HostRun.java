package murder.tools.fleet;

import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import murder.tools.cli.HostReport;
import murder.tools.cli.HostReport.Member;

/**
 * One host's part of a task. The thread that reads from ssh writes here; the main thread reads and
 * shows it.
 *
 * <pre>
 *   WAITING ──▶ RUNNING ──▶ DONE
 *      │           └──────▶ FAILED
 *      └──────────────────▶ FAILED (interrupted before it started)
 * </pre>
 */
final class HostRun implements HostView {
    /** See the class comment. */
    enum State {
        WAITING, RUNNING, DONE, FAILED
    }

    /** Stands for a result until there is one. */
    static final HostReport NO_RESULT = HostReport.ofText("");
    /** The phase of a host before its first progress report. */
    static final String CONNECTING = "connecting";
    /** The last lines that are no reports are kept. They may give the reason of a failure. */
    private static final int TAIL_LINES = 20;
    /** The limit of phases. A normal host has few, but a hostile one may invent phases. */
    private static final int MAX_PHASES = 16;
    private static final int MAX_FACTS = 100;
    /** The limit of a process entry. A normal one is shorter, but hostile hosts may send more. */
    private static final int MAX_FACT_LENGTH = 4 << 10;

    private final Job job;
    /** Gets what agents report, from the thread that reads. */
    private final Consumer<HostReport> listener;
    private final Deque<String> tail = new ArrayDeque<>();
    private final Map<String, Long> phaseNs = new LinkedHashMap<>();
    private final List<HostReport> facts = new ArrayList<>();
    private State state = State.WAITING;
    private String phase = CONNECTING;
    private long phaseStartNs;
    private double percent;
    private boolean measured;
    private double etaS = -1;
    private String trouble = "";
    private long bytesPerSecond;
    private long startNs;
    private long endNs;
    private final ByteArrayOutputStream data = new ByteArrayOutputStream(0);
    private HostReport result = NO_RESULT;
    private String reason = "";
    private boolean reported;
    private boolean paused;
    private long lastSignNs;
    private long outputBytes;
    private boolean unreachable;
    private boolean givenUp;
    private boolean interrupted;

    HostRun(Job job) {
        this(job, report -> { });
    }

    /** @param listener gets each report of the host, from the thread that reads */
    HostRun(Job job, Consumer<HostReport> listener) {
        this.job = job;
        this.listener = listener;
    }

    Job job() {
        return job;
    }

    @Override
    public Host host() {
        return job.host();
    }

    synchronized void onStart(long nowNs) {
        state = State.RUNNING;
        startNs = nowNs;
        phaseStartNs = nowNs;
        lastSignNs = nowNs;
    }

    /** The login was dropped. ssh will try again later. */
    synchronized void onLostLogin() {
        paused = true;
    }

    /** ssh tries again. */
    synchronized void onAttempt(long nowNs) {
        paused = false;
        tail.clear();
        lastSignNs = nowNs;
    }

    /** The host printed this many further bytes. */
    synchronized void onOutput(int bytes) {
        outputBytes += bytes;
    }

    /** A line that the host printed. */
    void onReport(HostReport report, long nowNs) {
        take(report, nowNs);
        listener.accept(report);
    }

    private synchronized void take(HostReport report, long nowNs) {
        reported |= report.type() != HostReport.Type.TEXT;
        if (reported) {
            lastSignNs = nowNs; // A banner does not show that the command has begun.
        }
        switch (report.type()) {
            case PROGRESS -> onProgress(report, nowNs);
            case PROCESS, CHECK, RELEASE -> {
                if (facts.size() < MAX_FACTS && report.toString().length() <= MAX_FACT_LENGTH) {
                    facts.add(report);
                }
            }
            case RESULT -> result = report;
            case DATA -> onData(report.text(Member.BASE64));
            case TEXT -> keep(report.toString());
            case SEND -> enter(report.is(Member.ALREADY) ? "starting" : "sending the jar", nowNs);
            case REMOVED, AGENT, ORDER -> { }
            default -> throw new IllegalStateException("report of type " + report.type());
        }
    }

    private void onData(String base64) {
        try {
            byte[] bytes = Base64.getDecoder().decode(base64);
            data.write(bytes, 0, bytes.length);
        } catch (IllegalArgumentException e) {
            keep("the host sent invalid base64: " + e.getMessage());
        }
    }

    private void keep(String line) {
        if (line.isBlank()) {
            return;
        }
        if (tail.size() == TAIL_LINES) {
            tail.removeFirst();
        }
        tail.addLast(line.strip());
    }

    private void onProgress(HostReport progress, long nowNs) {
        enter(progress.text(Member.PROGRESS), nowNs);
        measured = progress.decimal(Member.PERCENT, 0) > 0 || progress.whole(Member.LENGTH, 0) > 0;
        etaS = progress.decimal(Member.ETA_S, -1);
        percent = progress.decimal(Member.PERCENT, 0);
        trouble = progress.text(Member.TROUBLE);
        bytesPerSecond = progress.whole(Member.BYTES_PER_SECOND, 0);
    }

    private void enter(String newPhase, long nowNs) {
        if (!newPhase.isEmpty() && !newPhase.equals(phase)) {
            closePhase(nowNs);
            phase = newPhase;
            phaseStartNs = nowNs;
            percent = 0;
            measured = false;
            etaS = -1;
        }
    }

    private void closePhase(long nowNs) {
        if (phaseNs.size() < MAX_PHASES || phaseNs.containsKey(phase)) {
            phaseNs.merge(phase, nowNs - phaseStartNs, Long::sum);
        }
    }

    /** Whether the host has reported its result. */
    synchronized boolean hasResult() {
        return result != NO_RESULT;
    }

    /** ssh ended. */
    synchronized void onExit(int status, long nowNs) {
        unreachable = status == FailureReason.SSH_FAILED && !isOver();
        boolean done = status == 0 && (result.is(Member.OK) || result == NO_RESULT && !job.reports());
        end(done ? "" : FailureReason.of(status, result, facts, tail), nowNs);
    }

    /** In a dry run nothing runs, and every job counts as done. */
    synchronized void onDryRun() {
        result = HostReport.result("assumed").with(Member.STARTED, true);
        onStart(0);
        end("", 0);
    }

    /** The job failed before ssh could end. */
    synchronized void onFailure(String why, long nowNs) {
        end(why, nowNs);
    }

    /** The run exceeded its limits. The state of the host is unknown. */
    synchronized void onGivenUp(String why, long nowNs) {
        givenUp = !isOver();
        end(why, nowNs);
    }

    /**
     * Other hosts show that this one cannot succeed. It is reachable, and closing steps run on it.
     */
    synchronized void onHopeless(String why, long nowNs) {
        end(why, nowNs);
    }

    /** The user interrupted the run. */
    synchronized void onInterrupted(long nowNs) {
        interrupted = !isOver();
        end(state == State.WAITING ? "interrupted before it began" : "interrupted", nowNs);
    }

    private void end(String failure, long nowNs) {
        if (isOver()) {
            return; // It was given up before.
        }
        if (state == State.WAITING) {
            startNs = nowNs;
        } else {
            closePhase(nowNs);
        }
        state = failure.isEmpty() ? State.DONE : State.FAILED;
        reason = failure;
        endNs = nowNs;
    }

    @Override
    public synchronized State state() {
        return state;
    }

    /** Whether it is done or has failed. */
    @Override
    public synchronized boolean isOver() {
        return state == State.DONE || state == State.FAILED;
    }

    @Override
    public boolean isDone() {
        return state() == State.DONE;
    }

    /** Whether the host may have a started process. Without a login it has none. */
    synchronized boolean mayHaveStarted() {
        return reported || state == State.RUNNING || !phaseNs.isEmpty() && !unreachable;
    }

    /** Whether it ended without a report, so that the state of the host is unknown. */
    synchronized boolean isUnknown() {
        return state == State.FAILED && (interrupted || givenUp || unreachable) && mayHaveStarted();
    }

    /** Whether the host has printed a report. */
    synchronized boolean hasReported() {
        return reported;
    }

    /** The time of its silence, apart from text; 0 before the start. */
    synchronized long silentNs(long nowNs) {
        return state == State.RUNNING && !paused ? nowNs - lastSignNs : 0;
    }

    synchronized long outputBytes() {
        return outputBytes;
    }

    /**
     * Whether the other side closed the connection before the login, for example because of too
     * many logins.
     */
    synchronized boolean lostItsLogin() {
        return !reported && FailureReason.isLostLogin(tail);
    }

    /** The present work of the host, in its own words. */
    @Override
    public synchronized String phase() {
        return phase;
    }

    /** The hindrance of the host, in its own words; empty for none. */
    @Override
    public synchronized String trouble() {
        return trouble;
    }

    @Override
    public synchronized double percent() {
        return state == State.DONE ? 100 : percent;
    }

    @Override
    public double overall() {
        return percent();
    }

    @Override
    public String warning() {
        return result().text(Member.WARNING);
    }

    /** Whether the host knows its progress. */
    @Override
    public synchronized boolean isMeasured() {
        return measured || state == State.DONE;
    }

    /** Remaining seconds of the phase at the present rate; -1 if unknown. */
    @Override
    public synchronized double etaS() {
        return state == State.RUNNING ? etaS : -1;
    }

    @Override
    public synchronized long bytesPerSecond() {
        return bytesPerSecond;
    }

    /** Its time so far, or in all. */
    @Override
    public synchronized long elapsedNs(long nowNs) {
        return state == State.WAITING ? 0 : (state == State.RUNNING ? nowNs : endNs) - startNs;
    }

    synchronized long startNs() {
        return startNs;
    }

    synchronized long endNs() {
        return endNs;
    }

    /**
     * Whether ssh itself failed, or the host did not answer. Another attempt would only take time.
     */
    synchronized boolean isUnreachable() {
        return unreachable || givenUp;
    }

    /** Whether it failed because the user ended it. */
    @Override
    public synchronized boolean isInterrupted() {
        return interrupted;
    }

    /** The list of the host: its processes, its releases or its checks. */
    synchronized List<HostReport> facts() {
        return List.copyOf(facts);
    }

    /** The bytes that the host sent. {@link Job#maxOutput} limits them. */
    synchronized byte[] data() {
        return data.toByteArray();
    }

    /** The reason of a failure, in one line; empty without a failure. */
    @Override
    public synchronized String reason() {
        return reason;
    }

    /** The last result that the host reported; {@link #NO_RESULT} if there was none. */
    synchronized HostReport result() {
        return result;
    }

    /** The phase that took longest, for example {@code downloading}. */
    synchronized Map.Entry<String, Long> longestPhase() {
        Map.Entry<String, Long> longest = Map.entry(CONNECTING, 0L);
        for (Map.Entry<String, Long> entry : phaseNs.entrySet()) {
            if (entry.getValue() > longest.getValue()) {
                longest = Map.entry(entry.getKey(), entry.getValue());
            }
        }
        return longest;
    }
}
