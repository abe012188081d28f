package murder.engine.sim;

/**
 * The options of a simulated control swarm: agents find each other, then one of them gets a new
 * order. Immutable; made by {@link #builder}.
 */
public final class PushOptions {
    /** The limit of hosts. */
    public static final int MAX_HOSTS = 100_000;
    private static final long SECOND_NS = 1_000_000_000L;

    final Values values;

    private PushOptions(Values values) {
        this.values = values;
    }

    /**
     * {@return a builder with every other option at its default}
     *
     * @param hosts agents, 1 to {@link #MAX_HOSTS}
     */
    public static Builder builder(int hosts) {
        return new Builder(hosts);
    }

    /** {@return the number of agents} */
    public int hosts() {
        return values.hosts;
    }

    /** Not changed once a simulation has them. */
    static final class Values implements Cloneable {
        int hosts;
        long latencyNs = 500_000;
        long jitterNs = 50_000;
        long verifyNs = 500_000;
        int orderBytes = 2000;
        int orders = 1;
        long orderEveryNs = SECOND_NS;
        long startWithinNs = 5 * SECOND_NS;
        double silent;
        double liars;
        double churn;
        double split;
        long splitNs;
        boolean trackerDies;
        long seed = 1;

        @Override
        public Values clone() {
            try {
                return (Values) super.clone();
            } catch (CloneNotSupportedException e) {
                throw new AssertionError("a Cloneable refuses to be cloned", e);
            }
        }
    }

    /** Collects options. Each setter returns this builder. Not for several threads. */
    public static final class Builder {
        private final Values values = new Values();

        private Builder(int hosts) {
            values.hosts = (int) inRange("hosts", hosts, 1, MAX_HOSTS);
        }

        /**
         * Sets the latency between any two hosts. Default: 500 us, plus up to a tenth at random.
         *
         * @param oneWayNs for each message, at least 1
         * @param jitterNs each message takes up to this time longer
         * @return this builder
         */
        public Builder latencyNs(long oneWayNs, long jitterNs) {
            values.latencyNs = inRange("latency", oneWayNs, 1, 3600 * SECOND_NS);
            values.jitterNs = inRange("jitter", jitterNs, 0, 3600 * SECOND_NS);
            return this;
        }

        /**
         * Sets how long an agent takes to check an order. Default: 500 us, for a signature.
         *
         * @param ns at least 0
         * @return this builder
         */
        public Builder verifyNs(long ns) {
            values.verifyNs = inRange("verify", ns, 0, 3600 * SECOND_NS);
            return this;
        }

        /**
         * Sets the length of an order. Default: 2000 bytes.
         *
         * @param bytes 16 to 16384
         * @return this builder
         */
        public Builder orderBytes(int bytes) {
            values.orderBytes = (int) inRange("order", bytes, 16, 16 << 10);
            return this;
        }

        /**
         * Sets the number of orders. Default: one. Times count from the last one.
         *
         * @param count at least 1
         * @param everyNs the time between two orders
         * @return this builder
         */
        public Builder orders(int count, long everyNs) {
            values.orders = (int) inRange("orders", count, 1, 1000);
            values.orderEveryNs = inRange("time between orders", everyNs, 1, 3600 * SECOND_NS);
            return this;
        }

        /**
         * Sets the span in which the agents start, before the first order. Default: 5 s.
         *
         * @param ns at least 1
         * @return this builder
         */
        public Builder startWithinNs(long ns) {
            values.startWithinNs = inRange("start", ns, 1, 3600 * SECOND_NS);
            return this;
        }

        /**
         * Sets how many agents accept orders but forward none. They do not count. Default: none.
         *
         * @param share of all agents, 0 to 1
         * @return this builder
         */
        public Builder silent(double share) {
            values.silent = share("silent", share);
            return this;
        }

        /**
         * Sets how many agents forward invalid orders, with too high serials. They do not count.
         * Default: none.
         *
         * @param share of all agents, 0 to 1
         * @return this builder
         */
        public Builder liars(double share) {
            values.liars = share("liars", share);
            return this;
        }

        /**
         * Sets how often an agent dies and restarts a second later, with its order. Default: never.
         *
         * @param perHostMinute at least 0
         * @return this builder
         */
        public Builder churn(double perHostMinute) {
            if (!(perHostMinute >= 0 && perHostMinute <= 600)) {
                throw new IllegalArgumentException("churn is " + perHostMinute + ", not in 0..600");
            }
            values.churn = perHostMinute;
            return this;
        }

        /**
         * Separates a part of the agents from the others and the tracker for some time, from a
         * second before the first order. Default: no part. Times count from the end of the split.
         *
         * @param share of all agents, 0 to 1
         * @param ns how long
         * @return this builder
         */
        public Builder split(double share, long ns) {
            values.split = share("split", share);
            values.splitNs = inRange("time of the split", ns, 0, 3600 * SECOND_NS);
            return this;
        }

        /**
         * Sets whether the tracker dies for good a second before the first order. Default: no.
         *
         * @param dies whether it dies
         * @return this builder
         */
        public Builder trackerDies(boolean dies) {
            values.trackerDies = dies;
            return this;
        }

        /**
         * Sets the seed of all random numbers. Default: 1.
         *
         * @param value any
         * @return this builder
         */
        public Builder seed(long value) {
            values.seed = value;
            return this;
        }

        /** {@return the options as they are now} This builder can be used again. */
        public PushOptions build() {
            return new PushOptions(values.clone());
        }

        private static double share(String name, double share) {
            if (!(share >= 0 && share <= 1)) {
                throw new IllegalArgumentException(name + " is a share of the agents, in 0..1, not " + share);
            }
            return share;
        }

        private static long inRange(String name, long value, long least, long most) {
            if (value < least || value > most) {
                throw new IllegalArgumentException(name + " is " + value + ", not in " + least + ".." + most);
            }
            return value;
        }
    }
}
