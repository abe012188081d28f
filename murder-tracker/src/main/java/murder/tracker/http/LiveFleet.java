package murder.tracker.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import murder.peer.PeerId;
import murder.tracker.FleetAgent;
import murder.tracker.FleetAgent.Presence;

/**
 * The hosts of a fleet for the live page. It uses the first line of each report, which is the
 * running deploy. An update reads only changed reports. It holds at most as many hosts as the
 * board, and {@link #MAX_POINTS} points of the curve. Any thread.
 */
final class LiveFleet {
    /** The limit of points in the completion curve. Beyond it every second point is dropped. */
    static final int MAX_POINTS = 256;
    private static final int MAX_TEXT = 200;
    private static final List<String> DONE = List.of("staged", "active", "made");
    /** An agent that is at one of these reports often. */
    private static final List<String> BUSY = List.of("fetching", "unpacking", "making");
    private static final String FETCHING = "fetching";
    private static final String SILENT = "silent";
    /**
     * The causes that limit a host, in the words of reports. Agents use all of them except the
     * last.
     */
    static final List<String> CAUSES = List.of("memory_short", "cpu_busy", "disk_slow", "rate_limit", "few_sources", "far_away",
        "link_full", SILENT);
    /** The most important state comes first. */
    static final List<String> STATES = List.of("lost", "failed", "fetching", "unpacking", "making", "waiting", "joined", "made",
        "staged", "active", "withdrawn", "left", "unknown");

    /** One host. */
    record Host(String name, String zone, String tag, String state, double percent, long bytesPerSecond, String cause, String reason,
                long version) {
        private Host silent() {
            return new Host(name, zone, tag, state, percent, 0, SILENT, reason, version);
        }

        /**
         * Why it failed, what hinders it or what keeps it from being faster, for people; or empty.
         */
        String why() {
            return reason.isEmpty() || cause.equals(SILENT) ? words(cause) : reason;
        }

        boolean isDone() {
            return DONE.contains(state);
        }
    }

    /** The number of complete hosts at one time. */
    record Point(long seconds, int done) {}

    private final FleetBoard board;
    /**
     * By agent: a restarted host has several entries until the old ones are forgotten. Guarded by
     * this.
     */
    private final Map<PeerId, Host> hosts = new HashMap<>();
    private final List<Point> curve = new ArrayList<>();
    private long version;
    /** Of the board at the last sample. The page reads the reports between two samples, too. */
    private long sampledVersion = -1;
    private long firstNs;

    LiveFleet(FleetBoard board) {
        this.board = board;
    }

    /** Each host once, with the report of its newest agent; slow ones first. */
    synchronized List<Host> hosts() {
        update();
        return byName().stream().sorted(Comparator.comparingInt((Host host) -> STATES.indexOf(host.state))
            .thenComparingDouble(Host::percent).thenComparing(Host::name)).toList();
    }

    private Collection<Host> byName() {
        Map<String, Host> newest = new LinkedHashMap<>();
        Set<PeerId> silent = new HashSet<>(board.silent());
        hosts.forEach((id, told) -> {
            Host host = silent.contains(id) && BUSY.contains(told.state) ? told.silent() : told;
            newest.merge(host.name, host, (one, other) -> one.version > other.version ? one : other);
        });
        return newest.values();
    }

    /** Adds to the completion curve, once a second. */
    synchronized void sample(long nowNs) {
        long newest = board.version();
        if (newest == sampledVersion) {
            return;
        }
        sampledVersion = newest;
        update();
        int done = (int) byName().stream().filter(Host::isDone).count();
        Point last = curve.isEmpty() ? null : curve.get(curve.size() - 1);
        if (last == null || 2 * done < last.done) {
            curve.clear(); // Another release.
            firstNs = nowNs;
        } else if (last.done == done) {
            return;
        }
        if (curve.size() == MAX_POINTS) {
            for (int i = MAX_POINTS - 2; i > 0; i -= 2) {
                curve.remove(i);
            }
        }
        curve.add(new Point((nowNs - firstNs) / 1_000_000_000L, done));
    }

    synchronized List<Point> curve() {
        return List.copyOf(curve);
    }

    /** {@return the number of hosts in each state, in the order of the states} */
    static Map<String, Integer> states(List<Host> hosts) {
        Map<String, Integer> counts = new TreeMap<>(Comparator.comparingInt(STATES::indexOf));
        hosts.forEach(host -> counts.merge(host.state, 1, Integer::sum));
        return counts;
    }

    /** {@return how many hosts at work have each cause, in the order of the causes} */
    static Map<String, Integer> causes(List<Host> hosts) {
        Map<String, Integer> counts = new TreeMap<>(Comparator.comparingInt(CAUSES::indexOf));
        hosts.stream().filter(host -> !host.cause.isEmpty()).forEach(host -> counts.merge(host.cause, 1, Integer::sum));
        return counts;
    }

    /** A cause as people say it. */
    static String words(String cause) {
        return cause.equals("cpu_busy") ? "CPU busy" : cause.replace('_', ' ');
    }

    private void update() {
        read();
        if (hosts.size() != board.size()) {
            // The board has forgotten some.
            hosts.clear();
            version = 0;
            read();
        }
    }

    private void read() {
        for (FleetAgent agent : board.reportsSince(version)) {
            hosts.put(agent.id(), host(agent));
            version = agent.version();
        }
    }

    private static Host host(FleetAgent agent) {
        String report = new String(agent.report(), StandardCharsets.UTF_8);
        int end = report.indexOf('\n');
        Map<String, String> fields = ReportFields.read(end < 0 ? report : report.substring(0, end));
        String said = fields.getOrDefault("state", "unknown");
        String state = STATES.contains(said) ? said : "unknown";
        boolean isDone = DONE.contains(state);
        // An agent that leaves after its work is no failure.
        state = agent.presence() == Presence.HERE || isDone ? state : agent.presence() == Presence.LOST ? "lost" : "left";
        String cause = fields.getOrDefault("slow", "");
        return new Host(text(fields.getOrDefault("name", agent.address().toString())), text(fields.getOrDefault("zone", "")),
            text(fields.getOrDefault("tag", "")), state, isDone ? 100 : number(fields.get("percent"), 100),
            (long) number(fields.get("bytes_per_second"), Long.MAX_VALUE), state.equals(FETCHING) && CAUSES.contains(cause) ? cause : "",
            text(fields.getOrDefault("error", "")), agent.version());
    }

    private static String text(String said) {
        return Text.printable(said, MAX_TEXT);
    }

    private static double number(String said, double max) {
        try {
            double value = said == null ? 0 : Double.parseDouble(said);
            return value >= 0 ? Math.min(max, value) : 0;
        } catch (NumberFormatException e) {
            return 0; // Agents may send anything.
        }
    }
}
