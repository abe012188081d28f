package murder.engine.sim;

import java.util.List;
import murder.engine.swarm.SwarmConfig;
import murder.metainfo.PieceLayout;
import murder.metainfo.PieceLength;

/**
 * What to simulate: one seeder brings a payload to hosts that all start at the same time, unless the options say otherwise. Immutable; the
 * {@code with...} methods make changed copies. Rates are bytes per second of what TCP carries, times nanoseconds, shares 0 to 1.
 */
public final class SimulationOptions implements Cloneable {
    /** The most hosts that a simulation takes. */
    public static final int MAX_HOSTS = 60_000;

    private final int hosts;
    private final long size;
    private final long rate;
    private int pieceLength;
    private List<Share> slowHosts = List.of();
    private long latencyNs = 500_000;
    private long jitterNs = -1;
    private long startWithinNs;
    private int zones = 1;
    private long zoneRate;
    private double lateShare;
    private long lateNs;
    private double crashShare;
    private long crashWithinNs;
    private double resetsPerHostMinute;
    private int corrupters;
    private double corruption = 0.1;
    private List<Share> slowDisks = List.of();
    private long verifyNs = NetworkModel.DEFAULT_VERIFY_NS;
    private long trackerNs;
    private int sendBuffer = -1;
    private int kernelBuffer = NetworkModel.DEFAULT_KERNEL_BYTES;
    private long seederDiesNs = -1;
    private long secondSeederNs = -1;
    private long seed = 1;
    private boolean checked;
    private SwarmConfig config = SwarmConfig.DEPLOY;

    /**
     * Some of the hosts, and a rate that is theirs.
     *
     * @param share of the hosts, 0 to 1
     * @param bytesPerSecond more than 0
     */
    public record Share(double share, long bytesPerSecond) {
        public Share {
            requireShare("share", share);
            if (bytesPerSecond < 1) {
                throw new IllegalArgumentException("a rate of " + bytesPerSecond + " bytes per second");
            }
        }
    }

    private SimulationOptions(int hosts, long size, long rate) {
        this.hosts = hosts;
        this.size = size;
        this.rate = rate;
        this.pieceLength = PieceLength.choose(size, hosts);
    }

    /**
     * @param hosts that are to receive the payload, 1 to {@link #MAX_HOSTS}; the seeder is one more
     * @param size of the payload in bytes, at least 1
     * @param rate at which each host can send, and at the same time receive, in bytes per second
     */
    public static SimulationOptions of(int hosts, long size, long rate) {
        if (hosts < 1 || hosts > MAX_HOSTS) {
            throw new IllegalArgumentException(hosts + " hosts, not 1 to " + MAX_HOSTS);
        }
        if (size < 1 || rate < 1) {
            throw new IllegalArgumentException("a payload of " + size + " bytes at " + rate + " bytes per second");
        }
        return new SimulationOptions(hosts, size, rate).checkedCopy();
    }

    private SimulationOptions copy() {
        try {
            return (SimulationOptions) clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(e);
        }
    }

