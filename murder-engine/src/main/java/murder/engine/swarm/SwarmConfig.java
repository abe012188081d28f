package murder.engine.swarm;

/**
 * The parameters of a swarm's decisions. {@link #DEPLOY} is the preset for a fleet of hosts that
 * cooperate; each value says why.
 *
 * @param maxDialled connections up to which this side dials, {@link #dialledAtOnce} of them in one
 *     go, the rest one by one
 * @param maxConnections connections in all, a fifth of them for late joiners
 *     ({@link #firstConnections}). With fewer a piece takes more hops, with more each hop takes
 *     longer (decision 8)
 * @param maxHalfOpen dials under way at once
 * @param dialsPerSecond how fast candidates are dialled: a swarm of hundreds is knit in its first
 *     second
 * @param unchokeSlots peers that may ask at once; what throttles is bytes under way, not slots
 * @param requestWindow blocks under way on one connection at most as long as this side keeps up
 *     with its peers, for pieces of usual length ({@link RequestWindow}); more when it falls
 *     behind, has few sources, or the path alone takes more (decisions 8, 11)
 * @param maxWindow blocks under way on one connection at most because the path takes them; 2000 are
 *     31 MiB, a 10 Gbit/s link of 25 ms
 * @param requestQueue requests of one peer that are kept before more are refused; told to peers as
 *     {@code reqq} (BEP 10)
 * @param firstSeeder whether a complete host reveals each piece once before any piece twice
 * @param revealWindow pieces that a first seeder keeps revealed and not yet delivered, at least;
 *     and at least one for each peer
 * @param candidates addresses that are remembered for dialling
 */
public record SwarmConfig(int maxDialled, int maxConnections, int maxHalfOpen, int dialsPerSecond, int unchokeSlots,
                          int requestWindow, int maxWindow, int requestQueue,
                          boolean firstSeeder, int revealWindow, int candidates) {
    private static final int LEAST_WANTED = 50;
    /** Longest range that a request may name, in bytes: what other clients serve too. */
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
    /** We speak at least this often. */
    static final long KEEP_ALIVE_NS = 60_000_000_000L;
    /**
     * The original's client drops peers that are silent for 2 s; peers with no reserved bit set may
     * be one.
     */
    static final long ORIGINAL_KEEP_ALIVE_NS = 900_000_000L;
    /** A peer that owes blocks and sends none for this long is snubbed, at the earliest. */
    static final long SNUB_NS = 3_000_000_000L;
    /**
     * The same at the latest, however slow it was before: a peer may be slow on purpose to hold its
     * blocks back.
     */
    static final long LAST_SNUB_NS = 30_000_000_000L;
    /**
     * A peer that stalled or refused and sends no block for this long is closed; slow peers send
     * one sooner.
     */
    static final long USELESS_NS = 30_000_000_000L;
    /** A revealed piece that nobody asked for in this time is revealed to somebody else. */
    static final long REVEAL_TIMEOUT_NS = 2_000_000_000L;
    /**
     * The same for one that was asked for and whose arrival nobody confirmed, at most:
     * {@link FirstSeeder} knows how long they take.
     */
    static final long DELIVERY_TIMEOUT_NS = 20_000_000_000L;

    public static final SwarmConfig DEPLOY = new SwarmConfig(28, 40, 64, 400, 40, 4, 2000, 2000, true, 16, 2000);

    /** What a control swarm uses of it: {@link OrderExchange} says why. */
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
     * Connections while the payload has hardly begun to come: a swarm is fast if all hosts have
     * about as many (decision 9). Those that come later find places of their own.
     */
    int firstConnections() {
        return maxConnections - maxConnections / 5;
    }

    /** This many are dialled at once: about as many will dial this side. */
    int dialledAtOnce() {
        return Math.max(1, Math.min(maxDialled, firstConnections() / 2));
    }

    /** This many places are for peers that this side dials, in the long run. */
    int reserved() {
        return maxDialled / 2;
    }

    /**
     * How many addresses a tracker is asked for: more than the preset dials, as some will be gone
     * or full.
     */
    public int addressesWanted() {
        return Math.max(LEAST_WANTED, maxDialled);
    }

    /**
     * The same but for the number of peers: dials up to this many, and has room for others in
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
