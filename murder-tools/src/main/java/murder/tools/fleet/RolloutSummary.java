package murder.tools.fleet;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import murder.engine.SlowCause;
import murder.order.Content;
import murder.tools.agent.AgentReport;
import murder.tools.cli.Json;
import murder.tools.cli.Quantities;

/**
 * The summary of a rollout: the hosts that have the release, the slowest hosts with the time of
 * each phase, and the bytes that the seeders sent.
 *
 * @param rows of the hosts
 * @param rollout that has ended
 * @param makers that packed and seeded it; none if nothing was packed
 * @param linkBytesPerSecond of each host; 0 if unknown
 */
record RolloutSummary(List<RolloutRow> rows, Rollout rollout, List<Host> makers, long linkBytesPerSecond) implements TransferSummary {
    private static final int SLOWEST = 3;
    private static final double SHORTEST = 0.05;

    @Override
    public void tell(FleetView view, int wanted) {
        List<String> names = withRelease();
        if (names.size() < wanted) {
            view.say(names.size() + " of " + wanted + (wanted == 1 ? " host has" : " hosts have") + " the release"
                + (names.isEmpty() ? "" : ": " + FleetView.some(names)));
        }
        List<RolloutRow> done = slowestFirst();
        for (RolloutRow row : done.subList(0, Math.min(SLOWEST, done.size()))) {
            SlowCause slow = row.progress().slow();
            StringBuilder text = new StringBuilder("slowest: ").append(row.host()).append(' ').append(seconds(row.elapsedNs(0)))
                .append(slow == null ? "" : " (" + slow.text() + ")");
            String separator = ", of it ";
            for (Map.Entry<String, Double> part : spent(row).entrySet()) {
                if (part.getValue() >= SHORTEST) {
                    text.append(separator).append(Quantities.time(Duration.ofMillis((long) (1000 * part.getValue())))).append(' ')
                        .append(part.getKey());
                    separator = ", ";
                }
            }
            view.say(text.toString());
        }
        Content content = rollout.content();
        long sent = sentBytes();
        if (content != null && content.length() > 0 && sent >= 0 && !makers.isEmpty() && !done.isEmpty()) {
            view.say("seeder copies: " + Math.rint(100.0 * sent / content.length()) / 100 + " (the seeder sent "
                + Quantities.bytes(sent) + " of a payload of " + Quantities.bytes(content.length()) + ")");
        }
        if (rollout.patch() != null && content != null) {
            view.say("patch: " + Quantities.bytes(rollout.patch().content().length()) + " in place of " + Quantities.bytes(content.length())
                + "; " + hosts(patchedHosts()) + " took it, " + hosts(wholeHosts()) + " took the whole payload; "
                + Quantities.bytes(savedBytes()) + " saved");
        }
        if (!done.isEmpty()) {
            view.say("time: " + seconds(spanNs()) + " from the first ssh to the last host" + bound());
        }
    }

    private static String hosts(long count) {
        return count + (count == 1 ? " host" : " hosts");
    }

    private long patchedHosts() {
        return rows.stream().filter(row -> row.isDone() && row.progress().isPatched()).count();
    }

    /** Without those that packed it. */
    private long wholeHosts() {
        return rows.stream().filter(row -> row.isDone() && !row.progress().isPatched() && !makers.contains(row.host())).count();
    }

    /**
     * That did not travel. A host that switched to the patch late had received much of the payload.
     */
    private long savedBytes() {
        return rows.stream().filter(row -> row.isDone() && row.progress().isPatched())
            .mapToLong(row -> Math.max(0, rollout.content().length() - row.progress().downloadedBytes())).sum();
    }

    private String bound() {
        Content content = rollout.content();
        if (linkBytesPerSecond == 0 || content == null || content.length() == 0) {
            return "";
        }
        double boundSeconds = (double) content.length() / linkBytesPerSecond;
        return ", " + Math.rint(100 * spanNs() / 1e9 / boundSeconds) / 100 + " times the bound of "
            + Quantities.time(Duration.ofMillis((long) (1000 * boundSeconds))) + " (" + Quantities.bytes(content.length())
            + " over links of " + Quantities.rate(linkBytesPerSecond) + "; ssh, packing and unpacking are in the time)";
    }

