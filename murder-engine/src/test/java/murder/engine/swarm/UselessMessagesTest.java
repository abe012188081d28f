package murder.engine.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import murder.wire.WireException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The limits of useless messages. */
class UselessMessagesTest {
    private static final int LIMIT = 4096;
    /** Requests that may cross a CHOKE. */
    private static final int CROSSING = TestSwarm.CONFIG.requestQueue();

    private TestSwarm s;
    private PeerConnection a;

    @BeforeEach
    void connect() throws Exception {
        s = new TestSwarm("us #..\na .#.", 2);
        a = s.peer("a").at;
    }

    private interface Message {
        void send(int i) throws WireException;
    }

    private void closesAfter(int allowed, Message message) throws Exception {
        for (int i = 0; i < allowed; i++) {
            message.send(i);
        }
        s.turn();
        assertThat(s.orders()).as("after %d", allowed).isEmpty();
        message.send(allowed);
        s.turn();
        assertThat(s.orders()).containsExactly("close POINTLESS");
        assertThat(s.swarm.peers()).isEmpty();
    }

    @Test
    void cancelsOfNothingEndConnection() throws Exception {
        closesAfter(LIMIT, i -> a.onCancel(0, 0, 0, 16384));
    }

    @Test
    void requestsForUnannouncedPiecesEndConnection() throws Exception {
        closesAfter(LIMIT / UselessMessages.UNANNOUNCED, i -> a.onRequest(0, 1, 0, 16384));
    }

    @Test
    void requestsWhileChokedEndConnection() throws Exception {
        a.choke(0);
        closesAfter(CROSSING + LIMIT, i -> a.onRequest(0, 0, 0, 16384));
    }

    @Test
    void requestsWithoutRoomEndConnection() throws Exception {
        for (int i = 0; i < TestSwarm.CONFIG.requestQueue() + LIMIT; i++) {
            a.onRequest(0, 0, 0, 16384);
        }
        assertThat(s.swarm.peers()).hasSize(1);
        a.onRequest(0, 0, 0, 16384);
        assertThat(s.swarm.peers()).isEmpty();
    }

    @Test
    void requestsThatCrossChokeAreFree() throws Exception {
        for (int turn = 0; turn < 100; turn++) {
            a.choke(0);
            for (int i = 0; i < CROSSING; i++) {
                a.onRequest(0, 0, 0, 16384);
            }
            a.unchoke(0);
        }
        s.turn();
        assertThat(s.swarm.peers()).hasSize(1);
    }

    @Test
    void acceptedRequestsMakeUpForRejected() throws Exception {
        a.choke(0);
        for (int i = 0; i < CROSSING + LIMIT; i++) {
            a.onRequest(0, 0, 0, 16384);
        }
        a.unchoke(0);
        for (int i = 0; i < 16; i++) {
            a.onRequest(0, 0, 0, 16384);
        }
        a.onRequest(0, 1, 0, 16384);
        s.turn();
        assertThat(s.swarm.peers()).hasSize(1);
    }

    @Test
    void closedPeerReturnsAfterPause() throws Exception {
        closesAfter(LIMIT, i -> a.onCancel(0, 0, 0, 16384));
        assertThat(s.swarm.admit(Returns.FIRST_PAUSE_NS - 1, TestSwarm.who("a", ""))).isEqualTo(Refusal.TOO_SOON);
        assertThat(s.swarm.admit(Returns.FIRST_PAUSE_NS, TestSwarm.who("a", ""))).isNull();
    }

    @Test
    void peerClosedForOtherReasonMayReturn() throws Exception {
        s.swarm.close(0, a, Refusal.SILENT);
        assertThat(s.swarm.admit(0, TestSwarm.who("a", ""))).isNull();
    }

    @Test
    void knownPiecesEndConnection() throws Exception {
        closesAfter(LIMIT, i -> a.onHave(0, 1));
    }

    @Test
    void knownBitfieldsEndConnection() throws Exception {
        closesAfter(LIMIT, i -> a.onBitfield(0, ByteBuffer.wrap(new byte[] {0b0100_0000})));
    }

    @Test
    void repeatedHaveAllEndsConnection() throws Exception {
        a.onHaveAll(0);
        closesAfter(LIMIT, i -> a.onHaveAll(0));
    }

    @Test
    void rejectsOfNothingEndConnection() throws Exception {
        closesAfter(LIMIT, i -> a.onReject(0, 2, 0, 16384));
    }

    @Test
    void unchangedFlagsEndConnection() throws Exception {
        a.onInterested(0);
        closesAfter(LIMIT, i -> {
            switch (i % 2) {
                case 0 -> a.onUnchoke(0);
                default -> a.onInterested(0);
            }
        });
    }

    @Test
    void usefulMessagesMakeUpForUseless() throws Exception {
        for (int i = 0; i < 3 * LIMIT; i++) {
            a.onRequest(0, 0, 0, 16384);
            a.onCancel(0, 0, 0, 16384);
            a.onCancel(0, 0, 0, 16384);
        }
        s.turn();
        assertThat(s.orders()).isEmpty();
    }
}
