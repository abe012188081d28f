package murder.engine.swarm;

import static murder.engine.swarm.TestSwarm.SECOND;
import static murder.engine.swarm.TestSwarm.who;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import org.junit.jupiter.api.Test;

/** The connections that close when strangers hold all places. */
class AdmissionTest {
    private static final String SIX = "abcdef";

    /** A swarm of six places, all taken by peers that want something of us. */
    private static TestSwarm full(String traits) throws Exception {
        TestSwarm s = new TestSwarm("us #.", 64, new SwarmConfig(6, 6, 64, 400, 100, 1, 100, 250, false, 8, 100));
        for (char name : SIX.toCharArray()) {
            s.add(String.valueOf(name), "..", traits);
            s.peer(String.valueOf(name)).at.onInterested(0);
        }
        return s.turn();
    }

    /** Each of them is sent another number of blocks. */
    private static void serve(TestSwarm s, String names) throws Exception {
        for (int i = 0; i < names.length(); i++) {
            for (int block = 0; block <= i; block++) {
                s.request(names.substring(i, i + 1), "0/" + block);
            }
        }
        s.turn();
    }

    private static void enter(TestSwarm s, String name, String traits) throws Exception {
        s.add(name, "..", traits).at.onInterested(s.nowNs);
        s.turn();
    }

    private static Refusal refusal(TestSwarm s, String name, String traits) {
        return s.swarm.admit(s.nowNs, who(name, traits));
    }

    private static List<PeerAddress> addresses(TestSwarm s) {
        return s.swarm.peers().stream().map(PeerConnection::address).toList();
    }

    private static PeerAddress address(String name) {
        return who(name, "").address();
    }

    @Test
    void newcomerDisplacesIdlePeer() throws Exception {
        TestSwarm s = full("");
        serve(s, "bcdef");
        s.at(5 * SECOND - 1);
        assertThat(refusal(s, "g", "")).as("nobody is displaced in its first 5 s").isEqualTo(Refusal.SWARM_FULL);
        s.at(5 * SECOND);
        enter(s, "g", "");
        assertThat(s.orders()).containsExactly("close DISPLACED");
        assertThat(addresses(s)).doesNotContain(address("a")).contains(address("b"), address("g"));
    }

    @Test
    void tricklesGoOneByOne() throws Exception {
        TestSwarm s = full("");
        serve(s, SIX);
        s.at(5 * SECOND);
        assertThat(refusal(s, "g", "")).as("an honest peer with a slow link stays").isEqualTo(Refusal.SWARM_FULL);
        for (int i = 0; i < 20; i++) {
            serve(s, "cdef".repeat(4));
        }
        enter(s, "g", "");
        assertThat(addresses(s)).doesNotContain(address("a"));
        serve(s, "cdefg");
        s.at(15 * SECOND - 1);
        assertThat(refusal(s, "h", "")).as("too soon after the last").isEqualTo(Refusal.SWARM_FULL);
        s.at(15 * SECOND);
        enter(s, "h", "");
        assertThat(addresses(s)).doesNotContain(address("b")).contains(address("g"), address("h"));
    }

    @Test
    void oldTrafficCountsNoMore() throws Exception {
        TestSwarm s = full("");
        serve(s, SIX);
        s.at(60 * SECOND);
        serve(s, "abcde");
        s.at(120 * SECOND);
        enter(s, "g", "");
        assertThat(addresses(s)).as("f was sent most, but long ago").doesNotContain(address("f")).contains(address("a"));
    }

    @Test
    void dialledPeersKeepHalfOfPlaces() throws Exception {
        TestSwarm s = full("");
        serve(s, SIX);
        s.at(5 * SECOND);
        for (String name : List.of("g", "h", "i")) {
            enter(s, name, "dialled");
        }
        assertThat(addresses(s)).as("no time between them").hasSize(6).doesNotContain(address("a"), address("b"), address("c"));
        s.at(70 * SECOND);
        s.at(140 * SECOND);
        for (String name : List.of("j", "k", "l")) {
            enter(s, name, "");
        }
        assertThat(refusal(s, "m", "")).as("nobody else may go").isEqualTo(Refusal.SWARM_FULL);
        assertThat(s.swarm.peers()).filteredOn(peer -> !peer.isIncoming()).hasSize(3);
    }

    @Test
    void incomingPeersDoNotStopDialling() throws Exception {
        TestSwarm s = full("");
        for (String name : List.of("g", "h", "i", "j")) {
            s.swarm.onCandidate(who(name, "dialled").address());
        }
        s.at(5 * SECOND - 1);
        assertThat(s.orders()).as("whoever comes first has a place").isEmpty();
        assertThat(s.swarm.wantsCandidates(s.nowNs)).isFalse();
        for (int ms = 0; ms < 100; ms += 5) {
            s.at(5 * SECOND + ms * 1_000_000L);
        }
        assertThat(s.orders()).hasSize(3).allMatch(order -> order.startsWith("dial "));
    }

    @Test
    void crowdDisplacesOnlyItself() throws Exception {
        TestSwarm s = new TestSwarm("us #.\na ..\nb ..", 64, new SwarmConfig(6, 6, 64, 400, 100, 1, 100, 250, false, 8, 100));
        PeerAddress crowd = PeerAddress.ofIpv4(10 << 24 | 222, 50_000);
        for (String name : List.of("a", "b")) {
            s.peer(name).at.onInterested(0);
        }
        for (int i = 0; i < 4; i++) {
            PeerConnection at = s.swarm.onConnected(0, one(crowd, i), new Recorder());
            at.onInterested(0);
        }
        s.at(60 * SECOND - 1);
        assertThat(refusal(s, "g", "")).as("links may be so slow that nobody has moved anything yet").isEqualTo(Refusal.SWARM_FULL);
        s.at(60 * SECOND);
        assertThat(s.swarm.admit(s.nowNs, one(crowd, 4))).isNull();
        assertThat(addresses(s)).contains(address("a"), address("b"));
    }

    private static PeerConnection.Peer one(PeerAddress crowd, int i) {
        return new PeerConnection.Peer(crowd.withPort(50_000 + i), true, new PeerId(8, i, 0), true, true);
    }
}
