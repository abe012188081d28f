package murder.tools.fleet;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import murder.tools.cli.HostReport;
import murder.tools.cli.HostReport.Member;

/**
 * The state of the seeders of a tag, from the status of their hosts.
 *
 * @param sentBytes of all seeders; -1 if unknown
 * @param gone hosts without a running seeder of the tag, or without an answer, each with a text
 */
record Seeders(long sentBytes, Map<Host, String> gone) {
    /** Nothing is known. */
    static final Seeders UNKNOWN = new Seeders(-1, Map.of());
    /** They are about to start. */
    static final Seeders NEW = new Seeders(0, Map.of());

    /**
     * A peer that found the archive of its host's seeder fetches nothing. It also sends the first
     * copy, so it counts as part of the seeder.
     *
     * @param status of each seeder's host
     * @param peers the peers of this run; empty before they start
     */
    static Seeders of(String tag, List<HostRun> status, List<HostRun> peers) {
        Map<Host, HostRun> peerRuns = new HashMap<>();
        peers.forEach(run -> peerRuns.put(run.host(), run));
        long sum = 0;
        Map<Host, String> gone = new LinkedHashMap<>();
        for (HostRun run : status) {
            long seeder = sent("seeder", tag, run);
            if (seeder < 0) {
                gone.put(run.host(), run.isDone() ? "no seeder of " + tag + " runs there any more; the state folder there has its log"
                    : "cannot be asked: " + run.reason());
            }
            long peer = hadAll(peerRuns.get(run.host())) ? sent("peer", tag, run) : 0;
            sum = sum < 0 || seeder < 0 || peer < 0 ? -1 : sum + seeder + peer;
        }
        return new Seeders(sum, gone);
    }

    /** Whether this peer had every byte before it began. */
    private static boolean hadAll(HostRun peer) {
        return peer != null && peer.isDone() && !peer.result().is(Member.ALREADY)
            && peer.result().whole(Member.DOWNLOADED_BYTES, -1) == 0;
    }

    private static long sent(String role, String tag, HostRun status) {
        long sent = -1;
        for (HostReport process : status.facts()) {
            if (process.text(Member.ROLE).equals(role) && process.text(Member.TAG).equals(tag)) {
                sent = process.whole(Member.UPLOADED_BYTES, -1);
            }
        }
        return sent;
    }

    /** The bytes that they sent since then; -1 if unknown. */
    long sentSince(Seeders before) {
        return before.sentBytes < 0 || sentBytes < before.sentBytes ? -1 : sentBytes - before.sentBytes;
    }
}
