package murder.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import murder.engine.sim.NetworkModel.HostProfile;
import murder.engine.swarm.PeerConnection;
import murder.engine.swarm.SwarmConfig;
import murder.metainfo.PieceLayout;
import murder.wire.Bitfield;

/**
 * A small swarm with faults and hostile hosts: the seed draws the sizes, the hosts, the network and
 * what goes wrong. First faults happen and nothing unsafe may (the checks stand in {@link SimEnd},
 * {@link EndChecks}, {@link SimStorage} and {@link RateCheck}); then all heals, and every honest
 * leecher has to complete. The hostile hosts stay to the end.
 */
final class FaultScenario {
    private static final long SECOND = NetworkModel.SECOND;
    private static final long FAULTS_END_NS = 20 * SECOND;
    /** Frames that the wire keeps for a connection, without those that announce pieces. */
    private static final int MOST_FRAME_BYTES = 1 << 18;

    final SplittableRandom random;
    final SimNetwork network;
    final String drawn;
    final boolean seederDies;
    final boolean coded;
    int resets;
    int deaths;
    int silences;
    int restarts;

    final List<HostileHost> hostile = new ArrayList<>();

    /** @param withHostile whether there are up to five hostile hosts */
    FaultScenario(long seed, boolean withHostile) {
        random = new SplittableRandom(seed);
        int pieceLength = 16 * 1024 << random.nextInt(4);
        PieceLayout layout = new PieceLayout(1 + random.nextLong(60L * pieceLength), pieceLength);
        int leechers = 1 + random.nextInt(11);
        int seeders = 1 + random.nextInt(2);
        long rate = 125_000L << random.nextInt(8);
        seederDies = random.nextInt(4) == 0;
        coded = random.nextInt(4) == 0;
        boolean corrupter = random.nextInt(4) == 0;
        NetworkModel model = model(rate);
        network = new SimNetwork(layout, model, random.nextLong());
        int enemies = withHostile ? 1 + random.nextInt(5) : 0;
        SwarmConfig config = config(enemies);
        for (int i = 0; i < seeders + leechers; i++) {
            HostProfile profile = HostProfile.leecher(rate, config).withLimits(limit(), limit())
                .withProtocols(random.nextInt(3) > 0, random.nextInt(3) > 0).inZone(random.nextInt(model.zones()))
                .withDiskRate(random.nextInt(8) == 0 ? rate : 0);
            network.addHost(i < seeders ? profile.asSeeder() : profile);
        }
        if (corrupter) {
            HostProfile profile = HostProfile.leecher(rate, config).withCorruption(random.nextBoolean() ? 1 : 0.1);
            network.addHost(random.nextBoolean() ? profile.asSeeder() : profile);
        }
        for (int i = 0; i < enemies; i++) {
            addHostile(rate, config);
        }
        drawn = String.format(Locale.ROOT,
            "%d bytes in pieces of %d, %d seeders (%s), %d leechers, %s corrupter, hostile: %s, %d bytes/s, %s, %s",
            layout.length(), pieceLength, seeders, seederDies ? "die" : "stay", leechers, corrupter ? "a" : "no", hostile, rate, model,
            config);
        for (SimHost host : network.hosts()) {
            network.at(random.nextInt(4) == 0 ? random.nextLong(10 * SECOND) : 0, host::start);
        }
    }

    /**
     * Plays a seed to its end.
     *
     * @param test to name in the command that repeats a failure
     * @throws AssertionError with all that the seed drew, and the command
     */
    static FaultScenario play(long seed, boolean withHostile, Class<?> test) {
        FaultScenario scenario = new FaultScenario(seed, withHostile);
        try {
            scenario.run();
            scenario.checkHonestAreNotAccused();
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed + ": " + scenario.drawn + "; " + scenario.resets + " resets, " + scenario.deaths
                + " deaths, " + scenario.silences + " silences, " + scenario.restarts + " restarts of the tracker\n"
                + "repeat with: mvn -pl murder-engine -am verify -Dtest=" + test.getSimpleName()
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dmurder.seed=" + seed, e);
        }
        return scenario;
    }

    private void addHostile(long rate, SwarmConfig config) {
        HostileHost.Manner[] manners = HostileHost.Manner.values();
        HostileHost.Plan plan = HostileHost.Plan.draw(random, manners[random.nextInt(manners.length)]);
        HostProfile profile = HostProfile.leecher(rate, config).withProtocols(random.nextInt(4) > 0, random.nextInt(3) > 0);
        SplittableRandom own = random.split();
        hostile.add(network.addHost(index -> new HostileHost(network, index, profile, own, plan)));
    }

    private NetworkModel model(long rate) {
        long latencyNs = NetworkModel.MS / 10 << random.nextInt(9);
        long jitterNs = random.nextBoolean() ? 0 : 1 + random.nextLong(2 * latencyNs);
        NetworkModel model = NetworkModel.of(latencyNs, jitterNs)
            .withTimes(random.nextLong(2 * NetworkModel.MS), random.nextLong(NetworkModel.MS))
            .withChecks(coded ? NetworkModel.Checks.ALL_AND_CODEC : NetworkModel.Checks.ALL);
        return random.nextInt(4) == 0 ? model.withZones(2, rate * (1 + random.nextInt(3))) : model;
    }

