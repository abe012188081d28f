package murder.engine.swarm;

import static murder.engine.swarm.TestSwarm.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteBuffer;
import murder.wire.Violation;
import murder.wire.WireException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PeerConnectionTest {
    private static final int BLOCK = 16384;
    private TestSwarm s;
    private PeerConnection fast;
    private PeerConnection slow;

    @BeforeEach
    void oneFastPeerAndOneWithoutBep6() throws Exception {
        s = new TestSwarm("""
            us #...
            f  ....
            s  .... slow mute
            """, 2);
        fast = s.peer("f").at;
        slow = s.peer("s").at;
    }

    private static Violation violation(ThrowingCallable call) {
        return catchThrowableOfType(WireException.class, call).violation();
    }

    @Test
    void nonexistentPieceIsViolation() {
        assertThat(violation(() -> fast.onHave(0, 4))).isEqualTo(Violation.BAD_PIECE_INDEX);
        assertThat(violation(() -> fast.onHave(0, -1))).isEqualTo(Violation.BAD_PIECE_INDEX);
        assertThat(violation(() -> fast.onSuggest(0, 4))).isEqualTo(Violation.BAD_PIECE_INDEX);
        assertThat(violation(() -> fast.onAllowedFast(0, 4))).isEqualTo(Violation.BAD_PIECE_INDEX);
    }

    @Test
    void malformedBitfieldIsViolation() {
        assertThat(violation(() -> fast.onBitfield(0, ByteBuffer.allocate(2)))).isEqualTo(Violation.BAD_BITFIELD);
        assertThat(violation(() -> fast.onBitfield(0, ByteBuffer.wrap(new byte[] {8})))).isEqualTo(Violation.BAD_BITFIELD);
    }

    @Test
    void lateBitfieldCountsAsHaves() throws Exception {
        slow.onHave(0, 1);
        slow.onBitfield(0, ByteBuffer.wrap(new byte[] {0x60}));
        assertThat(slow.pieces()).hasToString("0110");
        slow.onBitfield(0, ByteBuffer.wrap(new byte[] {0x10}));
        assertThat(slow.pieces()).as("a peer never loses a piece").hasToString("0111");
        assertThat(s.swarm.queue().wanted(slow)).isEqualTo(3);
        fast.onHave(0, 1);
        assertThat(violation(() -> fast.onHaveNone(0))).isEqualTo(Violation.BITFIELD_NOT_FIRST);
    }

    @Test
    void messagesOfBep6NeedBep6() {
        assertThat(violation(() -> slow.onHaveAll(0))).isEqualTo(Violation.MESSAGE_NOT_NEGOTIATED);
        assertThat(violation(() -> slow.onHaveNone(0))).isEqualTo(Violation.MESSAGE_NOT_NEGOTIATED);
        assertThat(violation(() -> slow.onReject(0, 0, 0, BLOCK))).isEqualTo(Violation.MESSAGE_NOT_NEGOTIATED);
        assertThat(violation(() -> slow.onSuggest(0, 0))).isEqualTo(Violation.MESSAGE_NOT_NEGOTIATED);
        assertThat(violation(() -> slow.onAllowedFast(0, 0))).isEqualTo(Violation.MESSAGE_NOT_NEGOTIATED);
    }

    @Test
    void refusesRequestOutsidePieceOrHuge() {
        assertThat(violation(() -> fast.onRequest(0, 0, BLOCK, 2 * BLOCK))).isEqualTo(Violation.BAD_REQUEST);
        assertThat(violation(() -> fast.onRequest(0, 0, 0, 0))).isEqualTo(Violation.BAD_REQUEST);
        assertThat(violation(() -> fast.onRequest(0, 0, -1, BLOCK))).isEqualTo(Violation.BAD_REQUEST);
        assertThat(violation(() -> fast.onRequest(0, 0, Integer.MAX_VALUE, Integer.MAX_VALUE))).isEqualTo(Violation.BAD_REQUEST);
        assertThatCode(() -> fast.onRequest(0, 0, 100, 2 * BLOCK - 100)).doesNotThrowAnyException();
    }

    @Test
    void refusesRequestLongerThanLimit() throws Exception {
        TestSwarm large = new TestSwarm("us #\nf  .", 9);
        assertThat(violation(() -> large.peer("f").at.onRequest(0, 0, 0, 8 * BLOCK + 1))).isEqualTo(Violation.BAD_REQUEST);
        assertThatCode(() -> large.peer("f").at.onRequest(0, 0, 0, 8 * BLOCK)).doesNotThrowAnyException();
    }

    @Test
    void refusesRequestForMissingPiece() throws Exception {
        s.peer("f").out.take();
        s.request("f", "1/0");
        assertThat(s.peer("f").out.take()).containsExactly("reject 1/0");
        assertThat(violation(() -> s.request("s", "1/0"))).isEqualTo(Violation.BAD_REQUEST);
    }

    @Test
    void refusesRequestsBeyondQueue() throws Exception {
        s.peer("f").out.take();
        for (int i = 0; i < 250; i++) {
            s.request("f", "0/0");
            s.request("s", "0/0");
        }
        assertThat(s.peer("f").out.take()).isEmpty();
        s.request("f", "0/1");
        assertThat(s.peer("f").out.take()).containsExactly("reject 0/1");
        assertThat(violation(() -> s.request("s", "0/1"))).isEqualTo(Violation.TOO_MANY_REQUESTS);
    }

    @Test
    void refusesInvalidBlock() {
        assertThat(violation(() -> fast.onBlocks(0, 1, 1, BLOCK))).isEqualTo(Violation.BAD_BLOCK);
        assertThat(violation(() -> fast.onBlocks(0, 1, 0, BLOCK - 1))).isEqualTo(Violation.BAD_BLOCK);
        assertThat(violation(() -> fast.onBlocks(0, 4, 0, BLOCK))).isEqualTo(Violation.BAD_BLOCK);
        assertThat(violation(() -> fast.onReject(0, 1, 1, BLOCK))).isEqualTo(Violation.BAD_REQUEST);
    }

    @Test
    void manyUnrequestedBlocksAreViolation() throws Exception {
        for (int i = 0; i < 64; i++) {
            assertThat(fast.onBlocks(0, 1, 0, BLOCK)).isZero();
        }
        assertThat(s.swarm.totals().wasted()).isEqualTo(64L * BLOCK);
        assertThat(violation(() -> fast.onBlocks(0, 1, 0, BLOCK))).isEqualTo(Violation.UNEXPECTED_BLOCK);
    }

    @Test
    void extensionMessagesMustBeWellFormed() {
        assertThat(violation(() -> fast.onExtended(0, 0, ByteBuffer.wrap(new byte[] {'d'})))).isEqualTo(Violation.BAD_EXTENSION);
        assertThatCode(() -> fast.onExtended(0, 77, ByteBuffer.wrap(new byte[] {'d'}))).doesNotThrowAnyException();
    }

    @Test
    void laterExtensionHandshakeChangesNamedKeys() throws Exception {
        fast.onExtended(0, 0, ByteBuffer.wrap("d1:md11:ut_metadatai3ee1:v5:hello4:reqqi7ee".getBytes()));
        fast.onExtended(0, 0, ByteBuffer.wrap("d11:upload_onlyi1ee".getBytes()));
        assertThat(fast.client()).isEqualTo("hello");
        assertThat(fast.isSeed()).isTrue();
        s.peer("f").out.take();
        fast.onExtended(0, Extensions.METADATA_ID, ByteBuffer.wrap("d8:msg_typei0e5:piecei0ee".getBytes()));
        assertThat(s.peer("f").out.take()).containsExactly("extended 3");
    }

    @Test
    void closedConnectionIgnoresMessages() throws Exception {
        Recorder out = s.peer("f").out;
        s.disconnect("f");
        out.take();
        fast.onHave(0, 1);
        fast.onUnchoke(0);
        fast.onInterested(0);
        fast.onRequest(0, 0, 0, BLOCK);
        assertThat(fast.onBlocks(0, 1, 0, BLOCK)).isZero();
        s.turn();
        assertThat(fast.amInterested()).isFalse();
        assertThat(out.take()).isEmpty();
        assertThat(s.swarm.totals().downloaded()).isZero();
    }

    @Test
    void speaksBeforeThePeerLosesPatience() {
        s.peer("f").out.take();
        s.peer("s").out.take();
        s.at(SECOND / 2);
        assertThat(s.peer("s").out.take()).isEmpty();
        s.at(SECOND);
        // No reserved bit at all: it may be the original's client, which hangs up after two
        // seconds.
        assertThat(s.peer("s").out.take()).containsExactly("keep-alive");
        assertThat(s.peer("f").out.take()).isEmpty();
        s.at(SwarmConfig.KEEP_ALIVE_NS);
        assertThat(s.peer("f").out.take()).containsExactly("keep-alive");
    }

    @Test
    void aSilentPeerIsClosed() {
        fast.onKeepAlive(SECOND);
        s.at(SwarmConfig.IDLE_NS);
        assertThat(s.orders()).containsExactly("close IDLE");
        s.at(SwarmConfig.IDLE_NS + SECOND);
        assertThat(s.orders()).containsExactly("close IDLE");
        assertThat(s.swarm.peers()).isEmpty();
    }
}
