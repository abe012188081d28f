package murder.tools.fleet;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import murder.tools.cli.FlatJson;

/**
 * One host's part of a task, as it goes: the thread that reads from its ssh writes here, the main thread shows what it finds.
 *
 * <pre>
 *   WAITING ──▶ RUNNING ──▶ DONE
 *      │           └──────▶ FAILED
 *      └──────────────────▶ FAILED (interrupted before its turn)
 * </pre>
 */
final class HostRun {
    /** Where it is; see the class comment. */
    enum State {
        WAITING, RUNNING, DONE, FAILED
    }

    /** How a host is called busy before it has said with what. */
    static final String CONNECTING = "connecting";
    /** Of what a host prints that is no JSON, the last lines are kept: the reason if it fails. */
    private static final int TAIL_LINES = 20;
    /** A host names few states; one that makes up new ones all the time does not fill the memory here. */
    private static final int MAX_PHASES = 16;
    private static final int MAX_FACTS = 100;

    private final Job job;
    private final Deque<String> tail = new ArrayDeque<>();
    private final Map<String, Long> phaseNs = new LinkedHashMap<>();
    private final List<Map<String, String>> facts = new ArrayList<>();
    private State state = State.WAITING;
    private String phase = CONNECTING;
    private long phaseStartNs;
    private double percent;
    private long bytesPerSecond;
    private long startNs;
    private long endNs;
    private Map<String, String> result = Map.of();
    private String reason = "";
    private boolean unreachable;
    private boolean interrupted;

    HostRun(Job job) {
        this.job = job;
    }

    Job job() {
        return job;
    }

    Host host() {
        return job.host();
    }

    synchronized void onStart(long nowNs) {
        state = State.RUNNING;
        startNs = nowNs;
        phaseStartNs = nowNs;
    }

    /** A line that the host printed. What is no JSON object is kept as text. */
    synchronized void onLine(String line, long nowNs) {
        if (line.startsWith("{")) {
            try {
                onObject(FlatJson.parse(line), nowNs);
                return;
            } catch (IllegalArgumentException e) {
                // Not ours, such as a greeting of the host's shell; as text it may still tell why something failed.
                keep(line);
                return;
            }
        }
        keep(line);
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

    private void onObject(Map<String, String> object, long nowNs) {
        if (object.containsKey("role") || object.containsKey("check")) {
            if (facts.size() < MAX_FACTS) {
                facts.add(object);
            }
            return;
        }
        String newPhase = object.getOrDefault("state", object.getOrDefault("progress", ""));
        if (object.containsKey("ok") || object.containsKey("result") || newPhase.isEmpty()) {
            result = object;
            return;
        }
        if (!newPhase.equals(phase)) {
            closePhase(nowNs);
            phase = newPhase;
            phaseStartNs = nowNs;
        }
        percent = number(object.get("percent"));
        bytesPerSecond = (long) number(object.getOrDefault("rate", object.get("bytes_per_second")));
    }

    private static double number(String text) {
        if (text == null) {
            return 0;
        }
        try {
            double number = Double.parseDouble(text);
            return Double.isFinite(number) && number >= 0 ? number : 0;
        } catch (NumberFormatException e) {
            return 0; // For show only, and a host may print what it likes.
        }
    }

    private void closePhase(long nowNs) {
        if (phaseNs.size() < MAX_PHASES || phaseNs.containsKey(phase)) {
            phaseNs.merge(phase, nowNs - phaseStartNs, Long::sum);
        }
    }

    /** ssh ended. */
    synchronized void onExit(int status, long nowNs) {
        unreachable = status == FailureReason.SSH_FAILED;
        end(status == 0 && !"false".equals(result.get("ok")) ? "" : FailureReason.of(status, result, facts, tail), nowNs);
    }

    /** It did not come so far that ssh could end by itself. */
    synchronized void onFailure(String why, long nowNs) {
        end(why, nowNs);
    }

    /** The user ended it. */
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

    synchronized State state() {
        return state;
    }

    /** Whether its end has come, one or the other. */
    synchronized boolean isOver() {
        return state == State.DONE || state == State.FAILED;
    }

    boolean isDone() {
        return state() == State.DONE;
    }

    /** Whether the host may have begun something that goes on. */
    synchronized boolean wasStarted() {
        return !phaseNs.isEmpty() || state == State.RUNNING;
    }

    /** What it is doing, as it says. */
    synchronized String phase() {
        return phase;
    }

    synchronized double percent() {
        return state == State.DONE ? 100 : percent;
    }

    synchronized long bytesPerSecond() {
        return bytesPerSecond;
    }

    /** How long it took, or has taken so far. */
    synchronized long elapsedNs(long nowNs) {
        return state == State.WAITING ? 0 : (state == State.RUNNING ? nowNs : endNs) - startNs;
    }

    synchronized long startNs() {
        return startNs;
    }

    synchronized long endNs() {
        return endNs;
    }

    /** Whether ssh itself failed, so that a next attempt would just take its time. */
    synchronized boolean isUnreachable() {
        return unreachable;
    }

    /** Whether it failed because the user ended it. */
    synchronized boolean isInterrupted() {
        return interrupted;
    }

    /** What the host listed: its processes, or what it checked. */
    synchronized List<Map<String, String>> facts() {
        return List.copyOf(facts);
    }

    /** Why it failed, in one line; empty if it did not. */
    synchronized String reason() {
        return reason;
    }

    /** The members of the last object that the host printed; empty if there was none. */
    synchronized Map<String, String> result() {
        return result;
    }

    /** A number of the result, or -1 if it is not there. */
    long resultNumber(String name) {
        String value = result().get(name);
        try {
            return value == null ? -1 : Long.parseLong(value);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** What it was busy with for the longest time, for example {@code downloading}. */
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
