package murder.engine.sim;

import java.util.List;
import murder.engine.swarm.SwarmConfig;
import murder.metainfo.PieceLayout;
import murder.metainfo.PieceLength;

/**
 * The options of a simulation: one seeder brings a payload to hosts that all start at time 0, by
 * default. Immutable; made by {@link #builder}, which describes every option. Rates are bytes per
 * second of TCP payload, shares are 0 to 1. Longer than 450 lines because each option has its range
 * and its default here.
 *
 * <pre>{@code
 * SimulationOptions options = SimulationOptions.builder(1000, 100 << 20, 125_000_000).latencyNs(200_000).seed(7).build();
 * }</pre>
 */
public final class SimulationOptions {
    /** The most hosts that a simulation takes. */
    public static final int MAX_HOSTS = 60_000;

    private final int hosts;
    private final long size;
    private final long rate;
    private final int pieceLength;
    private final Links links;
    private final Machines machines;
    private final Starts starts;
    private final Faults faults;
    private final long seed;
    private final NetworkModel.Checks checks;
    private final SwarmConfig config;

    /**
     * Some hosts, and the rate that they have.
     *
     * @param share of the hosts, 0 to 1
     * @param bytesPerSecond more than 0
     */
    public record Share(double share, long bytesPerSecond) {
        /**
         * Checks both.
         *
         * @param share 0 to 1
         * @param bytesPerSecond more than 0
         * @throws IllegalArgumentException if one is out of range
         */
        public Share {
            requireShare("share", share);
            if (bytesPerSecond < 1) {
                throw new IllegalArgumentException("a rate of " + bytesPerSecond + " bytes per second");
            }
        }
    }

    /** The network between the hosts. @param jitterNs -1 for a tenth of the latency */
    record Links(List<Share> slowHosts, long latencyNs, long jitterNs, int zones, long zoneBytesPerSecond) { }

    /**
     * The properties of the hosts and the tracker.
     *
     * @param sendBufferBytes -1 for the engine's own
     */
    record Machines(List<Share> slowDisks, long verifyNs, long trackerNs, int sendBufferBytes, int kernelBufferBytes) { }

    /** The starts of hosts that do not start at 0. @param secondSeederNs -1 for never */
    record Starts(long withinNs, int lateHosts, long lateNs, long secondSeederNs) { }

    /** The faults. @param seederDiesNs -1 for never */
    record Faults(int crashes, long crashWithinNs, double resetsPerHostMinute, int corrupters, double corruption, long seederDiesNs) { }

    private SimulationOptions(Builder from) {
        hosts = from.hosts;
        size = from.size;
        rate = from.rate;
        pieceLength = from.pieceLength;
        links = new Links(from.slowHosts, from.latencyNs, from.jitterNs, from.zones, from.zoneBytesPerSecond);
        machines = new Machines(from.slowDisks, from.verifyNs, from.trackerNs, from.sendBufferBytes, from.kernelBufferBytes);
        starts = new Starts(from.startWithinNs, from.lateHosts, from.lateNs, from.secondSeederNs);
        faults = new Faults(from.crashes, from.crashWithinNs, from.resetsPerHostMinute, from.corrupters, from.corruption,
            from.seederDiesNs);
        seed = from.seed;
        checks = from.checks;
        config = from.config;
        long pieces = (size - 1) / pieceLength + 1;
        if (pieces > SimMessage.MAX_PIECES || pieceLength > SimMessage.MAX_PIECE_LENGTH) {
            throw new IllegalArgumentException(pieces + " pieces of " + pieceLength + " bytes; at most " + SimMessage.MAX_PIECES + " of "
                + SimMessage.MAX_PIECE_LENGTH + " can be simulated");
        }
    }

    /**
     * A builder with every option at its default.
     *
     * @param hosts that receive the payload, 1 to {@link #MAX_HOSTS}, without the seeder
     * @param size of the payload in bytes, at least 1
     * @param rate of each host's link in each direction, in bytes per second
     * @return the builder
     * @throws IllegalArgumentException if one is out of range
     */
    public static Builder builder(int hosts, long size, long rate) {
        return new Builder(hosts, size, rate);
    }