    /** The time of each phase of a host, in seconds, in the order of a deploy. */
    private static Map<String, Double> spent(RolloutRow row) {
        Map<String, Double> parts = new LinkedHashMap<>();
        AgentReport report = row.progress().report();
        AgentReport.Spent spent = report == null ? AgentReport.Spent.NOTHING : report.spent();
        // No ssh of this run waited for an agent that ran before.
        double start = Math.min(spent.start(), row.progress().sshSeconds());
        parts.put("ssh", row.progress().sshSeconds() - start);
        parts.put("start", start);
        parts.put("packing", spent.pack());
        parts.put("waiting", spent.waiting());
        parts.put("fetching", spent.fetch());
        parts.put("unpacking", spent.unpack());
        parts.put("waiting for others", Math.max(0, (row.elapsedNs(0) - stagedAfterNs(row)) / 1e9 - spent.activate()));
        parts.put("activating", spent.activate());
        return parts;
    }

    /** From its ssh on. All hosts become active together, so this tells which one was slow. */
    private static long stagedAfterNs(RolloutRow row) {
        return row.progress().stagedNs() - row.progress().startNs();
    }

    private static String seconds(long ns) {
        return Quantities.time(Duration.ofNanos(ns));
    }

    /** The hosts that have the release, in the order of the configuration. */
    List<String> withRelease() {
        return rows.stream().filter(RolloutRow::isDone).map(row -> row.host().toString()).toList();
    }

    private List<RolloutRow> slowestFirst() {
        List<RolloutRow> done = new ArrayList<>();
        for (RolloutRow row : rows) {
            if (row.isDone()) {
                done.add(row);
            }
        }
        done.sort(Comparator.comparingLong(row -> -stagedAfterNs(row)));
        return done;
    }

    /** The bytes that the makers sent during this deploy; -1 if unknown. */
    private long sentBytes() {
        long sum = 0;
        for (Host maker : makers) {
            HostProgress progress = rollout.progress(maker.toString());
            if (progress == null || progress.report() == null) {
                return -1;
            }
            sum += progress.uploadedBytes();
        }
        return sum;
    }

    private long spanNs() {
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        for (RolloutRow row : slowestFirst()) {
            first = Math.min(first, row.progress().startNs());
            last = Math.max(last, row.progress().endNs());
        }
        return last - first;
    }

    @Override
    public void addTo(Json json) {
        Content content = rollout.content();
        json.putStrings("with_release", withRelease());
        if (content != null) {
            json.put("bytes", content.length()).put("info_hash", content.infoHash().toString());
        }
        if (rollout.patch() != null && content != null) {
            json.put("patch_bytes", rollout.patch().content().length()).put("patch_hosts", patchedHosts())
                .put("whole_hosts", wholeHosts()).put("saved_bytes", savedBytes());
        }
        List<RolloutRow> done = slowestFirst();
        if (done.isEmpty()) {
            return;
        }
        json.put("span_s", spanNs() / 1e9).put("slowest_host", done.get(0).host().toString())
            .put("slowest_s", done.get(0).elapsedNs(0) / 1e9).put("slowest_staged_s", stagedAfterNs(done.get(0)) / 1e9);
        if (done.get(0).progress().slow() != null) {
            json.put("slowest_cause", done.get(0).progress().slow().word());
        }
        Json parts = new Json();
        spent(done.get(0)).forEach((part, seconds) -> parts.put(part.replace(' ', '_'), seconds));
        json.put("slowest_parts_s", parts);
        long sent = sentBytes();
        if (sent >= 0 && content != null && content.length() > 0 && !makers.isEmpty()) {
            json.put("seeder_copies", (double) sent / content.length());
        }
        if (linkBytesPerSecond > 0 && content != null && content.length() > 0) {
            double boundSeconds = (double) content.length() / linkBytesPerSecond;
            json.put("bound_s", boundSeconds).put("ratio", spanNs() / 1e9 / boundSeconds);
        }
    }
}
