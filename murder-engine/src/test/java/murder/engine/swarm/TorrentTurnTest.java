package murder.engine.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import murder.peer.PeerId;
import murder.tracker.AnnounceEvent;
import murder.tracker.AnnounceResponse;
import murder.tracker.AnnounceSchedule;
import org.junit.jupiter.api.Test;

class TorrentTurnTest {
    private static final SwarmConfig FEW = new SwarmConfig(1, 1, 64, 400, 100, 1, 100, 250, false, 8, 100);

    private final AnnounceSchedule schedule = new AnnounceSchedule(List.of(List.of("a")), new PeerId(1, 2, 3), 50, new SplittableRandom(1));
    private final List<AnnounceSchedule.Order> announced = new ArrayList<>();
    private final TorrentTurn turn = new TorrentTurn(schedule, announced::add);

    private void answer() {
        schedule.onAnswer(0, announced.remove(0), new AnnounceResponse(15, 0, 1, 1, List.of(), "", ""));
    }

    @Test
    void announceKnowsTheTurnsChanges() throws Exception {
        TestSwarm s = new TestSwarm("""
            us  ..
            a   ..""", 1, FEW);
        assertThat(s.swarm.wantsCandidates(0)).isFalse();
        turn.run(SwarmConfig.IDLE_NS, s.swarm, s.driver());
        assertThat(s.orders()).containsExactly("close IDLE");
        assertThat(announced.get(0).numWant()).isEqualTo(50);
    }

    @Test
    void announcesCompletionInTheSameTurn() throws Exception {
        TestSwarm s = new TestSwarm("""
            us  #.
            a   ## slow""", 1, FEW);
        turn.run(0, s.swarm, s.driver());
        answer();
        s.sendAll("a");
        s.orders();
        s.swarm.onPieceVerified(0, 1, true);
        turn.run(0, s.swarm, s.driver());
        assertThat(s.orders()).contains("completed");
        assertThat(announced).singleElement().extracting(AnnounceSchedule.Order::event).isEqualTo(AnnounceEvent.COMPLETED);
    }

    @Test
    void completeFromStartIsNoCompletion() throws Exception {
        TestSwarm s = new TestSwarm("us ##", 1, FEW);
        turn.run(0, s.swarm, s.driver());
        answer();
        turn.run(0, s.swarm, s.driver());
        assertThat(announced).isEmpty();
    }

    @Test
    void nextTurnIsTheEarlierDeadline() throws Exception {
        TestSwarm s = new TestSwarm("us ##", 1, FEW);
        assertThat(turn.run(0, s.swarm, s.driver())).isEqualTo(Long.MAX_VALUE);
        answer();
        assertThat(turn.run(0, s.swarm, s.driver())).isEqualTo(schedule.nextDeadlineNs());
    }
}
