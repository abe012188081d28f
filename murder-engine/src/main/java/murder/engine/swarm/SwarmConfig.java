package murder.engine.swarm;

/**
 * The parameters of a swarm's decisions. {@link #DEPLOY} is the preset for a fleet of hosts that
 * cooperate. Each value has its reason.
 *
 * @param maxDialled this side dials up to this many connections: {@link #dialledAtOnce} at once,
 *     the rest one by one
 * @param maxConnections connections in all, a fifth of them for late joiners
 *     ({@link #firstConnections}). With fewer a piece takes more hops, with more each hop takes
 *     longer (decision 8)
 * @param maxHalfOpen simultaneous dials
 * @param dialsPerSecond rate of dials: a swarm of hundreds of hosts connects in its first second
 * @param unchokeSlots unchoked peers at once; the bytes in flight limit the upload, not the slots
 * @param requestWindow most outstanding blocks on one connection while this side keeps up with its
 *     peers, for pieces of usual length ({@link RequestWindow}). It is larger if this side is
 *     behind, has few sources, or the path needs more (decisions 8, 11)
 * @param maxWindow most outstanding blocks on one connection for a long path; 2000 are 31 MiB, a 10
 *     Gbit/s link of 25 ms
 * @param requestQueue most requests that are kept for one peer; announced as {@code reqq} (BEP 10)
 * @param firstSeeder whether a complete host reveals each piece once before any piece twice
 * @param revealWindow fewest pieces that a first seeder keeps revealed and undelivered; it is at
 *     least one for each peer
 * @param candidates most addresses that are stored for dialling
 */
public record SwarmConfig(int maxDialled, int maxConnections, int maxHalfOpen, int dialsPerSecond, int unchokeSlots,
                          int requestWindow, int maxWindow, int requestQueue,
                          boolean firstSeeder, int revealWindow, int candidates) {
    private static final int LEAST_WANTED = 50;
    /** Longest range of a request, in bytes: other clients serve the same. */
    static final int MAX_REQUEST_LENGTH = 128 * 1024;
    /**
     * Housekeeping (time-outs, keep-alives, choke rotation) runs this often while there are
     * connections.
     */
    static final long TICK_NS = 500_000_000L;
    /**
     * A peer that was silent for this long is gone: BEP 3 asks for a keep-alive every two
     * minutes.
     */
    static final long IDLE_NS = 150_000_000_000L;
    /** This side sends a message at least this often. */
    static final long KEEP_ALIVE_NS = 60_000_000_000L;
    /**
     * The same for peers without a reserved bit: they may be the original's client, which drops
     * peers that are silent for 2 s.
     */
    static final long ORIGINAL_KEEP_ALIVE_NS = 900_000_000L;
    /** The earliest snub of a peer that owes blocks and sends none. */
    static final long SNUB_NS = 3_000_000_000L;
    /** The latest snub, also for slow peers: a peer may be slow on purpose to block its pieces. */
    static final long LAST_SNUB_NS = 30_000_000_000L;
    /**
     * A peer that stalled or refused and sends no block for this long is closed. Slow peers send
     * one sooner.
     */
    static final long USELESS_NS = 30_000_000_000L;
    /** A revealed piece without a request in this time is revealed to another peer. */
    static final long REVEAL_TIMEOUT_NS = 2_000_000_000L;
    /**
     * The same for a requested piece without a receipt, at most: {@link FirstSeeder} knows the
     * usual time.
     */
    static final long DELIVERY_TIMEOUT_NS = 20_000_000_000L;

    public static final SwarmConfig DEPLOY = new SwarmConfig(28, 40, 64, 400, 40, 4, 2000, 2000, true, 16, 2000);

    /** The preset of control swarms: {@link OrderExchange} has the reasons. */
    static final SwarmConfig CONTROL = new SwarmConfig(OrderExchange.NEIGHBOURS, OrderExchange.MAX_NEIGHBOURS, OrderExchange.NEIGHBOURS,
        100, 1, 1, 1, 1, false, 1, OrderExchange.CANDIDATES);

    public SwarmConfig {
        if (maxDialled < 1 || maxConnections < maxDialled || maxHalfOpen < 1 || dialsPerSecond < 1 || unchokeSlots < 1
            || requestWindow < 1 || maxWindow < requestWindow || requestQueue < 1
            || revealWindow < 1 || candidates < maxDialled) {
            throw new IllegalArgumentException("not a usable configuration: " + this);
        }
    }

    /**
     * The limit of connections at the start of a download: a swarm is fast if all hosts have about
     * the same number (decision 9). The other places are for latecomers.
     */
    int firstConnections() {
        return maxConnections - maxConnections / 5;
    }

    /** The number of dials at the start: about as many peers will dial this side. */
    int dialledAtOnce() {
        return Math.max(1, Math.min(maxDialled, firstConnections() / 2));
    }

    /** The number of places for dialled peers in the long run. */
    int reserved() {
        return maxDialled / 2;
    }

    /**
     * The number of addresses requested from a tracker: more than the preset dials, because some
     * peers will have left or be full.
     */
    public int addressesWanted() {
        return Math.max(LEAST_WANTED, maxDialled);
    }

    /**
     * The same for another number of peers: dials up to this many, and has room for others in
     * proportion.
     */
    public SwarmConfig withDialled(int dialled) {
        int connections = Math.max(maxConnections, (int) Math.min(Integer.MAX_VALUE / 2, (long) dialled * maxConnections / maxDialled));
        return new SwarmConfig(dialled, connections, maxHalfOpen, dialsPerSecond, Math.max(unchokeSlots, connections),
            requestWindow, maxWindow, requestQueue, firstSeeder, revealWindow, Math.max(candidates, dialled));
    }

    /** The same, with or without revealing pieces one by one while seeding first. */
    public SwarmConfig withFirstSeeder(boolean on) {
        return new SwarmConfig(maxDialled, maxConnections, maxHalfOpen, dialsPerSecond, unchokeSlots, requestWindow,
            maxWindow, requestQueue, on, revealWindow, candidates);
    }
}
