package murder.engine.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.SplittableRandom;
import murder.metainfo.PieceLayout;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import murder.wire.Bitfield;
import murder.wire.Outbound;
import murder.wire.WireException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Repeated announcements: aria2 sends a bitfield, or a have-all, instead of many 'have' messages.
 */
class LateBitfieldTest {
    private static final int PIECES = 16;

    private Swarm swarm;
    private PeerConnection peer;

    @BeforeEach
    void connect() {
        swarm = new Swarm(SwarmConfig.DEPLOY, new PieceLayout(PIECES * 16_384L, 16_384), PeerId.random(new Random(1)), new byte[0],
            new Bitfield(PIECES), RateLimits.NONE, new SplittableRandom(1), new Suspects(new Bans()));
        Outbound nobody = (Outbound) Proxy.newProxyInstance(Outbound.class.getClassLoader(), new Class<?>[] {Outbound.class},
            (proxy, method, args) -> method.getReturnType() == boolean.class ? Boolean.TRUE : null);
        peer = swarm.onConnected(0, new PeerConnection.Peer(PeerAddress.ofIpv4(0x7f000001, 6881), true,
            PeerId.random(new Random(2)), true, true), nobody);
    }

    private static ByteBuffer bits(int first, int second) {
        return ByteBuffer.wrap(new byte[] {(byte) first, (byte) second});
    }

    @Test
    void addsToPiecesOfPeer() throws WireException {
        peer.onHaveNone(1);
        peer.onHave(2, 15);
        peer.onBitfield(3, bits(0b1010_0000, 0));
        assertThat(peer.pieceCount()).isEqualTo(3);
        assertThat(peer.has(0) && peer.has(2) && peer.has(15)).isTrue();
        assertThat(peer.amInterested()).isTrue();
        assertThat(swarm.queue().wanted(peer)).isEqualTo(3);
        peer.onBitfield(4, bits(0b1010_0000, 1));
        assertThat(swarm.queue().wanted(peer)).as("what was known already is not counted twice").isEqualTo(3);
    }

    @Test
    void mayBeHaveAll() throws WireException {
        peer.onBitfield(1, bits(0b1111_0000, 0));
        peer.onHaveAll(2);
        assertThat(peer.pieceCount()).isEqualTo(PIECES);
        assertThat(swarm.queue().wanted(peer)).isEqualTo(PIECES);
        assertThat(swarm.checkInvariants()).isTrue();
    }

    @Test
    void isNotHaveNone() throws WireException {
        peer.onBitfield(1, bits(1, 0));
        assertThatThrownBy(() -> peer.onHaveNone(2)).isInstanceOf(WireException.class).hasMessageContaining("have none");
    }

    @Test
    void keepsItsChecks() {
        assertThatThrownBy(() -> {
            peer.onHaveNone(1);
            peer.onBitfield(2, ByteBuffer.wrap(new byte[3]));
        }).isInstanceOf(WireException.class).hasMessageContaining("3 bytes");
    }
}
