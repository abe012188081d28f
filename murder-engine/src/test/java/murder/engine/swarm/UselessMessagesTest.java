package murder.engine.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import murder.wire.WireException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The limits of useless messages. */
class UselessMessagesTest {
    private static final int LIMIT = 4096;

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
