package murder.engine.swarm;

import static murder.engine.swarm.TestSwarm.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import murder.metainfo.PieceLayout;
import org.junit.jupiter.api.Test;

/** Peers that let us ask and do not send: they hold nothing up, and cost little. */
class UselessPeersTest {
    @Test
    void refusingPeerGetsProbePerTick() throws Exception {
        TestSwarm s = new TestSwarm("us .\na #", 2);
        s.reject("a", "0/0");
        s.reject("a", "0/1");
        assertThat(s.asked("a")).isEmpty();
        s.add("b", "#", "");
        s.turn();
        assertThat(s.asked("b")).as("its piece goes elsewhere").hasSize(2);
        s.disconnect("b");
        assertThat(s.asked("a")).isEmpty();
        s.at(SwarmConfig.TICK_NS);
        assertThat(s.asked("a")).as("a probe").hasSize(1);
        s.send("a", "0/0");
        assertThat(s.asked("a")).as("it sends, so it owns the piece again").containsExactly("0/1");
    }

    @Test
    void refusedProbeKeepsNothingFromOthers() throws Exception {
        TestSwarm s = new TestSwarm("us .\na #", 2);
        s.reject("a", "0/0");
        s.reject("a", "0/1");
        s.at(SwarmConfig.TICK_NS);
        assertThat(s.asked("a")).containsExactly("0/0");
        s.add("b", "#", "");
        s.turn();
        assertThat(s.asked("b")).containsExactly("0/0", "0/1");
    }

    @Test
    void returningPeerGetsNoSecondRequest() throws Exception {
        TestSwarm s = new TestSwarm("us .\na #", 4);
        assertThat(s.asked("a")).containsExactly("0/0", "0/1", "0/2", "0/3");
        s.reject("a", "0/0");
        s.send("a", "0/2");
        s.at(SwarmConfig.TICK_NS);
        assertThat(s.asked("a")).as("once each").containsExactlyInAnyOrder("0/1", "0/3", "0/0");
        s.add("b", "#", "");
        s.turn();
        assertThat(s.asked("b")).as("what the other owes is its own again").hasSizeLessThanOrEqualTo(1);
        s.sendAll("a");
        assertThat(s.orders()).contains("verify 0");
    }

    @Test
    void chokingInsteadOfSendingIsRefusal() throws Exception {
        for (String traits : List.of("slow", "")) {
            TestSwarm s = new TestSwarm("us ..\na ## " + traits, 2);
            PeerConnection a = s.peer("a").at;
            int requests = 0;
            for (int i = 0; i < 100; i++) {
                List<String> asked = s.asked("a");
                requests += asked.size();
                a.onChoke(s.nowNs);
                for (String block : traits.isEmpty() ? asked : List.<String>of()) {
                    s.reject("a", block);
                }
                s.peer("a").out.asked.clear();
                a.onUnchoke(s.nowNs);
                s.at(s.nowNs + SwarmConfig.TICK_NS / 10);
            }
            assertThat(requests).as("four windows, then a block per tick: '%s'", traits).isLessThanOrEqualTo(4 * 4 + 10);
        }
    }

    @Test
    void chokingPeerHoldsNothingForLong() throws Exception {
        TestSwarm s = new TestSwarm("us .\na #\nb # choking", 2);
        s.peer("a").at.onChoke(s.nowNs);
        s.at(s.nowNs + 2 * SwarmConfig.SNUB_NS);
        s.peer("b").at.onUnchoke(s.nowNs);
        s.turn();
        assertThat(s.asked("b")).as("a neither sends nor refuses").containsExactly("0/0", "0/1");
    }

    @Test
    void suspectKeepsPieceOverChoke() throws Exception {
        for (String traits : List.of("slow", "")) {
            TestSwarm s = suspect(traits);
            List<String> asked = s.asked("a");
            s.send("a", asked.get(0));
            PeerConnection a = s.peer("a").at;
            a.onChoke(s.nowNs);
            for (String block : traits.isEmpty() ? s.asked("a") : List.<String>of()) {
                s.reject("a", block);
            }
            s.peer("a").out.asked.clear();
            a.onUnchoke(s.nowNs);
            s.turn();
            assertThat(s.asked("a")).as("the rest of its piece: '%s'", traits)
                .containsExactlyElementsOf(asked.subList(1, asked.size()));
            a.onChoke(s.nowNs);
            s.peer("a").out.asked.clear();
            s.orders();
            s.at(s.nowNs + SwarmConfig.USELESS_NS);
            assertThat(s.orders()).as("it starts over after a time").containsExactly("discard 0");
        }
    }

