package murder.engine.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FirstSeederTest {
    private static final long TIMEOUT = SwarmConfig.REVEAL_TIMEOUT_NS;

    private static TestSwarm revealing(int window, String drawing) throws Exception {
        TestSwarm s = new TestSwarm(drawing, 2, new SwarmConfig(50, 100, 64, 400, 100, 1, 100, 250, true, window, 100));
        for (String name : List.of("a", "b")) {
            if (s.peer(name) != null) {
                s.peer(name).at.onInterested(0);
            }
        }
        return s.turn();
    }

    private static List<Integer> revealed(TestSwarm s, String name) {
        return s.peer(name).out.take("have").stream().filter(p -> Character.isDigit(p.charAt(0))).map(Integer::valueOf).toList();
    }

    @Test
    void revealsEachPieceOnceFirst() throws Exception {
        TestSwarm s = revealing(4, """
            us ############
            a  ............
            b  ............
            """);
        List<Integer> order = new ArrayList<>();
        for (int round = 0; round < 10 && order.size() < 12; round++) {
            for (String name : List.of("a", "b")) {
                for (int piece : revealed(s, name)) {
                    order.add(piece);
                    s.peer(name).at.onHave(0, piece);
                    if (order.size() < 12) {
                        s.turn();
                    }
                }
            }
        }
        assertThat(order.subList(0, 12)).containsExactlyInAnyOrderElementsOf(IntStream.range(0, 12).boxed().toList());
        s.turn();
        // Now all pieces are announced to all peers.
        assertThat(new HashSet<>(revealed(s, "a"))).hasSizeGreaterThanOrEqualTo(4);
        assertThat(s.swarm.isUploadOnly()).isTrue();
    }

    @Test
    void sharesWindowOfRevealedPieces() throws Exception {
        TestSwarm s = revealing(4, """
            us ############
            a  ............
            b  ............
            """);
        assertThat(revealed(s, "a")).hasSize(2);
        assertThat(revealed(s, "b")).hasSize(2);
    }

    @Test
    void slowPeerDelaysNoOtherPiece() throws Exception {
        TestSwarm s = revealing(1, """
            us ############
            a  ............
            b  ............
            """);
        assertThat(revealed(s, "b")).hasSize(1);
        for (int i = 0; i < 3; i++) {
            List<Integer> piece = revealed(s, "a");
            assertThat(piece).hasSize(1);
            s.peer("a").at.onHave(0, piece.get(0));
            s.turn();
        }
        assertThat(revealed(s, "b")).as("has not brought its first").isEmpty();
    }

    @Test
    void revealsOnlyUnseenPieces() throws Exception {
        TestSwarm s = revealing(8, """
            us ######
            a  ####..
            b  ......
            """);
        // Pieces 4 and 5 are revealed first, in any order. They are the last, so all pieces are
        // announced.
        List<Integer> told = new ArrayList<>(revealed(s, "a"));
        told.addAll(revealed(s, "b").subList(0, 1));
        assertThat(told.subList(0, 1)).containsAnyOf(4, 5);
        assertThat(s.swarm.isUploadOnly()).isTrue();
    }

    @Test
    void revealsPieceOfLostPeerAgain() throws Exception {
        TestSwarm s = revealing(1, """
            us ############
            a  ######......
            b  ............
            """);
        List<Integer> told = new ArrayList<>(revealed(s, "b"));
        while (told.size() < 12) {
            s.peer("b").at.onHave(0, told.get(told.size() - 1));
            if (told.size() == 4) {
                assertThat(told).as("what nobody had").allMatch(piece -> piece >= 6);
                s.swarm.onDisconnected(0, s.peer("a").at);
            }
            s.turn();
            List<Integer> next = revealed(s, "b");
            assertThat(next).as("after %s", told).hasSize(1);
            told.addAll(next);
        }
        assertThat(told).doesNotHaveDuplicates();
    }

    @Test
    void revealsPieceAgainWhenPeerLeaves() throws Exception {
        TestSwarm s = revealing(2, """
            us ######
            a  ......
            b  ......
            """);
        int lost = revealed(s, "a").get(0);
        revealed(s, "b");
        s.disconnect("a");
        assertThat(revealed(s, "b")).containsExactly(lost);
    }

    @Test
    void revealsUnrequestedPieceToAnotherPeer() throws Exception {
        TestSwarm s = revealing(2, """
            us ##########
            a  ..........
            b  ..........
            """);
        revealed(s, "a");
        revealed(s, "b");
        s.at(TIMEOUT - 1);
        assertThat(revealed(s, "a")).isEmpty();
        s.at(TIMEOUT - 1 + SwarmConfig.TICK_NS);
        assertThat(revealed(s, "a").size() + revealed(s, "b").size()).isEqualTo(2);
    }

    @Test
    void requestedPieceMayTakeLonger() throws Exception {
        TestSwarm s = revealing(1, """
            us ######
            a  ......
            """);
        int piece = revealed(s, "a").get(0);
        s.request("a", piece + "/0");
        s.at(5 * TIMEOUT);
        assertThat(revealed(s, "a")).isEmpty();
        s.at(SwarmConfig.DELIVERY_TIMEOUT_NS + SwarmConfig.TICK_NS);
        assertThat(revealed(s, "a")).hasSize(1);
    }

    /** a delivers, b asks for a block of each piece and takes no more. */
    @Test
    void heldPieceIsRevealedAgainSoon() throws Exception {
        TestSwarm s = revealing(2, """
            us ############
            a  ............
            b  ............
            """);
        int held = revealed(s, "b").get(0);
        s.request("b", held + "/0");
        int taken = revealed(s, "a").get(0);
        s.request("a", taken + "/0");
        s.at(SwarmConfig.TICK_NS);
        s.peer("a").at.onHave(s.nowNs, taken);
        s.turn();
        next(s);
        s.at(TIMEOUT - 1);
        assertThat(revealed(s, "b")).as("at least as long as one that nobody asks for").isEmpty();
        s.at(TIMEOUT - 1 + SwarmConfig.TICK_NS);
        assertThat(revealed(s, "a").size() + revealed(s, "b").size()).isEqualTo(1);
    }

    /** The one piece that is revealed to the peer now, which it asks for. */
    private static int next(TestSwarm s) throws Exception {
        List<Integer> piece = revealed(s, "a");
        assertThat(piece).hasSize(1);
        s.request("a", piece.get(0) + "/0");
        return piece.get(0);
    }

    @Test
    void slowPeerGetsMoreTime() throws Exception {
        TestSwarm s = revealing(1, """
            us ######
            a  ......
            """);
        int first = next(s);
        s.at(TIMEOUT / 4);
        s.peer("a").at.onHave(s.nowNs, first);
        s.turn();
        int second = next(s);
        s.at(s.nowNs + TIMEOUT);
        next(s);
        long sinceNs = s.nowNs;
        // Four times as long as the first, and late: the third one may take three times as long as
        // this.
        s.at(s.nowNs + TIMEOUT - 1);
        long tookNs = s.nowNs - TIMEOUT / 4;
        s.peer("a").at.onHave(s.nowNs, second);
        s.turn();
        s.at(sinceNs + 3 * tookNs - 1);
        assertThat(revealed(s, "a")).isEmpty();
        s.at(sinceNs + 3 * tookNs + SwarmConfig.TICK_NS);
        assertThat(revealed(s, "a")).hasSize(1);
    }

    @Test
    void holderGetsAllAnnouncementsAfterThree() throws Exception {
        TestSwarm s = revealing(2, """
            us ####################
            a  ....................
            b  ....................
            """);
        List<Integer> told = new ArrayList<>();
        for (int i = 0; i < 60 && told.size() < 12; i++) {
            for (int piece : revealed(s, "a")) {
                s.peer("a").at.onHave(s.nowNs, piece);
            }
            List<Integer> pieces = revealed(s, "b");
            told.addAll(pieces);
            for (int piece : pieces) {
                s.request("b", piece + "/0");
            }
            s.at(s.nowNs + SwarmConfig.TICK_NS);
        }
        assertThat(told).as("one by one it would be fewer").hasSizeGreaterThan(11);
        assertThat(s.nowNs).isLessThan(6 * TIMEOUT);
    }

    @Test
    void peerIgnoringRevealsGetsAllPieces() throws Exception {
        TestSwarm s = revealing(1, """
            us ######
            a  ......
            """);
        List<Integer> told = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            s.at(s.nowNs + TIMEOUT);
            told.addAll(revealed(s, "a"));
        }
        assertThat(new HashSet<>(told)).hasSize(6);
    }

    @Test
    void revealsOnePieceToUninterestedPeer() throws Exception {
        TestSwarm s = new TestSwarm("""
            us ########
            a  ........
            """, 2, SwarmConfig.DEPLOY);
        assertThat(revealed(s, "a")).hasSize(1);
        s.peer("a").at.onInterested(0);
        s.turn();
        assertThat(revealed(s, "a")).isNotEmpty();
    }

    @Test
    void firstSeederHidesItsPieces() throws Exception {
        TestSwarm s = new TestSwarm("""
            us ##########
            a  ..........
            """, 2, SwarmConfig.DEPLOY);
        assertThat(s.peer("a").out.sent).startsWith("have none", "extended 0", "unchoke");
        assertThat(s.swarm.isUploadOnly()).isFalse();
    }
}
