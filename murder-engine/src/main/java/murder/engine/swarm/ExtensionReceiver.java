package murder.engine.swarm;

import java.nio.ByteBuffer;
import murder.wire.WireException;

/** Handles the extension messages (BEP 10) of one peer. */
public interface ExtensionReceiver {
    /**
     * An extension message of the peer.
     *
     * @param message what follows the id
     * @throws WireException if it breaks the protocol
     */
    void onExtended(long nowNs, int extendedId, ByteBuffer message) throws WireException;
}
