package murder.tools.fleet;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import murder.metainfo.Metainfo;
import murder.tools.cli.HostReport;
import murder.tools.cli.HostReport.Member;
import murder.tools.cli.Json;
import murder.tools.cli.Printable;
import murder.tools.cli.Quantities;

/**
 * The summary of a transfer: the slowest hosts with the time of each phase, the bytes that the
 * seeders sent, and the time beside the bound of the links.
 *
 * @param runs of {@code peer}, those that failed too
 * @param metainfo of the payload
 * @param seederBytes sent by the seeders; -1 if unknown
 * @param goneSeeders that ended before all hosts were done, each with a text
 * @param linkBytesPerSecond of each host; 0 if unknown
 */
record PeerSummary(List<HostRun> runs, Metainfo metainfo, long seederBytes, Map<Host, String> goneSeeders,
                   long linkBytesPerSecond) implements TransferSummary {
    private static final int SLOWEST = 3;

    @Override
    public void tell(FleetView view, int wanted) {
        if (withRelease().size() < wanted) {
            tellWhoHas(view, wanted);
        }
        List<HostRun> done = slowestFirst();
        int already = withRelease().size() - done.size();
        if (already > 0) {
            view.say(already + (already == 1 ? " host" : " hosts") + " had the release already");
        }
        if (done.isEmpty()) {
            return;
        }
        for (HostRun run : done.subList(0, Math.min(SLOWEST, done.size()))) {
            view.say("slowest: " + run.host() + " " + seconds(run.elapsedNs(0)) + why(run));
        }
        if (seederBytes >= 0 && length() > 0) {
            view.say("seeder copies: " + Math.rint(100.0 * seederBytes / length()) / 100 + " (the seeder sent "
                + Quantities.bytes(seederBytes) + " of a payload of " + Quantities.bytes(length()) + ")");
        }
        view.say("time: " + seconds(spanNs()) + " from the first ssh to the last host" + bound(done.size()));
    }

    /**
     * After a failure: the hosts that have the release, and whether the seeders can be the cause.
     */
    private void tellWhoHas(FleetView view, int wanted) {
        List<String> names = withRelease();
        view.say(names.size() + " of " + wanted + (wanted == 1 ? " host has" : " hosts have") + " the release"
            + (names.isEmpty() ? "" : ": " + FleetView.some(names)) + interrupted());
        goneSeeders.forEach((host, why) -> view.say("seeder " + host + ": " + why
            + ". Start one or deploy again"));
    }

    /** A peer continues until a closing step stops it, so it may have completed. */
    private String interrupted() {
        long count = runs.stream().filter(HostRun::isInterrupted).count();
        return count == 0 ? "" : "; " + count + (count == 1 ? " was" : " were") + " interrupted and may have it, too";
    }

    /** The hosts that have the release, in the order of the configuration. */
    private List<String> withRelease() {
        return runs.stream().filter(HostRun::isDone).map(run -> run.host().toString()).toList();
    }

    /** The time of each phase, from the host's result or from its progress reports. */
    private static String why(HostRun run) {
        HostReport result = run.result();
        if (result.has(Member.DOWNLOAD_SECONDS) && result.has(Member.UNPACK_SECONDS)) {
            return ", of it " + seconds(result, Member.DOWNLOAD_SECONDS) + " downloading, " + seconds(result, Member.UNPACK_SECONDS)
                + " unpacking; the rest is ssh and java";
        }
        Map.Entry<String, Long> phase = run.longestPhase();
        return ", of it " + seconds(phase.getValue()) + " " + Printable.of(phase.getKey());
    }

    private static String seconds(HostReport result, Member member) {
        return seconds((long) (1e9 * result.decimal(member, 0)));
    }

    private static String seconds(long ns) {
        return Quantities.time(Duration.ofNanos(ns));
    }

    private String bound(int receivers) {
        if (linkBytesPerSecond == 0) {
            return "";
        }
        double boundSeconds = boundSeconds(receivers);
        return ", " + Math.rint(100 * spanNs() / 1e9 / boundSeconds) / 100 + " times the bound of "
            + Quantities.time(Duration.ofMillis((long) (1000 * boundSeconds))) + " (" + Quantities.bytes(length()) + " in "
            + metainfo.layout().pieceCount() + " pieces over links of " + Quantities.rate(linkBytesPerSecond) + " to " + receivers
            + " hosts; ssh, java and unpacking are in the time)";
    }

    /** The bound for full links: F/C (1 + floor(log2 N) / M). */
    private double boundSeconds(int receivers) {
        int doublings = 31 - Integer.numberOfLeadingZeros(Math.max(1, receivers));
        return (double) length() / linkBytesPerSecond * (1 + (double) doublings / Math.max(1, metainfo.layout().pieceCount()));
    }

    private long length() {
        return metainfo.layout().length();
    }

    /** From the first start to the last end, of those that are done. */
    private long spanNs() {
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        for (HostRun run : slowestFirst()) {
            first = Math.min(first, run.startNs());
            last = Math.max(last, run.endNs());
        }
        return last - first;
    }

    /** The hosts to which the release was brought. */
    private List<HostRun> slowestFirst() {
        List<HostRun> done = new ArrayList<>();
        for (HostRun run : runs) {
            if (run.isDone() && !run.result().is(Member.ALREADY)) {
                done.add(run);
            }
        }
        done.sort(Comparator.comparingLong(run -> -run.elapsedNs(0)));
        return done;
    }

    @Override
    public void addTo(Json json) {
        List<HostRun> done = slowestFirst();
        json.put("bytes", length()).put("pieces", metainfo.layout().pieceCount()).putStrings("with_release", withRelease());
        if (!goneSeeders.isEmpty()) {
            json.putStrings("gone_seeders", goneSeeders.keySet().stream().map(Host::toString).toList());
        }
        if (done.isEmpty()) {
            return;
        }
        json.put("span_s", spanNs() / 1e9).put("slowest_host", done.get(0).host().toString())
            .put("slowest_s", done.get(0).elapsedNs(0) / 1e9);
        if (seederBytes >= 0 && length() > 0) {
            json.put("seeder_copies", (double) seederBytes / length());
        }
        if (linkBytesPerSecond > 0 && length() > 0) {
            json.put("bound_s", boundSeconds(done.size())).put("ratio", spanNs() / 1e9 / boundSeconds(done.size()));
        }
    }
}
