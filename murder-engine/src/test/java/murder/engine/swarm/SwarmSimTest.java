package murder.engine.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import murder.metainfo.PieceLayout;
import org.junit.jupiter.api.Test;

/**
 * Small swarms with faults, one per seed: the seed draws the sizes, the hosts, the network and what goes wrong. First faults happen and
 * nothing unsafe may (the checks stand in {@link SimLink} and {@link SimHost}); then all heals and every leecher has to complete.
 */
class SwarmSimTest {
    private static final int SEEDS = Integer.getInteger("murder.seeds", 300);
    private static final long FAULTS_END_NS = 20 * SimNetwork.SECOND;

    /** What a seed drew, and what became of it. */
    private static final class Scenario {
        final SplittableRandom random;
        final SimNetwork network;
        final String drawn;
        final boolean seederDies;
        private int resets;
        private int deaths;

        Scenario(long seed) {
            random = new SplittableRandom(seed);
            int pieceLength = 16 * 1024 << random.nextInt(4);
            long length = 1 + random.nextLong(60L * pieceLength);
            int leechers = 1 + random.nextInt(11);
            int seeders = 1 + random.nextInt(2);
            long latencyNs = SimNetwork.MS / 10 << random.nextInt(9);
            long rate = 1_000_000L << random.nextInt(8);
            seederDies = random.nextInt(4) == 0;
            boolean corrupter = random.nextInt(4) == 0;
            network = new SimNetwork(new PieceLayout(length, pieceLength), random.nextLong(), latencyNs, SimNetwork.MS, 1 << 18, true);
            SwarmConfig config = config();
            for (int i = 0; i < seeders + leechers; i++) {
                network.addHost(new SimHost.Options(rate, rate, limit(), limit(), random.nextInt(3) > 0, random.nextInt(3) > 0, 0,
                    i < seeders, config));
            }
            if (corrupter) {
                network.addHost(new SimHost.Options(rate, rate, 0, 0, true, true, random.nextBoolean() ? 1 : 0.1, random.nextBoolean(),
                    config));
            }
            drawn = String.format(Locale.ROOT, "%d bytes in pieces of %d, %d seeders (%s), %d leechers, %s corrupter, %d bit/s, %d ns, %s",
                length, pieceLength, seeders, seederDies ? "die" : "stay", leechers, corrupter ? "a" : "no", rate, latencyNs, config);
            for (SimHost host : network.hosts()) {
                network.at(random.nextInt(4) == 0 ? random.nextLong(10 * SimNetwork.SECOND) : 0, host::start);
            }
        }

        private SwarmConfig config() {
            int dialled = 2 + random.nextInt(12);
            SwarmConfig d = SwarmConfig.DEPLOY;
            // Tight limits one time in two: full swarms, few slots, few requests.
            return random.nextBoolean() ? d : new SwarmConfig(dialled, dialled + random.nextInt(3), 1 + random.nextInt(8), 50,
                1 + random.nextInt(8), 4, 2, 200, 250, random.nextBoolean(), 1 + random.nextInt(8), 100);
        }

        private long limit() {
            return random.nextInt(6) == 0 ? 100_000 + random.nextInt(1_000_000) : 0;
        }

        void run() {
            fault();
            network.runUntil(() -> false, FAULTS_END_NS);
            heal();
            long bytes = network.layout.length() * network.hosts().size();
            long deadlineNs = FAULTS_END_NS + 400 * SimNetwork.SECOND + 8 * SimNetwork.SECOND * bytes / 100_000;
            if (!network.runUntil(this::isDone, deadlineNs)) {
                fail("not complete by " + deadlineNs + " ns: " + unfinished());
            }
        }

        private void fault() {
            if (network.nowNs() < FAULTS_END_NS - SimNetwork.SECOND) {
                network.after(random.nextLong(SimNetwork.SECOND), this::fault);
            }
            List<SimHost> hosts = network.hosts();
            List<SimLink> links = network.links();
            int what = random.nextInt(10);
            if (what < 4 && !links.isEmpty()) {
                links.get(random.nextInt(links.size())).reset();
                resets++;
            } else if (what < 6) {
                SimHost host = hosts.get(random.nextInt(hosts.size()));
                if (host.isUp() && !host.options().complete()) {
                    host.die(random.nextBoolean());
                    deaths++;
                    if (random.nextBoolean()) {
                        network.after(random.nextLong(5 * SimNetwork.SECOND), () -> revive(host));
                    }
                }
            }
            if (seederDies && canLive(false)) {
                hosts.stream().filter(h -> h.options().complete() && h.isUp() && h.options().corruption() == 0)
                    .forEach(h -> h.die(random.nextBoolean()));
            }
        }

