package murder.engine.swarm;

import java.nio.ByteBuffer;
import java.util.function.LongSupplier;
import murder.wire.MessageHandler;
import murder.wire.WireException;

/**
 * Hands decoded messages to one peer of a swarm, as {@code SwarmParty} does, but without a disk.
 */
class PeerMessages implements MessageHandler {
    private final PeerConnection peer;
    private final LongSupplier clock;

    PeerMessages(PeerConnection peer, LongSupplier clock) {
        this.peer = peer;
        this.clock = clock;
    }

    @Override
    public void onKeepAlive() {
        peer.onKeepAlive(clock.getAsLong());
    }

    @Override
    public void onChoke() {
        peer.onChoke(clock.getAsLong());
    }

    @Override
    public void onUnchoke() {
        peer.onUnchoke(clock.getAsLong());
    }

    @Override
    public void onInterested() {
        peer.onInterested(clock.getAsLong());
    }

    @Override
    public void onNotInterested() {
        peer.onNotInterested(clock.getAsLong());
    }

    @Override
    public void onHave(int piece) throws WireException {
        peer.onHave(clock.getAsLong(), piece);
    }

    @Override
    public void onBitfield(ByteBuffer bits) throws WireException {
        peer.onBitfield(clock.getAsLong(), bits);
    }

    @Override
    public void onRequest(int piece, int begin, int length) throws WireException {
        peer.onRequest(clock.getAsLong(), piece, begin, length);
    }

    @Override
    public void onBlock(int piece, int begin, ByteBuffer payload) throws WireException {
        if (peer.onBlocks(clock.getAsLong(), piece, begin, payload.remaining()) != 0) {
            onTaken(piece);
        }
    }

    /** A block of the piece was wanted. */
    void onTaken(int piece) {
        // For those who keep account.
    }

    @Override
    public void onCancel(int piece, int begin, int length) {
        peer.onCancel(clock.getAsLong(), piece, begin, length);
    }

    @Override
    public void onPort(int port) {
        peer.onOther(clock.getAsLong());
    }

    @Override
    public void onSuggest(int piece) throws WireException {
        peer.onSuggest(clock.getAsLong(), piece);
    }

    @Override
    public void onHaveAll() throws WireException {
        peer.onHaveAll(clock.getAsLong());
    }

    @Override
    public void onHaveNone() throws WireException {
        peer.onHaveNone(clock.getAsLong());
    }

    @Override
    public void onReject(int piece, int begin, int length) throws WireException {
        peer.onReject(clock.getAsLong(), piece, begin, length);
    }

    @Override
    public void onAllowedFast(int piece) throws WireException {
        peer.onAllowedFast(clock.getAsLong(), piece);
    }

    @Override
    public void onExtended(int extendedId, ByteBuffer payload) throws WireException {
        peer.onExtended(clock.getAsLong(), extendedId, payload);
    }

    @Override
    public void onUnknown(int id, int length) {
        peer.onOther(clock.getAsLong());
    }
}
