package murder.engine.swarm;

import static murder.engine.swarm.TestSwarm.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class DownloadSchedulerTest {
    private static Set<Character> pieces(List<String> blocks) {
        Set<Character> pieces = new TreeSet<>();
        blocks.forEach(block -> pieces.add(block.charAt(0)));
        return pieces;
    }

    @Test
    void fetchesPieceFromOnePeer() throws Exception {
        TestSwarm s = new TestSwarm("""
            us ..
            a  ##
            b  ##
            """, 4);
        assertThat(s.asked("a")).hasSize(4);
        assertThat(pieces(s.asked("a"))).hasSize(1);
        assertThat(pieces(s.asked("b"))).hasSize(1).isNotEqualTo(pieces(s.asked("a")));
    }

    @Test
    void verifiesAfterLastBlock() throws Exception {
        TestSwarm s = new TestSwarm("""
            us .
            a  #
            """, 2);
        assertThat(s.send("a", "0/1")).isTrue();
        assertThat(s.orders()).isEmpty();
        assertThat(s.send("a", "0/0")).isTrue();
        assertThat(s.orders()).containsExactly("verify 0");
        s.verified(0, true);
        assertThat(s.orders()).startsWith("completed");
    }

    @Test
    void requestsFailedPieceAgain() throws Exception {
        TestSwarm s = new TestSwarm("""
            us .
            a  #
            b  #
            """, 2);
        s.send("a", "0/0");
        s.send("b", "0/1");
        s.verified(0, false);
        assertThat(s.orders()).containsExactly("verify 0", "discard 0");
        assertThat(s.asked("a").size() + s.asked("b").size()).isEqualTo(2);
        assertThat(s.swarm.totals().hashFailed()).isEqualTo(2 * 16384);
    }

    @Test
    void piecesOfChokingPeerWakeOthers() throws Exception {
        TestSwarm s = new TestSwarm("""
            us ..
            a  #.
            b  #.
            c  .# choking
            """, 16, TestSwarm.CONFIG, new TokenBucket(16384));
        s.sendAll("a");
        assertThat(s.asked("b")).isEmpty();
        s.peer("a").at.onChoke(0);
        s.turn();
        s.at(SECOND);
        assertThat(s.asked("b")).hasSize(1);
    }

    @Test
    void stalledPeerKeepsOneProbe() throws Exception {
        TestSwarm s = new TestSwarm("""
            us .
            a  #
            b  . choking
            """, 4);
        assertThat(s.asked("a")).hasSize(4);
        s.peer("b").at.onHave(0, 0);
        s.peer("b").at.onUnchoke(0);
        s.at(3 * SECOND - 1);
        assertThat(s.asked("a")).hasSize(4);
        s.at(3 * SECOND - 1 + SwarmConfig.TICK_NS);
        assertThat(s.asked("a")).containsExactly("0/0");
        assertThat(s.asked("b")).contains("0/1", "0/2", "0/3");
    }

    @Test
    void chokeWithoutBep6DropsRequests() throws Exception {
        TestSwarm s = new TestSwarm("""
            us .
            a  # slow
            b  # choking
            """, 2);
        assertThat(s.asked("a")).hasSize(2);
        s.peer("b").at.onUnchoke(0);
        s.peer("a").at.onChoke(0);
        s.turn();
        assertThat(s.asked("b")).containsExactlyInAnyOrder("0/0", "0/1");
    }

    @Test
    void chokeWithBep6KeepsUnrejectedRequests() throws Exception {
        TestSwarm s = new TestSwarm("""
            us ..
            a  ##
            b  ## choking
            """, 2);
        s.peer("a").at.onChoke(0);
        s.turn();
        s.reject("a", "0/0");
        s.peer("b").at.onUnchoke(0);
        s.turn();
        assertThat(s.asked("b")).contains("0/0").hasSizeLessThan(4);
        assertThat(s.peer("a").at.requestsOutstanding()).isEqualTo(3);
    }

    /**
     * It may have been asked for several blocks at once, of which the other peer takes one: then no
     * endgame helps.
     */
    @Test
    void silentChokerLosesItsRequests() throws Exception {
        TestSwarm s = new TestSwarm("""
            us ..
            a  ##
            b  ## choking
            """, 2);
        s.peer("a").at.onChoke(0);
        s.peer("b").at.onUnchoke(0);
        s.turn();
        assertThat(s.peer("a").at.requestsOutstanding()).isEqualTo(4);
        s.at(3 * SECOND + SwarmConfig.TICK_NS);
        assertThat(s.peer("a").at.requestsOutstanding()).isZero();
        s.sendAll("b");
        assertThat(s.orders()).containsExactlyInAnyOrder("verify 0", "verify 1");
    }

    @Test
    void rejectOfCancelKeepsNewRequest() throws Exception {
        TestSwarm s = new TestSwarm("""
            us .
            a  #
            """, 4);
        s.at(3 * SECOND);
        s.send("a", "0/0");
        assertThat(s.asked("a")).contains("0/1");
        int outstanding = s.peer("a").at.requestsOutstanding();
        s.peer("a").at.onReject(s.nowNs, 0, 16384, 16384);
        assertThat(s.peer("a").at.requestsOutstanding()).isEqualTo(outstanding);
    }

    @Test
    void endgameRequestsTwiceAndCancelsLatecomer() throws Exception {
        TestSwarm s = new TestSwarm("""
            us .
            a  #
            b  #
            """, 4);
        assertThat(s.asked("a")).hasSize(4);
        assertThat(s.asked("b")).containsExactly("0/3");
        assertThat(s.send("b", "0/3")).isTrue();
        assertThat(s.peer("a").out.take("cancel")).containsExactly("0/3");
        // It was on its way: wasted, and no violation.
        assertThat(s.send("a", "0/3")).isFalse();
        assertThat(s.swarm.totals().wasted()).isEqualTo(16384);
    }

    @Test
    void endgameRequestsFreeBlocksBeforeDuplicates() throws Exception {
        TestSwarm s = new TestSwarm("""
            us .
            a  #
            b  #
            """, 8);
        assertThat(s.asked("a")).containsExactly("0/0", "0/1", "0/2", "0/3");
        assertThat(s.asked("b")).containsExactly("0/4", "0/5", "0/6", "0/7");
    }

    @Test
    void requestsNothingTwiceBeforeEndgame() throws Exception {
        TestSwarm s = new TestSwarm("""
            us ..
            a  #.
            b  #.
            c  .# choking
            """, 4);
        assertThat(s.asked("a").size() + s.asked("b").size()).isEqualTo(4);
    }

    /** Peers a and b each sent half of piece 0, which is being verified. */
    private static TestSwarm halvesOfPieceZero() throws Exception {
        TestSwarm s = new TestSwarm("""
            us ..
            a  #.
            """, 4);
        s.send("a", "0/0");
        s.send("a", "0/1");
        s.peer("a").at.onChoke(0);
        s.reject("a", "0/2");
        s.reject("a", "0/3");
        s.add("b", "#.", "");
        s.turn();
        s.sendAll("b");
        s.peer("a").at.onUnchoke(0);
        assertThat(s.orders()).containsExactly("verify 0");
        return s;
    }

    @Test
    void suspectsGetWholePiecesAlone() throws Exception {
        TestSwarm s = halvesOfPieceZero();
        s.verified(0, false);
        assertThat(s.orders()).containsExactly("discard 0");
        // There is one piece for both: one of them gets all of it, and the other no part even in
        // the endgame.
        assertThat(s.asked("a").size() * s.asked("b").size()).isZero();
        assertThat(s.asked("a").size() + s.asked("b").size()).isEqualTo(4);
        String guilty = s.asked("a").isEmpty() ? "b" : "a";
        s.sendAll(guilty);
        s.verified(0, false);
        assertThat(s.orders()).contains("ban " + TestSwarm.who(guilty, "").address(), "close BANNED");
        // The other is cleared by a good piece.
        String honest = guilty.equals("a") ? "b" : "a";
        s.sendAll(honest);
        s.verified(0, true);
        assertThat(s.swarm.peers()).hasSize(1);
    }

    @Test
    void suspectRestartsSharedPieceAlone() throws Exception {
        TestSwarm s = halvesOfPieceZero();
        s.verified(0, false);
        String suspect = s.asked("a").isEmpty() ? "b" : "a";
        s.disconnect(suspect.equals("a") ? "b" : "a");
        s.add("c", ".#", "");
        s.turn();
        s.send("c", "1/0");
        s.disconnect("c");
        s.sendAll(suspect);
        s.orders();
        s.peer(suspect).at.onHave(0, 1);
        s.turn();
        assertThat(s.orders()).containsExactly("discard 1");
        assertThat(s.asked(suspect)).containsExactly("1/0", "1/1", "1/2", "1/3");
    }

    @Test
    void suspectPieceIgnoresLateBlocks() throws Exception {
        TestSwarm s = new TestSwarm("""
            us .
            z  #
            """, 4);
        s.at(4 * SECOND);
        assertThat(s.asked("z")).containsExactly("0/0");
        s.add("a", "#", "");
        s.turn();
        s.send("a", "0/0");
        s.peer("a").at.onChoke(s.nowNs);
        for (String block : List.copyOf(s.asked("a"))) {
            s.reject("a", block);
        }
        s.add("b", "#", "");
        s.turn();
        s.sendAll("b");
        s.verified(0, false);
        assertThat(s.asked("b")).hasSize(4);
        // It was cancelled long ago, and taken back is not unasked.
        assertThat(s.send("z", "0/2")).isFalse();
    }

    @Test
    void restartsPieceWhenSuspectLeaves() throws Exception {
        TestSwarm s = halvesOfPieceZero();
        s.verified(0, false);
        String suspect = s.asked("a").isEmpty() ? "b" : "a";
        s.send(suspect, "0/0");
        s.orders();
        s.disconnect(suspect);
        assertThat(s.orders()).containsExactly("discard 0");
        assertThat(s.asked(suspect.equals("a") ? "b" : "a")).hasSize(4);
    }

    @Test
    void refusesUnrequestedBlock() throws Exception {
        TestSwarm s = new TestSwarm("""
            us .
            a  #
            b  # choking
            """, 2);
        assertThat(s.send("b", "0/0")).isFalse();
        assertThat(s.asked("a")).contains("0/0");
    }

    @Test
    void rateLimitDelaysRequests() throws Exception {
        TokenBucket limit = new TokenBucket(16384);
        TestSwarm s = new TestSwarm("""
            us ............
            a  ############
            b  ############
            c  ############
            """, 16, TestSwarm.CONFIG, limit);
        // The bucket holds 128 KiB: eight blocks. Then one a second.
        assertThat(askedOfAll(s)).isEqualTo(8);
        s.at(SECOND - 1);
        assertThat(askedOfAll(s)).isEqualTo(8);
        s.at(SECOND);
        assertThat(askedOfAll(s)).isEqualTo(9);
    }

    private static int askedOfAll(TestSwarm s) {
        return s.asked("a").size() + s.asked("b").size() + s.asked("c").size();
    }

    /** The peer that unchokes late has no path window of its own yet. */
    @Test
    void newWindowGrowsWithDeliveries() throws Exception {
        TestSwarm s = new TestSwarm("""
            us ....................
            a  ####################
            b  ####################
            c  #################### choking
            """, 64, new SwarmConfig(50, 100, 64, 400, 100, 4, 100, 250, false, 8, 100));
        int ofOneSourceAtFirst = s.asked("a").size();
        for (int i = 1; i <= 10; i++) {
            s.at(i * SECOND / 50);
            s.sendAllNow("a");
            s.sendAllNow("b");
        }
        s.peer("c").at.onUnchoke(SECOND / 5);
        s.turn();
        assertThat(s.asked("c")).hasSizeGreaterThan(2 * ofOneSourceAtFirst);
    }

    /**
     * The outstanding blocks at the first peer, by the number of peers and of unrequested pieces.
     */
    private static int underWay(int peers, int pieces) throws Exception {
        StringBuilder drawing = new StringBuilder("us " + ".".repeat(pieces));
        for (int i = 0; i < peers; i++) {
            drawing.append('\n').append((char) ('a' + i)).append(' ').append("#".repeat(pieces));
        }
        return new TestSwarm(drawing.toString(), 1).peer("a").at.requestsOutstanding();
    }

    @Test
    void requestsMoreWhenBehind() throws Exception {
        assertThat(underWay(10, 8)).isEqualTo(1);
        assertThat(underWay(10, 19)).isEqualTo(2);
        assertThat(underWay(10, 900)).as("four times as much at most").isEqualTo(4);
    }

    @Test
    void requestsMoreFromFewSources() throws Exception {
        assertThat(underWay(1, 50)).isEqualTo(8);
        assertThat(underWay(4, 3)).isEqualTo(2);
    }

    @Test
    void uselessPeersAreNoSources() throws Exception {
        String all = "#".repeat(50);
        TestSwarm s = new TestSwarm("us " + ".".repeat(50) + "\na " + all + "\nb " + all + " choking\nc " + ".".repeat(50), 1);
        assertThat(s.peer("a").at.requestsOutstanding()).isEqualTo(8);
        s.disconnect("a");
        s.peer("b").at.onUnchoke(s.nowNs);
        s.turn();
        assertThat(s.peer("b").at.requestsOutstanding()).isEqualTo(8);
    }
}
