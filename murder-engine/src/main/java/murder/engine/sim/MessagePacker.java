package murder.engine.sim;

import java.nio.ByteBuffer;
import murder.wire.MessageHandler;
import murder.wire.Outbound;

/**
 * Makes a {@link SimMessage} of every message of one end: of those that its swarm sends, and of
 * those that the codec has decoded for it. It is a superclass, not a part, because each end must be
 * one object.
 */
abstract class MessagePacker extends MessageRing implements Outbound, MessageHandler {
    /** The swarm sends a message without a body. */
    abstract void send(long message);

    /** The swarm sends a message with a body. The body is not kept after the call. */
    abstract void send(int kind, int extendedId, byte[] body);

    /** A message has been decoded. @param body its body, except a block, or null */
    abstract void receive(long message, byte[] body);

    private void receive(int kind, int extendedId, ByteBuffer payload) {
        byte[] body = new byte[payload.remaining()];
        payload.get(body);
        receive(SimMessage.ofBody(kind, 0, extendedId, body.length), body);
    }

    // ---- messages of the swarm ----

    @Override
    public final void keepAlive() {
        send(SimMessage.signal(SimMessage.KEEP_ALIVE));
    }

    @Override
    public final void choke() {
        send(SimMessage.signal(SimMessage.CHOKE));
    }

    @Override
    public final void unchoke() {
        send(SimMessage.signal(SimMessage.UNCHOKE));
    }

    @Override
    public final void interested() {
        send(SimMessage.signal(SimMessage.INTERESTED));
    }

    @Override
    public final void notInterested() {
        send(SimMessage.signal(SimMessage.NOT_INTERESTED));
    }

    @Override
    public final void have(int piece) {
        send(SimMessage.ofPiece(SimMessage.HAVE, piece));
    }

    @Override
    public final void bitfield(byte[] bits) {
        send(SimMessage.BITFIELD, 0, bits);
    }

    @Override
    public final void request(int piece, int begin, int length) {
        send(SimMessage.ofRange(SimMessage.REQUEST, piece, begin, length));
    }

    @Override
    public final void block(int piece, int begin, int length) {
        send(SimMessage.ofRange(SimMessage.BLOCK, piece, begin, length));
    }

    @Override
    public final void cancel(int piece, int begin, int length) {
        send(SimMessage.ofRange(SimMessage.CANCEL, piece, begin, length));
    }

    @Override
    public final void haveAll() {
        send(SimMessage.signal(SimMessage.HAVE_ALL));
    }

    @Override
    public final void haveNone() {
        send(SimMessage.signal(SimMessage.HAVE_NONE));
    }

    @Override
    public final void reject(int piece, int begin, int length) {
        send(SimMessage.ofRange(SimMessage.REJECT, piece, begin, length));
    }

    @Override
    public final void allowedFast(int piece) {
        send(SimMessage.ofPiece(SimMessage.ALLOWED_FAST, piece));
    }

    @Override
    public final void suggest(int piece) {
        send(SimMessage.ofPiece(SimMessage.SUGGEST, piece));
    }

    @Override
    public final void extended(int extendedId, byte[] payload) {
        send(SimMessage.EXTENDED, extendedId, payload);
    }

    // ---- decoded messages ----

    @Override
    public final void onKeepAlive() {
        receive(SimMessage.signal(SimMessage.KEEP_ALIVE), null);
    }

    @Override
    public final void onChoke() {
        receive(SimMessage.signal(SimMessage.CHOKE), null);
    }

    @Override
    public final void onUnchoke() {
        receive(SimMessage.signal(SimMessage.UNCHOKE), null);
    }

    @Override
    public final void onInterested() {
        receive(SimMessage.signal(SimMessage.INTERESTED), null);
    }

    @Override
    public final void onNotInterested() {
        receive(SimMessage.signal(SimMessage.NOT_INTERESTED), null);
    }

    @Override
    public final void onHave(int piece) {
        receive(SimMessage.ofPiece(SimMessage.HAVE, piece), null);
    }

    @Override
    public final void onBitfield(ByteBuffer bits) {
        receive(SimMessage.BITFIELD, 0, bits);
    }

    @Override
    public final void onRequest(int piece, int begin, int length) {
        receive(SimMessage.ofRange(SimMessage.REQUEST, piece, begin, length), null);
    }

    @Override
    public final void onBlock(int piece, int begin, ByteBuffer payload) {
        long message = SimMessage.ofRange(SimMessage.BLOCK, piece, begin, payload.remaining());
        receive(CodecStream.isDamaged(payload) ? SimMessage.damaged(message) : message, null);
    }

    @Override
    public final void onCancel(int piece, int begin, int length) {
        receive(SimMessage.ofRange(SimMessage.CANCEL, piece, begin, length), null);
    }

    @Override
    public final void onPort(int port) {
        throw new IllegalStateException("nobody sends PORT");
    }

    @Override
    public final void onSuggest(int piece) {
        receive(SimMessage.ofPiece(SimMessage.SUGGEST, piece), null);
    }

    @Override
    public final void onHaveAll() {
        receive(SimMessage.signal(SimMessage.HAVE_ALL), null);
    }

    @Override
    public final void onHaveNone() {
        receive(SimMessage.signal(SimMessage.HAVE_NONE), null);
    }

    @Override
    public final void onReject(int piece, int begin, int length) {
        receive(SimMessage.ofRange(SimMessage.REJECT, piece, begin, length), null);
    }

    @Override
    public final void onAllowedFast(int piece) {
        receive(SimMessage.ofPiece(SimMessage.ALLOWED_FAST, piece), null);
    }

    @Override
    public final void onExtended(int extendedId, ByteBuffer payload) {
        receive(SimMessage.EXTENDED, extendedId, payload);
    }

    @Override
    public final void onUnknown(int id, int length) {
        throw new IllegalStateException("nobody sends a message of id " + id);
    }
}
