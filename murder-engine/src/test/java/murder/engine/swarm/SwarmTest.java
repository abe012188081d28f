package murder.engine.swarm;

import static murder.engine.swarm.TestSwarm.SECOND;
import static murder.engine.swarm.TestSwarm.who;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import murder.metainfo.PieceLayout;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import murder.wire.Bitfield;
import org.junit.jupiter.api.Test;

class SwarmTest {
    private static SwarmConfig connections(int count) {
        return new SwarmConfig(count, count, 64, 400, 100, 1, 100, 250, false, 8, 100);
    }

    @Test
    void refusesItself() throws Exception {
        TestSwarm s = new TestSwarm("us .", 2);
        PeerAddress address = who("a", "dialled").address();
        s.swarm.onCandidate(address);
        s.turn();
        assertThat(s.orders()).containsExactly("dial " + address);
        assertThat(s.swarm.admit(0, new PeerConnection.Peer(address, false, TestSwarm.SELF, true, true))).isEqualTo(Refusal.SELF);
        assertThat(s.swarm.onTurn(0)).as("never again").isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void refusesSecondConnectionOfPeer() throws Exception {
        TestSwarm s = new TestSwarm("us .\na .", 2);
        assertThat(s.swarm.admit(SECOND, who("a", ""))).isEqualTo(Refusal.ALREADY_CONNECTED);
    }

    /** Whoever speaks under a seeder's id must not keep the seeder out, nor take its place. */
    @Test
    void stolenIdExcludesNobody() throws Exception {
        TestSwarm s = new TestSwarm("us .\na .", 2);
        PeerConnection.Peer squatted = who("a", "");
        PeerConnection.Peer real = new PeerConnection.Peer(PeerAddress.ofIpv4(10 << 24 | 200, 6881), false, squatted.peerId(), true, true);
        assertThat(s.swarm.admit(0, real)).isNull();
        s.turn();
        assertThat(s.orders()).isEmpty();
    }

    @Test
    void onLoopbackIdAloneCounts() {
        Swarm swarm = new Swarm(connections(5), new PieceLayout(1, 16384), TestSwarm.SELF, new byte[1], new Bitfield(1),
            new RateLimits(List.of(), List.of()), new SplittableRandom(1), new Suspects(new Bans()));
        PeerId id = new PeerId(9, 1, 1);
        PeerConnection.Peer first = new PeerConnection.Peer(PeerAddress.ofIpv4(127 << 24 | 1, 5000), true, id, true, true);
        assertThat(swarm.admit(0, first)).isNull();
        swarm.onConnected(0, first, new Recorder());
        PeerConnection.Peer second = new PeerConnection.Peer(PeerAddress.ofIpv4(127 << 24 | 2, 5001), true, id, true, true);
        assertThat(swarm.admit(0, second)).isEqualTo(Refusal.ALREADY_CONNECTED);
    }

    @Test
    void crowdOfOneAddressMakesRoom() throws Exception {
        TestSwarm s = new TestSwarm("us #.\na ##", 2, connections(7));
        PeerAddress crowd = PeerAddress.ofIpv4(10 << 24 | 222, 50_000);
        for (int i = 0; i < 6; i++) {
            PeerConnection.Peer one = new PeerConnection.Peer(crowd.withPort(50_000 + i), true, new PeerId(8, i, 0), true, true);
            assertThat(s.swarm.admit(0, one)).isNull();
            s.swarm.onConnected(0, one, new Recorder()).onInterested(0);
        }
        PeerConnection.Peer more = new PeerConnection.Peer(crowd.withPort(51_000), true, new PeerId(8, 6, 0), true, true);
        assertThat(s.swarm.admit(4 * SECOND, more)).as("the crowd itself gets no more").isEqualTo(Refusal.SWARM_FULL);
        for (String newcomer : List.of("b", "c")) {
            assertThat(s.swarm.admit(4 * SECOND, who(newcomer, ""))).isNull();
            s.turn();
            assertThat(s.orders()).containsExactly("close CROWD");
            s.swarm.onConnected(4 * SECOND, who(newcomer, ""), new Recorder()).onInterested(4 * SECOND);
        }
        assertThat(s.swarm.admit(4 * SECOND, who("d", ""))).as("four places stay").isEqualTo(Refusal.SWARM_FULL);
    }

    @Test
    void crossingDialsKeepSameConnection() {
        // Every order of events on each side: which of the two connections is seen first.
        for (boolean dialledFirstHere : new boolean[] {true, false}) {
            for (boolean dialledFirstThere : new boolean[] {true, false}) {
                PeerId low = new PeerId(1, 0, 0);
                PeerId high = new PeerId(2, 0, 0);
                assertThat(keepsWhatItDialled(low, high, dialledFirstHere))
                    .as("both keep one connection: dialled by one side, accepted by the other")
                    .isNotEqualTo(keepsWhatItDialled(high, low, dialledFirstThere));
            }
        }
    }

    private static boolean keepsWhatItDialled(PeerId self, PeerId other, boolean dialledFirst) {
        Swarm swarm = new Swarm(TestSwarm.CONFIG, new PieceLayout(1, 16384), self, new byte[1], new Bitfield(1),
            RateLimits.NONE, new SplittableRandom(1), new Suspects(new Bans()));
        PeerAddress address = PeerAddress.ofIpv4(1, 6881);
        for (boolean incoming : new boolean[] {!dialledFirst, dialledFirst}) {
            PeerConnection.Peer peer = new PeerConnection.Peer(incoming ? address.withPort(50_000) : address, incoming, other, true, true);
            if (swarm.admit(0, peer) == null) {
                swarm.onConnected(0, peer, new Recorder());
            }
        }
        assertThat(swarm.peers()).hasSize(1);
        return !swarm.peers().get(0).isIncoming();
    }

    @Test
    void keepsLastPlacesForLatecomers() throws Exception {
        String four = "a  #####\nb  #####\nc  #####\nd  #####";
        assertThat(new TestSwarm("us .....\n" + four, 2, connections(5)).swarm.admit(0, who("e", ""))).isEqualTo(Refusal.SWARM_FULL);
        TestSwarm begun = new TestSwarm("us #....\n" + four, 2, connections(5));
        assertThat(begun.swarm.admit(0, who("e", ""))).isNull();
        begun.add("e", "#####", "");
        assertThat(begun.swarm.admit(0, who("f", ""))).isEqualTo(Refusal.SWARM_FULL);
    }

    @Test
    void fullSwarmReplacesUselessPairOnly() throws Exception {
        TestSwarm s = new TestSwarm("""
            us ..
            a  #.
            b  ..
            """, 2, connections(2));
        assertThat(s.swarm.admit(2 * SECOND, who("c", ""))).as("nobody is closed in its first seconds").isEqualTo(Refusal.SWARM_FULL);
        assertThat(s.swarm.admit(2 * SECOND + 1, who("c", ""))).isNull();
        s.turn();
        assertThat(s.orders()).containsExactly("close USELESS");
        s.add("c", "##", "");
        assertThat(s.swarm.admit(4 * SECOND, who("d", ""))).isEqualTo(Refusal.SWARM_FULL);
    }

    @Test
    void closesPeerWhenBothAreComplete() throws Exception {
        TestSwarm s = new TestSwarm("us ##\na ##\nb #.", 2);
        assertThat(s.orders()).containsExactly("close BOTH_COMPLETE");
        s.peer("b").at.onHave(0, 1);
        s.turn();
        assertThat(s.orders()).containsExactly("close BOTH_COMPLETE");
        assertThat(s.swarm.peers()).isEmpty();
    }

    @Test
    void uploadOnlyPeerCountsAsComplete() throws Exception {
        TestSwarm s = new TestSwarm("us ##\na #.", 2);
        s.peer("a").at.onExtended(0, 0, ByteBuffer.wrap("d11:upload_onlyi1ee".getBytes()));
        s.turn();
        assertThat(s.orders()).containsExactly("close BOTH_COMPLETE");
    }

    @Test
    void announcesPieceOnlyWhereMissing() throws Exception {
        TestSwarm s = new TestSwarm("""
            us ..
            a  ##
            b  ##
            c  ..
            """, 1);
        String piece = s.asked("a").get(0).substring(0, 1);
        s.send("a", piece + "/0");
        s.peer("b").out.take();
        s.peer("c").out.take();
        s.verified(Integer.parseInt(piece), true);
        assertThat(s.peer("a").out.take("have")).isEmpty();
        assertThat(s.peer("b").out.take("have")).isEmpty();
        assertThat(s.peer("c").out.take("have")).containsExactly(piece);
    }

    @Test
    void announcesCompletionToUnawarePeers() throws Exception {
        TestSwarm s = new TestSwarm("""
            us #.
            a  .#
            b  ##
            c  #. mute
            """, 1);
        s.sendAll("a");
        s.sendAll("b");
        s.peer("a").out.take();
        s.peer("c").out.take();
        s.verified(1, true);
        assertThat(s.peer("a").out.take()).contains("extended 0");
        // Without BEP 10: the pieces that were not announced because the peer had them.
        assertThat(s.peer("c").out.take("have")).containsExactlyInAnyOrder("1", "0");
    }

    @Test
    void interestedWhilePeerHasMissingPiece() throws Exception {
        TestSwarm s = new TestSwarm("us #.\na #.", 1);
        assertThat(s.peer("a").out.take()).doesNotContain("interested");
        s.peer("a").at.onHave(0, 1);
        s.turn();
        assertThat(s.peer("a").out.take()).containsExactly("interested", "request 1/0");
        s.peer("a").at.onHave(0, 1);
        s.send("a", "1/0");
        s.verified(1, true);
        assertThat(s.peer("a").out.take()).contains("not interested");
    }

    @Test
    void bansOnlySenderOfBadPiece() throws Exception {
        TestSwarm s = new TestSwarm("us .\na #", 2);
        s.sendAll("a");
        s.verified(0, false);
        PeerAddress address = who("a", "").address();
        assertThat(s.orders()).containsExactly("verify 0", "discard 0", "ban " + address, "close BANNED");
        assertThat(s.swarm.admit(0, who("a", ""))).isEqualTo(Refusal.BANNED);
        assertThat(s.swarm.admit(0, new PeerConnection.Peer(address.withPort(1), false, who("a", "").peerId(), true, true)))
            .as("under its name it comes back from no port").isEqualTo(Refusal.BANNED);
    }

    @Test
    void doesNotDialBadPeerAgain() throws Exception {
        TestSwarm s = new TestSwarm("us .\na # dialled", 2);
        s.sendAll("a");
        s.verified(0, false);
        s.orders();
        s.swarm.onCandidate(who("a", "dialled").address());
        assertThat(s.swarm.onTurn(0)).isEqualTo(Long.MAX_VALUE);
        PeerAddress neighbour = who("a", "dialled").address().withPort(7000);
        s.swarm.onCandidate(neighbour);
        s.turn();
        assertThat(s.orders()).as("others behind the address are innocent").containsExactly("dial " + neighbour);
    }

    @Test
    void pausedSwarmHasNoConnections() throws Exception {
        TestSwarm s = new TestSwarm("us .\na #\nb . dialled", 2);
        s.swarm.pause(0, true);
        s.turn();
        assertThat(s.orders()).containsExactly("close PAUSED", "close PAUSED");
        assertThat(s.swarm.admit(0, who("c", ""))).isEqualTo(Refusal.PAUSED);
        s.swarm.onCandidate(who("d", "dialled").address());
        assertThat(s.swarm.onTurn(0)).isEqualTo(Long.MAX_VALUE);
        s.swarm.pause(0, false);
        s.turn();
        assertThat(s.orders()).containsExactly("dial " + who("d", "dialled").address());
    }

    @Test
    void countsBytesOfLostPeers() throws Exception {
        TestSwarm s = new TestSwarm("us #.\na .#", 1);
        s.sendAll("a");
        s.request("a", "0/0");
        s.turn();
        List<Long> before = new ArrayList<>(List.of(s.swarm.totals().downloaded(), s.swarm.totals().uploaded()));
        s.disconnect("a");
        assertThat(before).containsExactly(16384L, 16384L).containsExactly(s.swarm.totals().downloaded(), s.swarm.totals().uploaded());
    }

    @Test
    void disconnectingTwiceChangesNothing() throws Exception {
        TestSwarm s = new TestSwarm("us .\na #\nb #", 1);
        PeerConnection gone = s.peer("a").at;
        s.disconnect("a");
        s.swarm.onDisconnected(0, gone);
        assertThat(s.swarm.peers()).hasSize(1);
        assertThat(s.asked("b")).containsExactly("0/0");
    }
}
