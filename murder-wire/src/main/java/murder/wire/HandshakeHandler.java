package murder.wire;

import murder.peer.PeerId;

/** Receives the two parts of a decoded handshake, in this order and once each. */
public interface HandshakeHandler {
    /**
     * 48 bytes have arrived, without the peer id. The accepting side must answer now.
     *
     * @throws WireException to close the connection, for instance with
     *     {@link Violation#UNKNOWN_INFO_HASH}
     */
    void onHandshake(Handshake handshake) throws WireException;

    /** All 68 bytes have arrived; messages follow. */
    void onPeerId(PeerId peerId) throws WireException;
}
