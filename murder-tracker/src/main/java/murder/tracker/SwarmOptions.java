package murder.tracker;

import java.util.List;
import murder.peer.PeerAddress;

/** The limits and times of a {@link SwarmTable}. Immutable. */
public final class SwarmOptions {
    /** The interval of the original tracker, too. */
    public static final int DEFAULT_INTERVAL_SECONDS = 15;

    private final int maxSwarms;
    private final int maxPeersPerSwarm;
    private final int maxPeersPerSource;
    private final int maxPeers;
    private final List<AddressRange> trusted;
    private final int intervalSeconds;
    private final int shortIntervalSeconds;
    private final int expirySeconds;
    private final int defaultNumWant;
    private final int maxNumWant;

    private SwarmOptions(Builder builder) {
        maxSwarms = builder.maxSwarms;
        maxPeersPerSwarm = builder.maxPeersPerSwarm;
        maxPeersPerSource = builder.maxPeersPerSource;
        maxPeers = builder.maxPeers;
        trusted = builder.trusted;
        intervalSeconds = builder.intervalSeconds;
        shortIntervalSeconds = builder.shortIntervalSeconds == 0 ? Math.min(2, intervalSeconds) : builder.shortIntervalSeconds;
        expirySeconds = builder.expirySeconds == 0 ? Math.max(400, 3 * intervalSeconds) : builder.expirySeconds;
        defaultNumWant = builder.defaultNumWant;
        maxNumWant = builder.maxNumWant;
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

    /** {@return the default options} A full table takes about 85 MB. */
    public static SwarmOptions defaults() {
        return builder().build();
    }

    /** {@return a builder with the defaults, which its methods name} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return the limit of swarms, with empty ones} */
    public int maxSwarms() {
        return maxSwarms;
    }

    /** {@return how many peers are kept in one swarm} */
    public int maxPeersPerSwarm() {
        return maxPeersPerSwarm;
    }

    /**
     * {@return how many peers of one swarm may come from one IPv4 address or one /64 of IPv6;
     * loopback has no such limit}
     */
    public int maxPeersPerSource() {
        return maxPeersPerSource;
    }

    /**
     * {@return whether requests from this source may announce another address: loopback and the
     * ranges of {@link Builder#trusted}}
     *
     * @param source of a request
     */
    public boolean isTrusted(PeerAddress source) {
        if (source.isLoopback()) {
            return true;
        }
        for (AddressRange range : trusted) {
            if (range.contains(source)) {
                return true;
            }
        }
        return false;
    }

    /** {@return how many peers are kept in all} */
    public int maxPeers() {
        return maxPeers;
    }

    /** {@return the announce interval of a settled swarm, before jitter} */
    public int intervalSeconds() {
        return intervalSeconds;
    }

    /** {@return the interval of a peer that got too few peers from a swarm that has just grown} */
    public int shortIntervalSeconds() {
        return shortIntervalSeconds;
    }

    /** {@return the time after which the tracker forgets a silent peer} */
    public int expirySeconds() {
        return expirySeconds;
    }

    /** {@return the number of peers in a reply by default} */
    public int defaultNumWant() {
        return defaultNumWant;
    }

    /** {@return the limit of peers in a reply} */
    public int maxNumWant() {
        return maxNumWant;
    }

    /** Collects options. {@link #build} checks those that depend on one another. */
    public static final class Builder {
        private int maxSwarms = 2_000;
        private int maxPeersPerSwarm = 100_000;
        private int maxPeersPerSource = 1_000;
        private int maxPeers = 200_000;
        private List<AddressRange> trusted = List.of();
        private int intervalSeconds = DEFAULT_INTERVAL_SECONDS;
        /** 0 follows the interval. */
        private int shortIntervalSeconds;
        /** 0 follows the interval. */
        private int expirySeconds;
        private int defaultNumWant = 50;
        private int maxNumWant = 200;

        private Builder() {}

        private static int atLeastOne(String name, int count) {
            if (count < 1) {
                throw new IllegalArgumentException(name + " is " + count + ", must be at least 1");
            }
            return count;
        }

        /**
         * Limits the swarms that are kept at once; 2,000 by default.
         *
         * @param count at least 1, empty ones included
         * @return this builder
         * @throws IllegalArgumentException if it is less
         */
        public Builder maxSwarms(int count) {
            maxSwarms = atLeastOne("maxSwarms", count);
            return this;
        }

        /**
         * Limits the peers of one swarm; 100,000 by default.
         *
         * @param count at least 1
         * @return this builder
         * @throws IllegalArgumentException if it is less
         */
        public Builder maxPeersPerSwarm(int count) {
            maxPeersPerSwarm = atLeastOne("maxPeersPerSwarm", count);
            return this;
        }

        /**
         * Limits the peers of one swarm that come from one source; 1,000 by default. A source is an
         * IPv4 address or a /64 of IPv6. More hosts hardly share an address: each of them would
         * need a forwarded port. Loopback has no such limit.
         *
         * @param count at least 1
         * @return this builder
         * @throws IllegalArgumentException if it is less
         */
        public Builder maxPeersPerSource(int count) {
            maxPeersPerSource = atLeastOne("maxPeersPerSource", count);
            return this;
        }

        /**
         * Lets requests from these addresses announce another address, by {@code ip=} or as a
         * proxy; none by default. Requests from loopback always may.
         *
         * @param ranges copied
         * @return this builder
         */
        public Builder trusted(List<AddressRange> ranges) {
            trusted = List.copyOf(ranges);
            return this;
        }

        /**
         * Sets the announce interval of a settled swarm; {@value #DEFAULT_INTERVAL_SECONDS} s by
         * default.
         *
         * @param seconds from 1 to one day
         * @return this builder
         */
        public Builder intervalSeconds(int seconds) {
            intervalSeconds = seconds;
            return this;
        }

        /**
         * Sets the interval of a swarm that has just grown; 2 s by default.
         *
         * @param seconds from 1 to the other interval
         * @return this builder
         */
        public Builder shortIntervalSeconds(int seconds) {
            shortIntervalSeconds = seconds;
            return this;
        }

        /**
         * Limits the peers of all swarms; 200,000 by default. Each takes 420 bytes of heap, or 820
         * with a zone of its own.
         *
         * @param count at least 1
         * @return this builder
         * @throws IllegalArgumentException if it is less
         */
        public Builder maxPeers(int count) {
            maxPeers = atLeastOne("maxPeers", count);
            return this;
        }

        /**
         * Forgets peers that were silent for this long. The default is three intervals, but at
         * least 400 s: libtorrent announces at most every five minutes, for any interval.
         *
         * @param seconds at least two intervals
         * @return this builder
         */
        public Builder expirySeconds(int seconds) {
            expirySeconds = seconds;
            return this;
        }

        /**
         * Sets the default number of peers in a reply; 50 by default.
         *
         * @param count at least 0
         * @return this builder
         */
        public Builder defaultNumWant(int count) {
            defaultNumWant = count;
            return this;
        }

        /**
         * Limits the peers in one reply; 200 by default.
         *
         * @param count at least the default number
         * @return this builder
         */
        public Builder maxNumWant(int count) {
            maxNumWant = count;
            return this;
        }

        /**
         * {@return the options as they are now}
         *
         * @throws IllegalArgumentException if an option is out of its range
         */
        public SwarmOptions build() {
            return new SwarmOptions(this);
        }
    }
}
