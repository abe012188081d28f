package murder.tools.run;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import murder.engine.TorrentStatistics;
import murder.tools.cli.Quantities;

/**
 * Detects a stalled download, and names the reason and the remedy. A download moves while bytes
 * arrive or are checked. A host that is connected to a seeder waits for its turn and has not
 * stalled.
 */
public final class StallWatch {
    /** A shorter pause is normal. */
    private static final long TELL_AFTER_NS = TimeUnit.SECONDS.toNanos(5);
    /**
     * Peers without a seeder may themselves wait for a large piece over a slow link. This can take
     * minutes and is no fault.
     */
    private static final int PATIENCE_WITH_PEERS = 3;

    /** The name of the seeder in messages, such as {@code the seeder h1}. */
    private final String seeder;
    private long moved = -1;
    private long movedNs;
    private String trouble = "";
    private long limitFactor = 1;

    /**
     * @param seederHosts the names of the seeders' hosts, separated by commas; empty if unknown
     */
    public StallWatch(String seederHosts) {
        this.seeder = seederHosts.isEmpty() ? "the seeder" : "the seeder " + seederHosts;
    }

    /** @param banned about a peer that sent bad data, or empty */
    public void update(TorrentStatistics now, String banned, long nowNs) {
        long bytes = now.downloadedBytes() + now.checkedBytes() + now.verifiedBytes();
        if (bytes != moved) {
            moved = bytes;
            movedNs = nowNs;
        }
        boolean waits = nowNs - movedNs >= TELL_AFTER_NS && now.seeds() == 0;
        limitFactor = now.peers() == 0 ? 1 : PATIENCE_WITH_PEERS;
        trouble = now.peers() == 0 && !banned.isEmpty() ? banned
            : now.peers() == 0 && !now.lastTrackerError().isEmpty() ? "the tracker cannot be used: " + now.lastTrackerError()
            + "; see whether it runs and its port is open"
            : !waits ? "" : now.peers() == 0
            ? "the tracker answers but names no peer that can be reached; see whether " + seeder
            + " runs and its port is open"
            : missing(now) + " is on none of the " + now.peers()
            + " connected peers and no seeder is connected; see whether " + seeder + " runs";
    }

    private static String missing(TorrentStatistics now) {
        return now.length() == 0 ? "the metadata" : Math.rint(10 * (100 - Quantities.percent(now.verifiedBytes(), now.length()))) / 10
            + " % of the payload";
    }

    /** The hindrance of the download, or an empty text. */
    public String trouble() {
        return trouble;
    }

    /** Whether it has stalled for this time with a known hindrance. */
    public boolean exceeds(Duration limit, long nowNs) {
        return limit != null && !trouble.isEmpty() && nowNs - movedNs >= limit.toNanos() * limitFactor;
    }
}
