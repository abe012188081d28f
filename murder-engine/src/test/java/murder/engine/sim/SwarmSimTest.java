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
import org.junit.jupiter.api.Test;

/**
 * Small swarms with faults, one per seed: the seed draws the sizes, the hosts, the network and what goes wrong. First faults happen and
 * nothing unsafe may (the checks stand in {@link SimEnd}, {@link EndChecks}, {@link SimStorage} and {@link RateCheck}); then all heals and
 * every leecher has to complete. One seed in four brings every message through the codec of the wire. {@link Seeds} says which are played.
 */
class SwarmSimTest {
    private static final long SECOND = NetworkModel.SECOND;
    private static final long FAULTS_END_NS = 20 * SECOND;

    /** What a seed drew, and what became of it. */
    private static final class Scenario {
        final SplittableRandom random;
        final SimNetwork network;
        final String drawn;
        final boolean seederDies;
        final boolean coded;
        private int resets;
        private int deaths;
        private int silences;
        private int restarts;

        Scenario(long seed) {
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
            SwarmConfig config = config();
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
            drawn = String.format(Locale.ROOT, "%d bytes in pieces of %d, %d seeders (%s), %d leechers, %s corrupter, %d bytes/s, %s, %s",
                layout.length(), pieceLength, seeders, seederDies ? "die" : "stay", leechers, corrupter ? "a" : "no", rate, model, config);
            for (SimHost host : network.hosts()) {
                network.at(random.nextInt(4) == 0 ? random.nextLong(10 * SECOND) : 0, host::start);
            }
        }

        private NetworkModel model(long rate) {
            long latencyNs = NetworkModel.MS / 10 << random.nextInt(9);
            long jitterNs = random.nextBoolean() ? 0 : 1 + random.nextLong(2 * latencyNs);
            NetworkModel model = NetworkModel.of(latencyNs, jitterNs)
                .withTimes(random.nextLong(2 * NetworkModel.MS), random.nextLong(NetworkModel.MS))
                .withChecks(coded ? NetworkModel.Checks.ALL_AND_CODEC : NetworkModel.Checks.ALL);
            return random.nextInt(4) == 0 ? model.withZones(2, rate * (1 + random.nextInt(3))) : model;
        }

        private SwarmConfig config() {
            int dialled = 2 + random.nextInt(12);
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
            heal();
            long bytes = network.layout.length() * network.hosts().size();
            long deadlineNs = FAULTS_END_NS + 400 * SECOND + 8 * SECOND * bytes / 100_000;
            if (!network.runUntil(this::isDone, deadlineNs)) {
                fail("not complete by " + deadlineNs + " ns: " + unfinished());
            }
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
                if (host.isUp()) {
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

        void checkHonestAreNotBanned() {
            for (SimHost host : network.hosts()) {
                for (SimHost other : network.hosts()) {
                    assertThat(host.hasBanned(other) && isHonest(other)).as("%s banned %s", host, other).isFalse();
                }
            }
        }
    }

    private static boolean isHonest(SimHost host) {
        return host.profile.corruption() == 0;
    }

    private static Scenario play(long seed) {
        Scenario scenario = new Scenario(seed);
        try {
            scenario.run();
            scenario.checkHonestAreNotBanned();
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed + ": " + scenario.drawn + "; " + scenario.resets + " resets, " + scenario.deaths
                + " deaths, " + scenario.silences + " silences, " + scenario.restarts + " restarts of the tracker\n"
                + "repeat with: mvn -pl murder-engine -am verify -Dtest=SwarmSimTest -Dsurefire.failIfNoSpecifiedTests=false"
                + " -Dmurder.seed=" + seed, e);
        }
        return scenario;
    }

    @Test
    void everyLeecherCompletesOnceFaultsHaveHealed() {
        Long only = Long.getLong("murder.seed");
        if (only != null) {
            System.out.println(play(only).drawn);
            return;
        }
        int resets = 0;
        int deaths = 0;
        int coded = 0;
        int silences = 0;
        int restarts = 0;
        long base = Seeds.base();
        System.out.println("seeds " + base + " to " + (base + Seeds.COUNT - 1));
        for (long seed = base; seed < base + Seeds.COUNT; seed++) {
            Scenario played = play(seed);
            resets += played.resets;
            deaths += played.deaths;
            coded += played.coded ? 1 : 0;
            silences += played.silences;
            restarts += played.restarts;
        }
        // The faults did happen.
        assertThat(resets).isGreaterThan(Seeds.COUNT);
        assertThat(deaths).isGreaterThan(Seeds.COUNT / 2);
        assertThat(coded).isGreaterThan(Seeds.COUNT / 8);
        assertThat(silences).isGreaterThan(Seeds.COUNT);
        assertThat(restarts).isGreaterThan(Seeds.COUNT);
    }

    @Test
    void whoKeepsCorruptingIsBannedByEverybodyAndNobodyElseIs() {
        for (double corruption : new double[] {1, 0.3}) {
            for (long seed = 1; seed <= 5; seed++) {
                SimNetwork network = new SimNetwork(new PieceLayout(20_000_000, 65536),
                    NetworkModel.of(NetworkModel.MS, NetworkModel.MS / 10).withChecks(NetworkModel.Checks.ALL), seed);
                HostProfile honest = HostProfile.leecher(2_500_000, SwarmConfig.DEPLOY);
                SimHost corrupter = network.addHost(HostProfile.leecher(2_500_000, SwarmConfig.DEPLOY.withFirstSeeder(false))
                    .withCorruption(corruption).asSeeder());
                List<SimHost> leechers = new ArrayList<>();
                network.addHost(honest.asSeeder());
                for (int i = 0; i < 6; i++) {
                    leechers.add(network.addHost(honest));
                }
                network.hosts().forEach(SimHost::start);
                assertThat(network.runUntil(() -> leechers.stream().allMatch(SimHost::isComplete), 60 * SECOND)).isTrue();
                for (SimHost host : leechers) {
                    for (SimHost other : network.hosts()) {
                        assertThat(host.hasBanned(other)).as("seed %d: %s banned %s", seed, host, other).isEqualTo(other == corrupter);
                    }
                    assertThat(host.swarm().totals().hashFailed()).as("seed %d: what it took to find out", seed).isLessThan(20_000_000 / 5);
                }
            }
        }
    }

    @Test
    void sameSeedGivesTheSameRun() {
        for (long seed = 1000; seed < 1005; seed++) {
            assertThat(play(seed).network.traceHash()).as("seed %d", seed).isEqualTo(play(seed).network.traceHash());
        }
        assertThat(play(1).network.traceHash()).isNotEqualTo(play(2).network.traceHash());
    }
}
