package murder.tracker;

/** The limits and times of a {@link SwarmTable}. Immutable. */
public final class SwarmOptions {
    /** The interval that the original tracker gives, too. */
    public static final int DEFAULT_INTERVAL_SECONDS = 15;

    private final int maxSwarms;
    private final int maxPeersPerSwarm;
    private final int maxPeers;
    private final int intervalSeconds;
    private final int shortIntervalSeconds;
    private final int expirySeconds;
    private final int defaultNumWant;
    private final int maxNumWant;

    private SwarmOptions(Builder builder) {
        maxSwarms = builder.maxSwarms;
        maxPeersPerSwarm = builder.maxPeersPerSwarm;
        maxPeers = builder.maxPeers;
        intervalSeconds = builder.intervalSeconds;
        shortIntervalSeconds = builder.shortIntervalSeconds == 0 ? Math.min(2, intervalSeconds) : builder.shortIntervalSeconds;
        expirySeconds = builder.expirySeconds == 0 ? Math.max(400, 3 * intervalSeconds) : builder.expirySeconds;
        defaultNumWant = builder.defaultNumWant;
        maxNumWant = builder.maxNumWant;
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

    /** All defaults: what {@link #builder} begins with. A full table takes about 60 MB. */
    public static SwarmOptions defaults() {
        return builder().build();
    }

    /** Begins with the defaults, which the builder's methods name. */
    public static Builder builder() {
        return new Builder();
    }

    /** Swarms kept at once, empty ones included. */
    public int maxSwarms() {
        return maxSwarms;
    }

    /** Peers kept in one swarm. */
    public int maxPeersPerSwarm() {
        return maxPeersPerSwarm;
    }

    /** Peers kept in all. */
    public int maxPeers() {
        return maxPeers;
    }

    /** The announce interval of a settled swarm, before jitter. */
    public int intervalSeconds() {
        return intervalSeconds;
    }

    /** The interval of a peer that got fewer peers than it wanted from a swarm that has just grown. */
    public int shortIntervalSeconds() {
        return shortIntervalSeconds;
    }

    /** The tracker forgets a peer that it has not heard for so long. */
    public int expirySeconds() {
        return expirySeconds;
    }

    /** Peers in the reply to a peer that does not say how many it wants. */
    public int defaultNumWant() {
        return defaultNumWant;
    }

    /** Peers in a reply at most. */
    public int maxNumWant() {
        return maxNumWant;
    }

    /** Collects options; {@link #build} checks them. */
    public static final class Builder {
        private int maxSwarms = 2_000;
        private int maxPeersPerSwarm = 100_000;
        private int maxPeers = 200_000;
        private int intervalSeconds = DEFAULT_INTERVAL_SECONDS;
        /** 0 follows the interval. */
        private int shortIntervalSeconds;
        /** 0 follows the interval. */
        private int expirySeconds;
        private int defaultNumWant = 50;
        private int maxNumWant = 200;

        private Builder() {}

        /** Keeps so many swarms at once, empty ones included; 2,000 by default. */
        public Builder maxSwarms(int count) {
            maxSwarms = count;
            return this;
        }

        /** Keeps so many peers in one swarm; 100,000 by default. */
        public Builder maxPeersPerSwarm(int count) {
            maxPeersPerSwarm = count;
            return this;
        }

        /** Keeps so many peers in all; 200,000 by default. Each takes 300 bytes of heap, 700 if each names a zone of its own. */
        public Builder maxPeers(int count) {
            maxPeers = count;
            return this;
        }

        /** Sets the announce interval of a settled swarm, from 1 s to one day; {@value #DEFAULT_INTERVAL_SECONDS} s by default. */
        public Builder intervalSeconds(int seconds) {
            intervalSeconds = seconds;
            return this;
        }

        /** Sets the interval of a swarm that has just grown, at most the other one; 2 s by default. */
        public Builder shortIntervalSeconds(int seconds) {
            shortIntervalSeconds = seconds;
            return this;
        }

        /**
         * Forgets peers that were not heard for so long, at least two intervals. The default is three intervals, and not less than
         * 400 s: libtorrent announces every five minutes at most, whatever the tracker says.
         */
        public Builder expirySeconds(int seconds) {
            expirySeconds = seconds;
            return this;
        }

        /** Names so many peers to one that does not say how many it wants; 50 by default. */
        public Builder defaultNumWant(int count) {
            defaultNumWant = count;
            return this;
        }

        /** Names so many peers at most; 200 by default. */
        public Builder maxNumWant(int count) {
            maxNumWant = count;
            return this;
        }

        /** @throws IllegalArgumentException if an option is out of its range */
        public SwarmOptions build() {
            return new SwarmOptions(this);
        }
    }
}