    private SwarmConfig config(int enemies) {
        // An address may keep four places, so there are to be more than all enemies can have.
        int dialled = 2 + random.nextInt(12) + 4 * enemies;
        SwarmConfig d = SwarmConfig.DEPLOY;
        // Tight limits one time in two: full swarms, few slots, few requests.
        return random.nextBoolean() ? d : new SwarmConfig(dialled, dialled + random.nextInt(3), 1 + random.nextInt(8), 50,
            1 + random.nextInt(8), 1 + random.nextInt(8), 200, 250, random.nextBoolean(), 1 + random.nextInt(8), 100);
    }

    private long limit() {
        return random.nextInt(6) == 0 ? 100_000 + random.nextInt(1_000_000) : 0;
    }

    void run() {
        fault();
        network.runUntil(() -> false, FAULTS_END_NS);
        checkBounds();
        heal();
        long bytes = network.layout.length() * network.hosts().size();
        long deadlineNs = FAULTS_END_NS + 400 * SECOND + 8 * SECOND * bytes / 100_000;
        if (!network.runUntil(this::isDone, deadlineNs)) {
            fail("not complete by " + deadlineNs + " ns: " + unfinished());
        }
        checkBounds();
    }

    private void fault() {
        if (network.nowNs() < FAULTS_END_NS - SECOND) {
            network.after(random.nextLong(SECOND), this::fault);
        }
        List<SimHost> hosts = network.hosts();
        SimHost host = hosts.get(random.nextInt(hosts.size()));
        int what = random.nextInt(10);
        if (what < 4 && !host.ends().isEmpty()) {
            host.ends().get(random.nextInt(host.ends().size())).reset();
            resets++;
        } else if (what < 6 && host.isUp() && !host.profile.complete()) {
            switch (random.nextInt(4)) {
                case 0 -> host.stop();
                case 1 -> host.die(false);
                default -> host.die(true);
            }
            deaths++;
            if (random.nextBoolean()) {
                network.after(random.nextLong(5 * SECOND), () -> revive(host));
            }
        }
        if (what == 6) {
            network.tracker.silence(network.nowNs() + random.nextLong(10 * SECOND));
            silences++;
        } else if (what == 7) {
            network.tracker.restartEmpty();
            restarts++;
        }
        if (seederDies && canLive(false)) {
            hosts.stream().filter(h -> h.profile.complete() && h.isUp() && isHonest(h)).forEach(h -> h.die(random.nextBoolean()));
        }
    }

    /** Faults end: whoever is needed comes back. */
    private void heal() {
        network.tracker.silence(network.nowNs());
        for (SimHost host : network.hosts()) {
            if (!host.isUp() && (!canLive(true) || random.nextBoolean())) {
                host.start();
            }
        }
    }

    private static void revive(SimHost host) {
        if (!host.isUp()) {
            host.start();
        }
    }

    /** Whether every piece is with an honest host that is up. */
    private boolean canLive(boolean withSeeders) {
        Bitfield all = new Bitfield(network.layout.pieceCount());
        for (SimHost host : network.hosts()) {
            if (host.isUp() && isHonest(host) && (withSeeders || !host.profile.complete())) {
                Bitfield verified = host.storage.verified();
                for (int piece = verified.nextSet(0); piece >= 0; piece = verified.nextSet(piece + 1)) {
                    all.set(piece);
                }
            }
        }
        return all.isFull();
    }

    private boolean isDone() {
        for (SimHost host : network.hosts()) {
            if (host.isUp() && isHonest(host) && !host.isComplete()) {
                return false;
            }
        }
        return true;
    }

    private String unfinished() {
        StringBuilder text = new StringBuilder();
        for (SimHost host : network.hosts()) {
            text.append("\n  ").append(host).append(host.isUp() ? " up, " : " down, ").append(host.storage.verified().count())
                .append(" of ").append(network.layout.pieceCount()).append(" pieces");
            if (host.isUp() && host.isOurs()) {
                for (PeerConnection peer : host.swarm().peers()) {
                    text.append("\n    ").append(peer)
                        .append(peer.amChoking() ? " choking" : "").append(peer.peerChoking() ? " choked" : "")
                        .append(peer.amInterested() ? " interested" : "").append(peer.peerInterested() ? " wanted" : "")
                        .append(" asks ").append(peer.requestsOutstanding()).append(" has ").append(peer.pieceCount());
                }
            }
        }
        return text.toString();
    }

    private void checkBounds() {
        for (SimHost host : network.hosts()) {
            if (host.isOurs() && host.isUp()) {
                assertThat(host.ends()).as("connections of %s", host).hasSizeLessThanOrEqualTo(host.profile.config().maxConnections());
                for (SimEnd end : host.ends()) {
                    assertThat(end.waitingFrameBytes()).as("frames that wait: %s", end)
                        .isLessThan(MOST_FRAME_BYTES + 9 * network.layout.pieceCount());
                }
            }
        }
    }

    /** Only who sends bad data or thousands of useless messages may be accused. */
    void checkHonestAreNotAccused() {
        for (SimHost host : network.hosts()) {
            for (SimHost other : network.hosts()) {
                assertThat(host.hasAccused(other) && isHonest(other)).as("%s accused %s", host, other).isFalse();
            }
        }
    }

    static boolean isHonest(SimHost host) {
        return host.isOurs() && host.profile.corruption() == 0;
    }
}