        /** Faults end: whoever is needed comes back. */
        private void heal() {
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
                if (host.isUp() && host.options().corruption() == 0 && (withSeeders || !host.options().complete())) {
                    for (int piece = host.verified().nextSet(0); piece >= 0; piece = host.verified().nextSet(piece + 1)) {
                        all.set(piece);
                    }
                }
            }
            return all.isFull();
        }

        private boolean isDone() {
            for (SimHost host : network.hosts()) {
                if (host.isUp() && host.options().corruption() == 0 && !host.isComplete()) {
                    return false;
                }
            }
            return true;
        }

        private String unfinished() {
            StringBuilder text = new StringBuilder();
            for (SimHost host : network.hosts()) {
                text.append("\n  ").append(host).append(host.isUp() ? " up, " : " down, ").append(host.verified().count()).append(" of ")
                    .append(network.layout.pieceCount()).append(" pieces");
                if (host.isUp()) {
                    for (PeerConnection peer : host.swarm().peers()) {
                        text.append("\n    ").append(peer)
                            .append(peer.amChoking ? " choking" : "").append(peer.peerChoking ? " choked" : "")
                            .append(peer.amInterested ? " interested" : "").append(peer.peerInterested ? " wanted" : "")
                            .append(peer.snubbed ? " snubbed" : "").append(" asks ").append(peer.pipeline.outstanding())
                            .append(" window ").append(peer.pipeline.window()).append(" has ").append(peer.pieces.count())
                            .append(" wants ").append(peer.wanted).append(" serves ").append(peer.uploads.size());
                    }
                }
            }
            return text.toString();
        }

        void checkHonestAreNotBanned() {
            for (SimHost host : network.hosts()) {
                for (SimHost other : network.hosts()) {
                    assertThat(host.hasBanned(other) && other.options().corruption() == 0).as("%s banned %s", host, other).isFalse();
                }
            }
        }
    }

    private static Scenario play(long seed) {
        Scenario scenario = new Scenario(seed);
        try {
            scenario.run();
            scenario.checkHonestAreNotBanned();
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed + ": " + scenario.drawn + "; " + scenario.resets + " resets, " + scenario.deaths
                + " deaths\nrepeat with: mvn -pl murder-engine -am verify -Dtest=SwarmSimTest -Dsurefire.failIfNoSpecifiedTests=false"
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
        for (long seed = 0; seed < SEEDS; seed++) {
            Scenario played = play(seed);
            resets += played.resets;
            deaths += played.deaths;
        }
        // The faults did happen.
        assertThat(resets).isGreaterThan(SEEDS);
        assertThat(deaths).isGreaterThan(SEEDS / 2);
    }

    @Test
    void whoKeepsCorruptingIsBannedByEverybodyAndNobodyElseIs() {
        for (double corruption : new double[] {1, 0.3}) {
            for (long seed = 1; seed <= 5; seed++) {
                SimNetwork network = new SimNetwork(new PieceLayout(20_000_000, 65536), seed, SimNetwork.MS, SimNetwork.MS, 1 << 18, true);
                SimHost.Options honest = SimHost.Options.leecher(20_000_000);
                SimHost corrupter = network.addHost(new SimHost.Options(20_000_000, 20_000_000, 0, 0, true, true, corruption, true,
                    SwarmConfig.DEPLOY.withFirstSeeder(false)));
                network.addHost(honest.asSeeder());
                for (int i = 0; i < 6; i++) {
                    network.addHost(honest);
                }
                network.hosts().forEach(SimHost::start);
                assertThat(network.runUntil(() -> network.hosts().stream().allMatch(SimHost::isComplete), 60 * SimNetwork.SECOND)).isTrue();
                for (SimHost host : network.hosts().subList(2, 8)) {
                    for (SimHost other : network.hosts()) {
                        assertThat(host.hasBanned(other)).as("seed %d: %s banned %s", seed, host, other).isEqualTo(other == corrupter);
                    }
                    assertThat(host.swarm().hashFailedBytes()).as("seed %d: what it took to find out", seed).isLessThan(20_000_000 / 5);
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