    private SimulationOptions checkedCopy() {
        long pieces = (size - 1) / pieceLength + 1;
        if (pieces > SimMessage.MAX_PIECES || pieceLength > SimMessage.MAX_PIECE_LENGTH) {
            throw new IllegalArgumentException(pieces + " pieces of " + pieceLength + " bytes; at most " + SimMessage.MAX_PIECES + " of "
                + SimMessage.MAX_PIECE_LENGTH + " can be simulated");
        }
        return this;
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

    /** @param bytes of a piece, a multiple of 16 KiB; 0 for what {@link PieceLength#choose} chooses, as is the default */
    public SimulationOptions withPieceLength(int bytes) {
        if (bytes < 0 || bytes % PieceLayout.BLOCK_LENGTH != 0) {
            throw new IllegalArgumentException("a piece length of " + bytes + " bytes, which is no multiple of 16 KiB");
        }
        SimulationOptions copy = copy();
        copy.pieceLength = bytes == 0 ? PieceLength.choose(size, hosts) : bytes;
        return copy.checkedCopy();
    }

    /** Some hosts have links of other rates; which ones, the seed draws. */
    public SimulationOptions withSlowHosts(List<Share> shares) {
        SimulationOptions copy = copy();
        copy.slowHosts = atMostAll(shares);
        return copy;
    }

    /** Some hosts have disks that take so many bytes per second, one piece after the other; the others' keep up with everything. */
    public SimulationOptions withSlowDisks(List<Share> shares) {
        SimulationOptions copy = copy();
        copy.slowDisks = atMostAll(shares);
        return copy;
    }

    private static List<Share> atMostAll(List<Share> shares) {
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
     * @param oneWayNs between any two hosts (500 us)
     * @param addedNs each packet takes up to so much longer, uniformly; by default a tenth of the latency
     */
    public SimulationOptions withLatency(long oneWayNs, long addedNs) {
        requireTime("latency", oneWayNs);
        requireTime("jitter", addedNs);
        SimulationOptions copy = copy();
        copy.latencyNs = oneWayNs;
        copy.jitterNs = addedNs;
        return copy;
    }

    /** @param oneWayNs between any two hosts, and up to a tenth longer */
    public SimulationOptions withLatency(long oneWayNs) {
        return withLatency(oneWayNs, oneWayNs / 10);
    }

    /** Hosts start at times drawn from this span, not all at 0. */
    public SimulationOptions withStartWithin(long spanNs) {
        requireTime("span of starts", spanNs);
        SimulationOptions copy = copy();
        copy.startWithinNs = spanNs;
        return copy;
    }

    /**
     * Host {@code i} of N stands in rack {@code i * count / N}, the seeder in rack 0; each tells the tracker the name of its rack.
     *
     * @param count of racks; 1 for none
     * @param bytesPerSecond at which a rack sends to all others together, and receives from them; 0 for no limit
     */
    public SimulationOptions withZones(int count, long bytesPerSecond) {
        if (count < 1 || count > hosts || bytesPerSecond < 0) {
            throw new IllegalArgumentException(count + " zones of " + hosts + " hosts at " + bytesPerSecond + " bytes per second");
        }
        SimulationOptions copy = copy();
        copy.zones = count;
        copy.zoneRate = bytesPerSecond;
        return copy;
    }

    /** @param dialled connections up to which each host dials, at least 1; others dial it, so it has up to 10/7 of them, or 40 */
    public SimulationOptions withDegree(int dialled) {
        return withConfig(config.withDialled(dialled));
    }

    /** The last of the hosts, so many of them, start later. */
    public SimulationOptions withLate(double share, long afterNs) {
        requireShare("share of late hosts", share);
        requireTime("lateness", afterNs);
        SimulationOptions copy = copy();
        copy.lateShare = share;
        copy.lateNs = afterNs;
        return copy;
    }

    /** Some hosts die without a word, each at a time drawn from the span, and stay dead. They are not waited for. */
    public SimulationOptions withCrashes(double share, long withinNs) {
        requireShare("share of crashing hosts", share);
        requireTime("span of crashes", withinNs);
        SimulationOptions copy = copy();
        copy.crashShare = share;
        copy.crashWithinNs = withinNs;
        return copy;
    }

    /** Connections break: so many for each host and minute, wherever the seed wants it. */
    public SimulationOptions withResets(double perHostMinute) {
        if (!(perHostMinute >= 0 && perHostMinute <= 1e6)) {
            throw new IllegalArgumentException(perHostMinute + " resets per host and minute");
        }
        SimulationOptions copy = copy();
        copy.resetsPerHostMinute = perHostMinute;
        return copy;
    }

    /** So many of the hosts damage this share of the blocks that they send. They are not waited for. */
    public SimulationOptions withCorrupters(int count, double share) {
        requireShare("share of damaged blocks", share);
        if (count < 0 || count >= hosts) {
            throw new IllegalArgumentException(count + " of " + hosts + " hosts that corrupt");
        }
        SimulationOptions copy = copy();
        copy.corrupters = count;
        copy.corruption = share;
        return copy;
    }

    /**
     * @param verify from the last block of a piece to its verified hash (100 us)
     * @param tracker what each announce costs the tracker, which answers one after the other (0)
     */
    public SimulationOptions withServiceTimes(long verify, long tracker) {
        requireTime("verification", verify);
        requireTime("announce", tracker);
        SimulationOptions copy = copy();
        copy.verifyNs = verify;
        copy.trackerNs = tracker;
        return copy;
    }

    /**
     * How much of what a connection is to send lies in order before its requests and HAVEs.
     *
     * @param engine bytes that the engine's connection takes before it is not writable; it is again below half of them. By default as in
     *     the engine
     * @param kernel bytes that the kernel takes beyond that (64 KiB)
     */
    public SimulationOptions withSendBuffers(int engine, int kernel) {
        if (engine < 2 || kernel < 0) {
            throw new IllegalArgumentException("send buffers of " + engine + " and " + kernel + " bytes");
        }
        SimulationOptions copy = copy();
        copy.sendBuffer = engine;
        copy.kernelBuffer = kernel;
        return copy;
    }

    /** The seeder's process is killed at that time: its connections are reset. */
    public SimulationOptions withSeederDeath(long atNs) {
        requireTime("death of the seeder", atNs);
        SimulationOptions copy = copy();
        copy.seederDiesNs = atNs;
        return copy;
    }

    /** A second seeder, with the same link as the first, starts at that time. */
    public SimulationOptions withSecondSeeder(long atNs) {
        requireTime("start of the second seeder", atNs);
        SimulationOptions copy = copy();
        copy.secondSeederNs = atNs;
        return copy;
    }

    /** Everything that is random follows from this number (1). */
    public SimulationOptions withSeed(long number) {
        SimulationOptions copy = copy();
        copy.seed = number;
        return copy;
    }

    /** Checks all that can be checked, which takes memory and time: for small swarms. */
    public SimulationOptions withChecks(boolean on) {
        SimulationOptions copy = copy();
        copy.checked = on;
        return copy;
    }

    /**
     * Sets one value of the decisions' configuration, to try what it does.
     *
     * @param name of a component of the engine's {@code SwarmConfig}, such as {@code requestWindow}
     * @param value a whole number, or {@code true} or {@code false}
     * @throws IllegalArgumentException if there is no such name, or it cannot have this value; the text says which there are
     */
    public SimulationOptions withSetting(String name, String value) {
        return withConfig(SwarmSettings.with(config, name, value));
    }

    SimulationOptions withConfig(SwarmConfig swarmConfig) {
        SimulationOptions copy = copy();
        copy.config = swarmConfig;
        return copy;
    }

    public int hosts() {
        return hosts;
    }

    public long size() {
        return size;
    }

    public long rate() {
        return rate;
    }

    /** In bytes, never 0. */
    public int pieceLength() {
        return pieceLength;
    }

    public long latencyNs() {
        return latencyNs;
    }

    public long jitterNs() {
        return jitterNs < 0 ? latencyNs / 10 : jitterNs;
    }

    public int zones() {
        return zones;
    }

    public long seed() {
        return seed;
    }

    /** Connections that a host may have. */
    public int maxConnections() {
        return config.maxConnections();
    }

    /** Connections up to which a host dials. */
    public int degree() {
        return config.maxDialled();
    }

    /** The payload's size over the rate, in seconds: no way of sending can beat it. */
    public double boundSeconds() {
        return (double) size / rate;
    }

    List<Share> slowHosts() {
        return slowHosts;
    }

    List<Share> slowDisks() {
        return slowDisks;
    }

    long startWithinNs() {
        return startWithinNs;
    }

    int lateHosts() {
        return (int) Math.round(hosts * lateShare);
    }

    long lateNs() {
        return lateNs;
    }

    int crashes() {
        return (int) Math.round(hosts * crashShare);
    }

    long crashWithinNs() {
        return crashWithinNs;
    }

    double resetsPerHostMinute() {
        return resetsPerHostMinute;
    }

    int corrupters() {
        return corrupters;
    }

    double corruption() {
        return corruption;
    }

    /** -1 for never. */
    long seederDiesNs() {
        return seederDiesNs;
    }

    /** -1 for never. */
    long secondSeederNs() {
        return secondSeederNs;
    }

    SwarmConfig config() {
        return config;
    }

    NetworkModel model() {
        NetworkModel model = NetworkModel.of(latencyNs, jitterNs()).withTimes(verifyNs, trackerNs).withZones(zones, zoneRate);
        model = model.withSendBuffers(sendBuffer < 0 ? model.highWaterBytes() : sendBuffer,
            sendBuffer < 0 ? model.lowWaterBytes() : sendBuffer / 2, kernelBuffer);
        return checked ? model.checked(false) : model;
    }
}
