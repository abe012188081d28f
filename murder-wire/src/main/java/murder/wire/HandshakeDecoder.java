package murder.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import murder.peer.PeerId;

/**
 * Decodes a handshake from any split of the stream (BEP 3). It refuses the first wrong byte at its
 * arrival, so it does not wait for a stranger with another protocol. Not thread-safe; do not use it
 * after an exception.
 */
public final class HandshakeDecoder {
    private final ByteBuffer received = ByteBuffer.allocate(Handshake.LENGTH_WITH_PEER_ID);
    private boolean stopped;

    /** At the beginning of the stream. */
    public HandshakeDecoder() {}

    /** Whether all 68 bytes have arrived: {@link FrameDecoder} takes the following ones. */
    public boolean isComplete() {
        return !received.hasRemaining();
    }

    /**
     * Makes {@link #decode} return without another call to the handler. For the handler that closes
     * the connection.
     */
    public void stop() {
        stopped = true;
    }

    /**
     * Takes the missing bytes of the 68 and leaves the rest in {@code in}.
     *
     * @throws WireException {@link Violation#BAD_PROTOCOL_NAME}, or what the handler throws
     */
    public void decode(ByteBuffer in, HandshakeHandler handler) throws WireException {
        in.order(ByteOrder.BIG_ENDIAN);
        int before = received.position();
        Handshake.checkProtocol(in, before, before + in.remaining());
        take(in, Handshake.LENGTH);
        if (before < Handshake.LENGTH && received.position() == Handshake.LENGTH) {
            handler.onHandshake(Handshake.read(received.duplicate().position(0)));
        }
        if (stopped || received.position() < Handshake.LENGTH) {
            return;
        }
        take(in, Handshake.LENGTH_WITH_PEER_ID);
        if (before < Handshake.LENGTH_WITH_PEER_ID && isComplete()) {
            handler.onPeerId(PeerId.read(received.duplicate().position(Handshake.LENGTH)));
        }
    }

    /**
     * Copies from {@code in} until {@code received} has {@code length} bytes or {@code in} has
     * none.
     */
    private void take(ByteBuffer in, int length) {
        int count = Math.min(in.remaining(), length - received.position());
        if (count > 0) {
            received.put(received.position(), in, in.position(), count);
            received.position(received.position() + count);
            in.position(in.position() + count);
        }
    }
}
