package murder.engine.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import murder.metainfo.PieceLayout;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UploadSchedulerTest {
    private static final long SECOND = TestSwarm.SECOND;
    private TestSwarm s;

    @BeforeEach
    void peersThatAskedForTwoPieces() throws Exception {
        s = swarm();
    }

    private static TestSwarm swarm(TokenBucket... limits) throws Exception {
        TestSwarm s = new TestSwarm("""
            us ##
            a  ..
            b  ..
            """, 2, TestSwarm.CONFIG, limits);
        for (String name : List.of("a", "b")) {
            s.peer(name).out.take();
            for (String block : List.of("0/0", "0/1", "1/0", "1/1")) {
                s.request(name, block);
            }
        }
        return s;
    }

    @Test
    void sendsAPieceATurnToEachPeerRoundAndRound() {
        s.peer("a").out.capacity = 2;
        s.peer("b").out.capacity = 2;
        s.turn();
        assertThat(s.peer("a").out.take()).containsExactly("block 0/0", "block 0/1");
        assertThat(s.peer("b").out.take()).containsExactly("block 0/0", "block 0/1");
        for (String name : List.of("b", "a")) {
            s.peer(name).out.capacity = 9;
            s.peer(name).at.onWritable();
        }
        s.turn();
        assertThat(s.peer("a").out.take()).containsExactly("block 1/0", "block 1/1");
        assertThat(s.peer("b").out.take()).containsExactly("block 1/0", "block 1/1");
    }

    @Test
    void goesPastAPeerWhoseConnectionTakesNoMore() {
        s.peer("a").out.capacity = 0;
        s.turn();
        assertThat(s.peer("a").out.take()).isEmpty();
        assertThat(s.peer("b").out.take()).hasSize(4);
        s.peer("a").out.capacity = 1;
        s.peer("a").at.onWritable();
        s.turn();
        assertThat(s.peer("a").out.take()).containsExactly("block 0/0");
    }

    @Test
    void aRateLimitIsSharedAndSaysWhenToGoOn() throws Exception {
        TokenBucket limit = new TokenBucket(PieceLayout.BLOCK_LENGTH);
        limit.take(SwarmConfig.MAX_REQUEST_LENGTH - 3 * PieceLayout.BLOCK_LENGTH);
        s = swarm(limit);
        long deadlineNs = s.swarm.onTurn(0);
        assertThat(s.peer("a").out.take().size() + s.peer("b").out.take().size()).isEqualTo(3);
        // Housekeeping comes before that.
        assertThat(deadlineNs).isEqualTo(SwarmConfig.TICK_NS);
        UploadScheduler scheduler = s.swarm.uploads();
        assertThat(scheduler.nextDeadlineNs()).isEqualTo(SECOND);
        scheduler.transmit(SECOND - 1);
        assertThat(s.peer("a").out.take().size() + s.peer("b").out.take().size()).isZero();
    }

    @Test
    void aCancelReachesWhatWaitsAndIsAnsweredByAReject() throws Exception {
        s.peer("a").out.capacity = 0;
        s.peer("a").at.onCancel(0, 0, 16384, 16384);
        assertThat(s.peer("a").out.take()).containsExactly("reject 0/1");
        s.peer("a").out.capacity = 9;
        s.turn();
        assertThat(s.peer("a").out.take()).containsExactly("block 0/0", "block 1/0", "block 1/1");
    }

    @Test
    void whoHasToldOfTheFewestPiecesComesFirst() throws Exception {
        TestSwarm swarm = new TestSwarm("""
            us ####
            a  ##..
            b  #...
            """, 1);
        swarm.peer("a").out.capacity = 0;
        swarm.peer("b").out.capacity = 0;
        for (String name : List.of("a", "b")) {
            swarm.request(name, "2/0");
            swarm.request(name, "3/0");
        }
        List<String> order = new ArrayList<>();
        for (String name : List.of("a", "b")) {
            swarm.peer(name).out.take();
            swarm.peer(name).out.capacity = 9;
            swarm.peer(name).out.log = line -> order.add(name + " " + line);
            swarm.peer(name).at.onWritable();
        }
        swarm.turn();
        assertThat(order).containsExactly("b block 2/0", "b block 3/0", "a block 2/0", "a block 3/0");
    }

    /** Peers that ask for forty pieces each; turns under way are limited to 16, and 4 for each while others wait. */
    private static TestSwarm crowd() throws Exception {
        TestSwarm swarm = new TestSwarm("us " + "#".repeat(40) + "\na " + ".".repeat(40) + "\nb #" + ".".repeat(39), 1);
        for (String name : List.of("a", "b")) {
            swarm.peer(name).out.take();
            swarm.peer(name).at.maxRun = BlockRun.MAX_BLOCKS;
            for (int piece = 1; piece < 40; piece++) {
                swarm.request(name, piece + "/0");
            }
        }
        return swarm.turn();
    }

    @Test
    void onlySoManyTurnsAreUnderWayAndThePoorestDoesNotGetThemAll() throws Exception {
        TestSwarm swarm = crowd();
        int toA = swarm.peer("a").out.take("block").size();
        int toB = swarm.peer("b").out.take("block").size();
        assertThat(toA + toB).isEqualTo(16);
        assertThat(toB).isEqualTo(4);
    }

    @Test
    void aTurnEndsWhenThePeerHasThePieceOrWantsItNoMore() throws Exception {
        TestSwarm swarm = crowd();
        List<Integer> sent = pieces(swarm.peer("a").out.take("block"));
        swarm.peer("b").out.take();
        swarm.peer("a").at.onHave(0, sent.get(0));
        swarm.turn();
        assertThat(swarm.peer("a").out.take("block").size() + swarm.peer("b").out.take("block").size()).isEqualTo(1);
        swarm.peer("a").at.onCancel(0, sent.get(1), 0, PieceLayout.BLOCK_LENGTH);
        swarm.turn();
        assertThat(swarm.peer("a").out.take("block").size() + swarm.peer("b").out.take("block").size()).isEqualTo(1);
    }

    @Test
    void clientsThatDoNotTellWhatTheyGotAreNotHeldUp() throws Exception {
        TestSwarm swarm = new TestSwarm("us " + "#".repeat(40) + "\na " + ".".repeat(40), 1);
        swarm.peer("a").out.take();
        for (int piece = 0; piece < 40; piece++) {
            swarm.request("a", piece + "/0");
        }
        swarm.turn();
        assertThat(swarm.peer("a").out.take("block")).hasSize(40);
    }

    @Test
    void turnsOfWhoIsGoneOrLateHoldNobodyUp() throws Exception {
        TestSwarm gone = crowd();
        gone.peer("b").out.take();
        gone.disconnect("a");
        assertThat(gone.peer("b").out.take("block")).hasSize(16 - 4);
        TestSwarm late = crowd();
        late.peer("a").out.take();
        late.peer("b").out.take();
        late.at(SECOND);
        assertThat(late.peer("a").out.take("block").size() + late.peer("b").out.take("block").size()).isEqualTo(16);
    }

    private static List<Integer> pieces(List<String> blocks) {
        return blocks.stream().map(block -> Integer.valueOf(block.substring(0, block.indexOf('/')))).toList();
    }
}