    /** Peer a, which sent a part of a bad piece and is to send all of it alone. */
    private static TestSwarm suspect(String traits) throws Exception {
        TestSwarm s = new TestSwarm("us .\na # " + traits, 3);
        s.send("a", "0/0");
        s.peer("a").at.onChoke(s.nowNs);
        for (String block : traits.isEmpty() ? s.asked("a") : List.<String>of()) {
            s.reject("a", block);
        }
        s.peer("a").out.asked.clear();
        s.add("b", "#", "");
        s.turn();
        s.sendAll("b");
        s.disconnect("b");
        s.verified(0, false);
        s.peer("a").at.onUnchoke(s.nowNs);
        s.turn();
        assertThat(s.asked("a")).containsExactly("0/0", "0/1", "0/2");
        return s;
    }

    @Test
    void earlyChokeIsNoRefusal() throws Exception {
        TestSwarm s = new TestSwarm("us ..\na ## slow", 2);
        s.send("a", s.asked("a").get(0));
        s.peer("a").at.onChoke(s.nowNs);
        s.peer("a").out.asked.clear();
        s.peer("a").at.onUnchoke(s.nowNs);
        s.turn();
        assertThat(s.asked("a")).hasSize(3);
    }

    @Test
    void flappingPeerIsClosed() throws Exception {
        TestSwarm s = new TestSwarm("us .\na # slow", 2);
        for (int i = 1; i <= 140 && !s.swarm.peers().isEmpty(); i++) {
            s.at(i * SwarmConfig.TICK_NS / 2);
            s.peer("a").at.onChoke(s.nowNs);
            s.peer("a").out.asked.clear();
            s.at(i * SwarmConfig.TICK_NS / 2);
            s.peer("a").at.onUnchoke(s.nowNs);
        }
        assertThat(s.orders()).containsExactly("close SILENT");
    }

    @Test
    void refusedRequestsGiveTheirRateBack() throws Exception {
        TokenBucket limit = new TokenBucket(16384);
        TestSwarm s = new TestSwarm("us ............\na ############\nb ############ choking", 16, TestSwarm.CONFIG, limit);
        assertThat(s.asked("a")).as("all that the limit has").hasSize(8);
        for (String block : s.asked("a")) {
            s.reject("a", block);
        }
        s.peer("b").at.onUnchoke(s.nowNs);
        s.turn();
        assertThat(s.asked("b")).as("a window").hasSize(4);
    }

    @Test
    void lateBlocksCountAgainstLimit() throws Exception {
        TokenBucket limit = new TokenBucket(16384);
        TestSwarm s = new TestSwarm("us ............\na ############ slow\nb ############ choking", 16, TestSwarm.CONFIG, limit);
        List<String> asked = s.asked("a");
        s.peer("a").at.onChoke(s.nowNs);
        for (String block : asked) {
            s.send("a", block);
        }
        assertThat(limit.has(s.nowNs, 1)).as("%d blocks came that were taken back", asked.size()).isFalse();
        assertThat(limit.readyNs(s.nowNs, PieceLayout.BLOCK_LENGTH)).isEqualTo(SECOND);
    }

    @Test
    void silentPeersDoNotBlockEndgame() throws Exception {
        TestSwarm s = new TestSwarm("us .\na #\nb #\nd #\ne #", 2);
        for (int i = 1; i <= 20; i++) {
            s.at(i * SECOND / 2);
        }
        for (String name : List.of("a", "b", "d", "e")) {
            for (String block : s.asked(name)) {
                s.reject(name, block);
            }
        }
        for (int i = 21; i <= 24; i++) {
            s.at(i * SECOND / 2);
        }
        assertThat(s.asked("a")).as("a probe").hasSize(1);
        s.add("c", "#", "");
        s.turn();
        s.sendAll("c");
        assertThat(s.orders()).contains("verify 0");
    }

    @Test
    void closesPeerThatOwesBlocks() throws Exception {
        TestSwarm s = new TestSwarm("us .\na #\nb # choking", 2);
        for (int i = 1; i <= 80; i++) {
            s.at(i * SECOND / 2);
            for (String block : i % 10 == 0 && s.swarm.peers().size() == 2 ? s.asked("a") : List.<String>of()) {
                s.reject("a", block);
            }
        }
        assertThat(s.orders()).contains("close SILENT");
        assertThat(s.swarm.peers()).containsExactly(s.peer("b").at);
    }
}
