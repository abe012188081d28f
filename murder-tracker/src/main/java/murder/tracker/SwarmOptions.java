package murder.tracker;

/**
 * The limits and times of a {@link SwarmTable}.
 *
 * @param maxSwarms swarms kept at once, empty ones included
 * @param maxPeersPerSwarm peers kept in one swarm
 * @param maxPeers peers kept in all; some 300 bytes of heap each, 700 if each of them names a zone of its own
 * @param intervalSeconds the announce interval of a settled swarm, before jitter
 * @param shortIntervalSeconds the interval of a peer that got fewer peers than it wanted from a swarm that has just grown
 * @param expirySeconds a peer that was not heard for so long is forgotten
 * @param defaultNumWant peers handed out to one that does not say how many it wants
 * @param maxNumWant peers handed out at most
 */
public record SwarmOptions(int maxSwarms, int maxPeersPerSwarm, int maxPeers, int intervalSeconds, int shortIntervalSeconds,
                           int expirySeconds, int defaultNumWant, int maxNumWant) {
    /** The interval that the original tracker gives, too. */
    public static final int DEFAULT_INTERVAL_SECONDS = 15;

    public SwarmOptions {
        if (maxSwarms < 1 || maxPeersPerSwarm < 1 || maxPeers < 1) {
            throw new IllegalArgumentException("no room: " + maxSwarms + " swarms, " + maxPeersPerSwarm + " peers per swarm, "
                + maxPeers + " peers");
        }
        if (shortIntervalSeconds < 1 || intervalSeconds < shortIntervalSeconds || intervalSeconds > 86_400) {
            throw new IllegalArgumentException("the interval is to be between " + Math.max(1, shortIntervalSeconds)
                + " s and one day, not " + intervalSeconds + " s");
        }
        if (expirySeconds < 2 * (long) intervalSeconds) {
            throw new IllegalArgumentException("expiry after " + expirySeconds + " s forgets peers that keep an interval of "
                + intervalSeconds + " s");
        }
        if (defaultNumWant < 0 || maxNumWant < defaultNumWant) {
            throw new IllegalArgumentException("numwant: default " + defaultNumWant + ", at most " + maxNumWant);
        }
    }

    /** 2,000 swarms and 200,000 peers (about 60 MB when full), 2 s rising to 15 s, expiry after 400 s, 50 peers a reply. */
    public static SwarmOptions defaults() {
        return withInterval(DEFAULT_INTERVAL_SECONDS);
    }

    /**
     * The defaults with another interval, from 1 s to one day. Expiry after three of them, and not before 400 s: libtorrent announces
     * every five minutes at most, whatever it is told.
     */
    public static SwarmOptions withInterval(int intervalSeconds) {
        return new SwarmOptions(2_000, 100_000, 200_000, intervalSeconds, Math.min(2, intervalSeconds),
            Math.max(400, 3 * intervalSeconds), 50, 200);
    }
}
