package murder.engine.swarm;

import java.nio.ByteBuffer;
import murder.wire.MessageHandler;
import murder.wire.WireException;

/** Hands the decoded messages of one peer to its swarm. What becomes of blocks is for subclasses. */
public abstract class PeerMessages implements MessageHandler {
    private final PeerConnection peer;

    protected PeerMessages(PeerConnection peer) {
        this.peer = peer;
    }

    /** Nanoseconds of the swarm's clock. Called once for each message. */
    protected abstract long now();

    @Override
    public void onKeepAlive() {
        peer.onKeepAlive(now());
    }

    @Override
    public void onChoke() {
        peer.onChoke(now());
    }

    @Override
    public void onUnchoke() {
        peer.onUnchoke(now());
    }

    @Override
    public void onInterested() {
        peer.onInterested(now());
    }

    @Override
    public void onNotInterested() {
        peer.onNotInterested(now());
    }

    @Override
    public void onHave(int piece) throws WireException {
        peer.onHave(now(), piece);
    }

    @Override
    public void onBitfield(ByteBuffer bits) throws WireException {
        peer.onBitfield(now(), bits);
    }

    @Override
    public void onRequest(int piece, int begin, int length) throws WireException {
        peer.onRequest(now(), piece, begin, length);
    }

    @Override
    public void onCancel(int piece, int begin, int length) {
        peer.onCancel(now(), piece, begin, length);
    }

    @Override
    public void onPort(int port) {
        peer.onOther(now());
    }

    @Override
    public void onSuggest(int piece) throws WireException {
        peer.onSuggest(now(), piece);
    }

    @Override
    public void onHaveAll() throws WireException {
        peer.onHaveAll(now());
    }

    @Override
    public void onHaveNone() throws WireException {
        peer.onHaveNone(now());
    }

    @Override
    public void onReject(int piece, int begin, int length) throws WireException {
        peer.onReject(now(), piece, begin, length);
    }

    @Override
    public void onAllowedFast(int piece) throws WireException {
        peer.onAllowedFast(now(), piece);
    }

    @Override
    public void onExtended(int extendedId, ByteBuffer payload) throws WireException {
        peer.onExtended(now(), extendedId, payload);
    }

    @Override
    public void onUnknown(int id, int length) {
        peer.onOther(now());
    }
}
