package murder.engine.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ChokerTest {
    private static final long TICK = SwarmConfig.TICK_NS;

    private static TestSwarm slots(int slots, String drawing) throws Exception {
        return new TestSwarm(drawing, 2, new SwarmConfig(50, 100, 64, 400, slots, 1, 100, 250, false, 8, 100));
    }

    private static String unchoked(TestSwarm s) {
        StringBuilder names = new StringBuilder();
        for (String name : new String[] {"a", "b", "c", "d"}) {
            if (s.peer(name) != null && !s.peer(name).at.amChoking()) {
                names.append(name);
            }
        }
        return names.toString();
    }

    @Test
    void unchokesWhileThereIsRoom() throws Exception {
        TestSwarm s = slots(2, """
            us #
            a  .
            b  .
            c  .
            """);
        assertThat(unchoked(s)).isEqualTo("ab");
        assertThat(s.peer("c").out.sent).doesNotContain("unchoke");
    }

    @Test
    void interestedPeerTakesIdleSlot() throws Exception {
        TestSwarm s = slots(2, """
            us #
            a  .
            b  .
            c  .
            """);
        s.peer("a").at.onInterested(0);
        s.peer("c").at.onInterested(0);
        assertThat(unchoked(s)).isEqualTo("ac");
    }

    @Test
    void freeSlotGoesToLongestWaiting() throws Exception {
        TestSwarm s = slots(1, """
            us #
            a  .
            b  .
            c  .
            """);
        s.peer("a").at.onInterested(0);
        s.peer("c").at.onInterested(1);
        s.peer("b").at.onInterested(2);
        s.disconnect("a");
        assertThat(unchoked(s)).isEqualTo("c");
        s.peer("c").at.onNotInterested(3);
        assertThat(unchoked(s)).isEqualTo("b");
    }

    @Test
    void tickChokesMostServedPeer() throws Exception {
        TestSwarm s = slots(2, """
            us #
            a  .
            b  .
            c  .
            """);
        for (String name : new String[] {"a", "b", "c"}) {
            s.peer(name).at.onInterested(0);
        }
        s.request("b", "0/0");
        s.turn();
        s.at(TICK - 1);
        assertThat(unchoked(s)).isEqualTo("ab");
        s.at(TICK);
        assertThat(unchoked(s)).isEqualTo("ac");
        // A turn is never cut before it has lasted a tick.
        s.at(2 * TICK);
        assertThat(unchoked(s)).isIn("ab", "bc");
    }

    @Test
    void chokeRejectsQueuedRequestsWithBep6() throws Exception {
        for (String trait : new String[] {"fast", "slow"}) {
            TestSwarm s = slots(1, "us #\na . " + trait + "\nb .");
            s.peer("a").at.onInterested(0);
            s.peer("b").at.onInterested(0);
            s.peer("a").out.capacity = 0;
            s.request("a", "0/0");
            s.request("a", "0/1");
            s.peer("a").out.take();
            s.at(TICK);
            if (trait.equals("fast")) {
                assertThat(s.peer("a").out.take()).containsExactly("choke", "reject 0/0", "reject 0/1");
            } else {
                assertThat(s.peer("a").out.take()).containsExactly("choke");
            }
            s.peer("a").out.capacity = 9;
            s.peer("a").at.onWritable();
            s.turn();
            assertThat(s.peer("a").out.take()).isEmpty();
        }
    }

    @Test
    void lateMessageTakesNoSlot() throws Exception {
        TestSwarm s = slots(1, """
            us #
            a  .
            b  .
            """);
        PeerConnection gone = s.peer("b").at;
        s.disconnect("b");
        s.disconnect("a");
        gone.onInterested(0);
        s.add("c", ".", "");
        assertThat(unchoked(s)).isEqualTo("c");
    }
}
