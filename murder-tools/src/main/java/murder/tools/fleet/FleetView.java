package murder.tools.fleet;

import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import murder.tools.cli.Json;
import murder.tools.cli.Printable;
import murder.tools.cli.Quantities;
import murder.tools.cli.Table;

/**
 * Shows a task on its hosts. A terminal gets a table that is redrawn, with the slowest hosts on
 * top. A file or pipe gets plain lines, a program gets JSON lines. A failed host gets its own line,
 * which stays. For the main thread alone.
 */
final class FleetView {
    /** The form of the output. */
    enum Mode {
        TERMINAL(200), PLAIN(5000), JSON(1000), NONE(1000);

        private final long everyNs;

        Mode(long everyMs) {
            everyNs = TimeUnit.MILLISECONDS.toNanos(everyMs);
        }
    }

    /** Fits on every terminal. The summary line counts the other hosts. */
    private static final int MAX_ROWS = 14;
    private static final int MAX_NAME = 32;
    /** The number of hosts in a line. */
    private static final int MAX_NAMES = 10;
    private static final int MAX_PHASE = 24;
    /** The number of hosts named for one warning. */
    private static final int MAX_WARNED = 3;
    private static final String CLEAR_BELOW = "\u001b[J";
    /** The terminal cuts long lines. A wrapped line would spoil the count of lines to go back. */
    private static final String NO_WRAP = "\u001b[?7l";
    private static final String WRAP = "\u001b[?7h";

    /** Shows nothing. */
    static final FleetView NONE = new FleetView(new PrintStream(OutputStream.nullOutputStream()), Mode.NONE);

    private final PrintStream out;
    private final Mode mode;
    private String task = "";
    private List<? extends HostView> runs = List.of();
    private long startNs;
    private long nextNs;
    private int drawn;
    /** Hosts whose failure was shown. Later failures of a host follow from the first. */
    private final Set<Host> told = new HashSet<>();

    FleetView(PrintStream out, Mode mode) {
        this.out = out;
        this.mode = mode;
    }

    /** The interval for calls to {@link #update}. */
    long tickNs() {
        return Math.min(mode.everyNs, TimeUnit.MILLISECONDS.toNanos(500));
    }

    void begin(String newTask, List<? extends HostView> newRuns, long nowNs) {
        task = newTask;
        runs = newRuns;
        startNs = nowNs;
        nextNs = nowNs + mode.everyNs;
    }

    /** The part of a host has ended. */
    void ended(HostView run, long nowNs) {
        if (mode == Mode.JSON) {
            out.println(json(run, run.state(), nowNs));
        } else if (mode != Mode.NONE && !run.isDone() && !run.isInterrupted() && told.add(run.host())) {
            clear();
            out.println(run.host() + "  FAILED  " + task + ": " + run.reason());
        }
        out.flush();
    }

    /** Redraws, if it is time. */
    void update(long nowNs) {
        if (nowNs - nextNs < 0) {
            return;
        }
        nextNs = nowNs + mode.everyNs;
        switch (mode) {
            case TERMINAL -> draw(nowNs);
            case PLAIN -> {
                if (runs.stream().anyMatch(run -> !run.isOver())) {
                    out.println(summary(nowNs) + behind(nowNs)); // Otherwise the last line follows at once.
                }
            }
            case JSON -> {
                for (HostView run : runs) {
                    HostRun.State state = run.state();
                    if (state == HostRun.State.RUNNING) {
                        out.println(json(run, state, nowNs));
                    }
                }
            }
            case NONE -> { }
            default -> throw new IllegalStateException("mode " + mode);
        }
        out.flush();
    }

