package murder.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import murder.engine.sim.NetworkModel.HostProfile;
import murder.engine.swarm.SwarmConfig;
import murder.metainfo.PieceLayout;
import org.junit.jupiter.api.Test;

/**
 * Small swarms with faults ({@link FaultScenario}), one per seed; {@link Seeds} says which are
 * played. One seed in four brings every message through the codec of the wire.
 * {@link HostileSimTest} does the same with hosts that mean harm.
 */
class SwarmSimTest {
    private static final long SECOND = NetworkModel.SECOND;

    private static FaultScenario play(long seed) {
        return FaultScenario.play(seed, false, SwarmSimTest.class);
    }

    @Test
    void everyLeecherCompletesAfterFaults() {
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
            FaultScenario played = play(seed);
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
    void everybodyBansOnlyTheCorrupter() {
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
                        assertThat(host.hasAccused(other)).as("seed %d: %s accused %s", seed, host, other).isEqualTo(other == corrupter);
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