    /** {@return how many hosts receive the payload} */
    public int hosts() {
        return hosts;
    }

    /** {@return the size of the payload in bytes} */
    public long size() {
        return size;
    }

    /** {@return the usual rate of a link, each way, in bytes per second} */
    public long rate() {
        return rate;
    }

    /** {@return the length of a piece in bytes, never 0} */
    public int pieceLength() {
        return pieceLength;
    }

    /** {@return the number of racks, 1 for none} */
    public int zones() {
        return links.zones();
    }

    /** {@return the seed of all random numbers} */
    public long seed() {
        return seed;
    }

    /** {@return how many connections a host may have} */
    public int maxConnections() {
        return config.maxConnections();
    }

    /** {@return the number of connections up to which a host dials} */
    public int degree() {
        return config.maxDialled();
    }

    /** {@return the size of the payload over the rate, in seconds, the lower bound of all times} */
    public double boundSeconds() {
        return (double) size / rate;
    }

    Links links() {
        return links;
    }

    Machines machines() {
        return machines;
    }

    Starts starts() {
        return starts;
    }

    Faults faults() {
        return faults;
    }

    SwarmConfig config() {
        return config;
    }

    NetworkModel model() {
        NetworkModel model = NetworkModel.of(links.latencyNs(), links.jitterNs() < 0 ? links.latencyNs() / 10 : links.jitterNs())
            .withTimes(machines.verifyNs(), machines.trackerNs()).withZones(links.zones(), links.zoneBytesPerSecond()).withChecks(checks);
        int buffer = machines.sendBufferBytes();
        return model.withSendBuffers(buffer < 0 ? model.highWaterBytes() : buffer, buffer < 0 ? model.lowWaterBytes() : buffer / 2,
            machines.kernelBufferBytes());
    }