    void end(long nowNs) {
        clear();
        if (mode == Mode.JSON) {
            Map<HostRun.State, Integer> counts = counts();
            out.println(new Json().put("task", task).put("hosts", runs.size()).put("done", counts.get(HostRun.State.DONE))
                .put("failed", counts.get(HostRun.State.FAILED)).put("seconds", seconds(nowNs - startNs)));
        } else if (mode != Mode.NONE) {
            out.println(summary(nowNs));
            warn();
        }
        out.flush();
        runs = List.of();
    }

    /** Shows warnings of successful hosts. A whole fleet may have the same one. */
    private void warn() {
        Map<String, List<String>> hosts = new LinkedHashMap<>();
        for (HostView run : runs) {
            if (!warning(run).isEmpty()) {
                hosts.computeIfAbsent(warning(run), key -> new ArrayList<>()).add(run.host().toString());
            }
        }
        hosts.forEach((warning, names) -> out.println(String.join(", ", names.subList(0, Math.min(MAX_WARNED, names.size())))
            + (names.size() > MAX_WARNED ? " and " + (names.size() - MAX_WARNED) + " more" : "") + "  warning: " + warning));
    }

    private static String warning(HostView run) {
        return run.isDone() ? Printable.of(run.warning()) : "";
    }

    /** Prints a line that stays; not for programs. */
    void say(String line) {
        if (mode != Mode.JSON) {
            clear();
            out.println(Printable.of(line)); // Parts of it come from hosts.
            out.flush();
        }
    }

    /** An object for programs only. */
    void object(Json object) {
        if (mode == Mode.JSON) {
            out.println(object);
            out.flush();
        }
    }

    /** @param state as the caller saw it: other threads end runs, and an end is shown only once */
    private Json json(HostView run, HostRun.State state, long nowNs) {
        Json json = new Json().put("task", task).put("host", run.host().toString());
        switch (state) {
            case DONE -> {
                json.put("state", "done");
                if (!warning(run).isEmpty()) {
                    json.put("warning", warning(run));
                }
            }
            case FAILED -> json.put("state", "failed").put("error", run.reason());
            default -> {
                json.put("state", run.phase()).put("percent", run.percent()).put("bytes_per_second", run.bytesPerSecond());
                if (run.slow() != null) {
                    json.put("slow", run.slow().word());
                }
            }
        }
        return json.put("seconds", seconds(run.elapsedNs(nowNs)));
    }

    private static double seconds(long ns) {
        return ns / 1e9;
    }

    /** The number of hosts in each state. One look at each, because other threads end runs. */
    private Map<HostRun.State, Integer> counts() {
        Map<HostRun.State, Integer> counts = new EnumMap<>(HostRun.State.class);
        for (HostRun.State state : HostRun.State.values()) {
            counts.put(state, 0);
        }
        for (HostView run : runs) {
            counts.merge(run.state(), 1, Integer::sum);
        }
        return counts;
    }

    private String summary(long nowNs) {
        Map<HostRun.State, Integer> counts = counts();
        int failed = counts.get(HostRun.State.FAILED);
        int running = counts.get(HostRun.State.RUNNING);
        int waiting = counts.get(HostRun.State.WAITING);
        StringBuilder text = new StringBuilder(task).append(": ").append(counts.get(HostRun.State.DONE)).append(" of ").append(runs.size())
            .append(runs.size() == 1 ? " host done" : " hosts done");
        if (running > 0) {
            text.append(", ").append(running).append(" running");
        }
        if (waiting > 0) {
            text.append(", ").append(waiting).append(" waiting");
        }
        int interrupted = 0;
        for (HostView run : runs) {
            interrupted += run.isInterrupted() ? 1 : 0;
        }
        if (failed > interrupted) {
            text.append(", ").append(failed - interrupted).append(" FAILED");
        }
        if (interrupted > 0) {
            text.append(", ").append(interrupted).append(" interrupted");
        }
        if (running > 0) {
            text.append(overall());
        }
        return text.append(", ").append(Quantities.time(Duration.ofNanos(nowNs - startNs))).toString();
    }

