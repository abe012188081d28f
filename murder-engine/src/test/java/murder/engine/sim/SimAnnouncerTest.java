package murder.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import murder.engine.sim.NetworkModel.HostProfile;
import murder.engine.swarm.SwarmConfig;
import murder.metainfo.PieceLayout;
import murder.tracker.AnnounceEvent;
import org.junit.jupiter.api.Test;

class SimAnnouncerTest {
    private static final long SECOND = NetworkModel.SECOND;

    private final SimNetwork network = new SimNetwork(new PieceLayout(10 * 65_536, 65_536), NetworkModel.of(NetworkModel.MS, 0), 1);
    private final HostProfile profile = HostProfile.leecher(10_000_000, SwarmConfig.DEPLOY);
    private final SimHost seeder = network.addHost(profile.asSeeder());
    private final SimHost leecher = network.addHost(profile);

    private void complete() {
        seeder.start();
        leecher.start();
        assertThat(network.runUntil(leecher::isComplete, 60 * SECOND)).isTrue();
        pass(SECOND);
    }

    private void pass(long ns) {
        network.runUntil(() -> false, network.nowNs() + ns);
    }

    @Test
    void restartedCompleteHostAnnouncesNoCompletion() {
        complete();
        assertThat(network.tracker.heard(AnnounceEvent.COMPLETED)).isEqualTo(1);
        leecher.die(false);
        leecher.start();
        pass(60 * SECOND);
        assertThat(network.tracker.heard(AnnounceEvent.STARTED)).isEqualTo(3);
        assertThat(network.tracker.heard(AnnounceEvent.COMPLETED)).isEqualTo(1);
    }

    @Test
    void hostThatStopsAnnouncesIt() {
        complete();
        leecher.stop();
        assertThat(network.tracker.heard(AnnounceEvent.STOPPED)).isEqualTo(1);
    }

    @Test
    void announcesAgainAfterSilence() {
        network.tracker.silence(40 * SECOND);
        seeder.start();
        leecher.start();
        pass(40 * SECOND);
        assertThat(network.tracker.heard(AnnounceEvent.STARTED)).isZero();
        assertThat(leecher.swarm().peers()).isEmpty();
        assertThat(network.runUntil(leecher::isComplete, 40 * SECOND + SimTracker.TIMEOUT_NS + 10 * SECOND)).isTrue();
    }

    @Test
    void silentTrackerHearsNoStop() {
        complete();
        network.tracker.silence(Long.MAX_VALUE);
        leecher.stop();
        assertThat(network.tracker.heard(AnnounceEvent.STOPPED)).isZero();
    }

    @Test
    void emptyTrackerLearnsOfHostsAgain() {
        SimHost late = network.addHost(profile);
        complete();
        network.tracker.restartEmpty();
        late.start();
        pass(SECOND);
        assertThat(late.swarm().peers()).isEmpty();
        assertThat(network.runUntil(late::isComplete, network.nowNs() + 120 * SECOND)).isTrue();
    }
}
