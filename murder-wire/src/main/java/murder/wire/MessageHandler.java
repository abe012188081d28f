package murder.wire;

import java.nio.ByteBuffer;

/**
 * Receives decoded peer-wire messages, one method each (BEP 3, BEP 6, BEP 10). Numbers are
 * unchanged from the wire: lengths of messages are checked, piece indexes are not. Buffers are
 * valid only until the method returns. Until then the handler may change their position and limit.
 *
 * <p>A method may throw {@link WireException} for a message that is well-formed but not allowed;
 * the connection is then closed with that violation, and nothing else happens.
 */
public interface MessageHandler {
    void onKeepAlive();

    void onChoke();

    void onUnchoke();

    void onInterested();

    void onNotInterested();

    void onHave(int piece) throws WireException;

    /** @param bits the bitfield's bytes, piece 0 in the highest bit of the first byte */
    void onBitfield(ByteBuffer bits) throws WireException;

    void onRequest(int piece, int begin, int length) throws WireException;

    /**
     * A block arrived (the message named {@code piece}).
     *
     * @param payload the block's bytes, at least one
     */
    void onBlock(int piece, int begin, ByteBuffer payload) throws WireException;

    void onCancel(int piece, int begin, int length) throws WireException;

    /** The DHT port (BEP 5). */
    void onPort(int port);

    /** BEP 6. */
    void onSuggest(int piece) throws WireException;

    /** BEP 6. */
    void onHaveAll() throws WireException;

    /** BEP 6. */
    void onHaveNone() throws WireException;

    /** BEP 6. */
    void onReject(int piece, int begin, int length) throws WireException;

    /** BEP 6. */
    void onAllowedFast(int piece) throws WireException;

    /**
     * An extension message (BEP 10).
     *
     * @param extendedId 0 for the extension handshake, otherwise the id that we assigned in ours
     * @param payload what follows the id
     */
    void onExtended(int extendedId, ByteBuffer payload) throws WireException;

    /**
     * A message with an unknown id. Clients should ignore it; its payload is skipped.
     *
     * @param length bytes of payload, the id not counted
     */
    void onUnknown(int id, int length);
}