    /**
     * The progress of all hosts together, and the remaining time of the last one; empty if unknown.
     */
    private String overall() {
        double percents = 0;
        int counted = 0;
        boolean measured = false;
        double etaS = -1;
        for (HostView run : runs) {
            if (run.state() != HostRun.State.FAILED) {
                counted++;
                percents += run.overall();
                measured |= run.state() == HostRun.State.RUNNING && run.isMeasured();
                etaS = Math.max(etaS, run.etaS());
            }
        }
        return !measured ? "" : ", " + Math.rint(10 * percents / counted) / 10 + " %"
            + (etaS < 0 ? "" : ", ETA " + Quantities.time(Duration.ofMillis((long) (1000 * etaS))));
    }

    /** The slowest host, for plain lines. */
    private String behind(long nowNs) {
        List<HostView> slowest = slowestRunning();
        if (slowest.isEmpty()) {
            return "";
        }
        HostView run = slowest.get(0);
        return "; last is " + run.host() + ": " + Printable.of(run.phase())
            + (run.isMeasured() ? " " + run.percent() + " %" : "") + " after "
            + Quantities.time(Duration.ofNanos(run.elapsedNs(nowNs))) + (why(run).isEmpty() ? "" : " (" + why(run) + ")");
    }

    /** The hindrance of a host, or the cause that limits it; empty for none. */
    private static String why(HostView run) {
        return !run.trouble().isEmpty() ? Printable.of(run.trouble()) : run.slow() == null ? "" : run.slow().text();
    }

    private static String trouble(HostView run) {
        return run.trouble().isEmpty() ? "" : " (" + Printable.of(run.trouble()) + ")";
    }

    private List<HostView> slowestRunning() {
        List<HostView> running = new ArrayList<>();
        for (HostView run : runs) {
            if (run.state() == HostRun.State.RUNNING) {
                running.add(run);
            }
        }
        // Other threads change the figures. The sort must see the same ones each time.
        double[] percents = new double[running.size()];
        Integer[] order = new Integer[running.size()];
        for (int i = 0; i < percents.length; i++) {
            percents[i] = running.get(i).overall();
            order[i] = i;
        }
        Arrays.sort(order, Comparator.comparingDouble(i -> percents[i]));
        List<HostView> sorted = new ArrayList<>();
        for (int i : order) {
            sorted.add(running.get(i));
        }
        return sorted;
    }

    private void draw(long nowNs) {
        clear();
        List<HostView> slowest = slowestRunning();
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"HOST", "STATE", "DONE", "RATE", "TIME", "SLOWED BY"});
        for (HostView run : slowest.subList(0, Math.min(MAX_ROWS, slowest.size()))) {
            rows.add(new String[] {cut(run.host().toString(), MAX_NAME), cut(Printable.of(run.phase()), MAX_PHASE),
                run.isMeasured() ? run.percent() + " %" : "-", Quantities.rate(run.bytesPerSecond()),
                Quantities.time(Duration.ofNanos(run.elapsedNs(nowNs))), run.slow() == null ? "-" : run.slow().text()});
        }
        out.print(NO_WRAP);
        out.println(summary(nowNs) + (slowest.isEmpty() || slowest.get(0).trouble().isEmpty() ? ""
            : "; " + slowest.get(0).host() + trouble(slowest.get(0))));
        out.print(Table.of(rows));
        out.print(WRAP);
        drawn = rows.size() + 1;
    }

    /** The first few of many. */
    static String some(List<String> words) {
        boolean all = words.size() <= MAX_NAMES;
        return String.join(", ", all ? words : words.subList(0, MAX_NAMES)) + (all ? "" : ", ...");
    }

    private static String cut(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most - 1) + "~";
    }

    /** Removes the table, so that a line can take its place. */
    private void clear() {
        if (drawn > 0) {
            out.print("\u001b[" + drawn + "F" + CLEAR_BELOW);
            drawn = 0;
        }
    }
}