    private static void requireShare(String name, double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException(name + " is " + share + ", not 0 to 1");
        }
    }

    private static void requireTime(String name, long ns) {
        if (ns < 0) {
            throw new IllegalArgumentException(name + " is negative: " + ns + " ns");
        }
    }

    private static List<Share> requireAtMostAll(List<Share> shares) {
        double sum = 0;
        for (Share share : shares) {
            sum += share.share();
        }
        if (sum > 1) {
            throw new IllegalArgumentException("shares that come to " + sum);
        }
        return List.copyOf(shares);
    }

    /**
     * Collects options. Each setter checks its values at once and returns this builder. Not for
     * several threads.
     */
    public static final class Builder {
        private final int hosts;
        private final long size;
        private final long rate;
        private int pieceLength;
        private List<Share> slowHosts = List.of();
        private long latencyNs = 500_000;
        private long jitterNs = -1;
        private int zones = 1;
        private long zoneBytesPerSecond;
        private List<Share> slowDisks = List.of();
        private long verifyNs = NetworkModel.DEFAULT_VERIFY_NS;
        private long trackerNs;
        private int sendBufferBytes = -1;
        private int kernelBufferBytes = NetworkModel.DEFAULT_KERNEL_BYTES;
        private long startWithinNs;
        private int lateHosts;
        private long lateNs;
        private long secondSeederNs = -1;
        private int crashes;
        private long crashWithinNs;
        private double resetsPerHostMinute;
        private int corrupters;
        private double corruption;
        private long seederDiesNs = -1;
        private long seed = 1;
        private NetworkModel.Checks checks = NetworkModel.Checks.NONE;
        private SwarmConfig config = SwarmConfig.DEPLOY;

        private Builder(int hosts, long size, long rate) {
            if (hosts < 1 || hosts > MAX_HOSTS) {
                throw new IllegalArgumentException(hosts + " hosts, not 1 to " + MAX_HOSTS);
            }
            if (size < 1 || rate < 1) {
                throw new IllegalArgumentException("a payload of " + size + " bytes at " + rate + " bytes per second");
            }
            this.hosts = hosts;
            this.size = size;
            this.rate = rate;
            this.pieceLength = PieceLength.choose(size, hosts);
        }

        /**
         * Sets the length of a piece. Default: {@link PieceLength#choose} decides.
         *
         * @param bytes a multiple of 16 KiB; 0 for the default
         * @return this builder
         * @throws IllegalArgumentException if it is negative or no multiple
         */
        public Builder pieceLength(int bytes) {
            if (bytes < 0 || bytes % PieceLayout.BLOCK_LENGTH != 0) {
                throw new IllegalArgumentException("a piece length of " + bytes + " bytes, which is no multiple of 16 KiB");
            }
            pieceLength = bytes == 0 ? PieceLength.choose(size, hosts) : bytes;
            return this;
        }

        /**
         * Gives some hosts links of other rates. The seed draws these hosts. Default: none.
         *
         * @param shares which share of the hosts has which rate
         * @return this builder
         * @throws IllegalArgumentException if the shares exceed 1
         */
        public Builder slowHosts(List<Share> shares) {
            slowHosts = requireAtMostAll(shares);
            return this;
        }

        /**
         * Sets the latency between any two hosts. Default: 500 us.
         *
         * @param oneWay in nanoseconds
         * @return this builder
         * @throws IllegalArgumentException if it is negative
         */
        public Builder latencyNs(long oneWay) {
            requireTime("latency", oneWay);
            latencyNs = oneWay;
            return this;
        }

        /**
         * Delays each packet by up to this time, drawn uniformly. Default: a tenth of the latency.
         *
         * @param most in nanoseconds
         * @return this builder
         * @throws IllegalArgumentException if it is negative
         */
        public Builder jitterNs(long most) {
            requireTime("jitter", most);
            jitterNs = most;
            return this;
        }

        /**
         * Puts host {@code i} of N into rack {@code i * count / N} and the seeder into rack 0. Each
         * host announces the name of its rack.
         *
         * @param count of racks; 1, the default, for none
         * @param bytesPerSecond at which a rack sends to all others together, and receives from
         *     them; 0 for no limit
         * @return this builder
         * @throws IllegalArgumentException if there are more racks than hosts
         */
        public Builder zones(int count, long bytesPerSecond) {
            if (count < 1 || count > hosts || bytesPerSecond < 0) {
                throw new IllegalArgumentException(count + " zones of " + hosts + " hosts at " + bytesPerSecond + " bytes per second");
            }
            zones = count;
            zoneBytesPerSecond = bytesPerSecond;
            return this;
        }

        /**
         * Gives some hosts disks that write one piece after the other, at a rate. The other disks
         * have no limit. Default: none.
         *
         * @param shares which share of the hosts has which rate
         * @return this builder
         * @throws IllegalArgumentException if the shares exceed 1
         */
        public Builder slowDisks(List<Share> shares) {
            slowDisks = requireAtMostAll(shares);
            return this;
        }

        /**
         * Sets two service times.
         *
         * @param verify nanoseconds from the last block of a piece to its verified hash. Default:
         *     100 us
         * @param tracker nanoseconds that the tracker needs for each announce, one after the other.
         *     Default: 0
         * @return this builder
         * @throws IllegalArgumentException if one is negative
         */
        public Builder serviceNs(long verify, long tracker) {
            requireTime("verification", verify);
            requireTime("announce", tracker);
            verifyNs = verify;
            trackerNs = tracker;
            return this;
        }

        /**
         * Sets how many bytes a connection queues ahead of its requests and HAVEs.
         *
         * @param engine bytes from which a connection is not writable; half of them make it
         *     writable again. Default: as in the engine
         * @param kernel bytes that the kernel takes beyond that. Default: 64 KiB
         * @return this builder
         * @throws IllegalArgumentException if one is too small
         */
        public Builder sendBuffers(int engine, int kernel) {
            if (engine < 2 || kernel < 0) {
                throw new IllegalArgumentException("send buffers of " + engine + " and " + kernel + " bytes");
            }
            sendBufferBytes = engine;
            kernelBufferBytes = kernel;
            return this;
        }

        /**
         * Draws the time at which each host starts. Default: all hosts start at 0.
         *
         * @param span in nanoseconds from which the times are drawn
         * @return this builder
         * @throws IllegalArgumentException if it is negative
         */
        public Builder startWithinNs(long span) {
            requireTime("span of starts", span);
            startWithinNs = span;
            return this;
        }

        /**
         * Starts some hosts, the last ones, later. Default: none.
         *
         * @param share of the hosts, 0 to 1
         * @param afterNs nanoseconds later
         * @return this builder
         * @throws IllegalArgumentException if the share is out of range or the time negative
         */
        public Builder late(double share, long afterNs) {
            requireShare("share of late hosts", share);
            requireTime("lateness", afterNs);
            lateHosts = (int) Math.round(hosts * share);
            lateNs = afterNs;
            return this;
        }

        /**
         * Starts a second seeder with the same link as the first. Default: never.
         *
         * @param at nanoseconds after the start
         * @return this builder
         * @throws IllegalArgumentException if it is negative
         */
        public Builder secondSeederNs(long at) {
            requireTime("start of the second seeder", at);
            secondSeederNs = at;
            return this;
        }

        /**
         * Lets some hosts die silently. They do not count. Default: none.
         *
         * @param share of the hosts, 0 to 1
         * @param withinNs nanoseconds from which the time of each death is drawn
         * @return this builder
         * @throws IllegalArgumentException if the share is out of range or the time negative
         */
        public Builder crashes(double share, long withinNs) {
            requireShare("share of crashing hosts", share);
            requireTime("span of crashes", withinNs);
            crashes = (int) Math.round(hosts * share);
            crashWithinNs = withinNs;
            return this;
        }

        /**
         * Breaks connections. The seed draws which ones. Default: 0.
         *
         * @param perHostMinute broken connections for each host and minute
         * @return this builder
         * @throws IllegalArgumentException if it is not 0 to 1,000,000
         */
        public Builder resets(double perHostMinute) {
            if (!(perHostMinute >= 0 && perHostMinute <= 1e6)) {
                throw new IllegalArgumentException(perHostMinute + " resets per host and minute");
            }
            resetsPerHostMinute = perHostMinute;
            return this;
        }

        /**
         * Lets some hosts damage blocks that they send. They do not count. Default: none.
         *
         * @param count of hosts, fewer than all
         * @param share of their blocks, 0 to 1
         * @return this builder
         * @throws IllegalArgumentException if one is out of range
         */
        public Builder corrupters(int count, double share) {
            requireShare("share of damaged blocks", share);
            if (count < 0 || count >= hosts) {
                throw new IllegalArgumentException(count + " of " + hosts + " hosts that corrupt");
            }
            corrupters = count;
            corruption = share;
            return this;
        }

        /**
         * Kills the process of the first seeder, which resets its connections. Default: never.
         *
         * @param at nanoseconds after the start
         * @return this builder
         * @throws IllegalArgumentException if it is negative
         */
        public Builder seederDiesNs(long at) {
            requireTime("death of the seeder", at);
            seederDiesNs = at;
            return this;
        }

        /**
         * Sets the seed of all random numbers. Default: 1.
         *
         * @param number any
         * @return this builder
         */
        public Builder seed(long number) {
            seed = number;
            return this;
        }

        /**
         * Sets whether to run all checks. They take memory and time, so use them for small swarms.
         * Default: off.
         *
         * @param on whether to check
         * @return this builder
         */
        public Builder checks(boolean on) {
            checks = on ? NetworkModel.Checks.ALL : NetworkModel.Checks.NONE;
            return this;
        }

        /**
         * Sets the number of connections up to which a host dials. Other hosts dial it, too, so it
         * has up to 10/7 of this number, or 40.
         *
         * @param dialled connections, at least 1
         * @return this builder
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder degree(int dialled) {
            config = config.withDialled(dialled);
            return this;
        }

        /**
         * Sets one value of the decisions' configuration, for experiments.
         *
         * @param name of a component of the engine's {@code SwarmConfig}, such as
         *     {@code requestWindow}
         * @param value a whole number, or {@code true} or {@code false}
         * @return this builder
         * @throws IllegalArgumentException if there is no such name, or it cannot have this value;
         *     the text lists the names
         */
        public Builder setting(String name, String value) {
            config = SwarmSettings.with(config, name, value);
            return this;
        }

        /**
         * Makes the options.
         *
         * @return the options of this builder
         * @throws IllegalArgumentException if there would be more or longer pieces than can be
         *     simulated
         */
        public SimulationOptions build() {
            return new SimulationOptions(this);
        }
    }
}
