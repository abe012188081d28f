package murder.engine;

import java.nio.ByteBuffer;
import murder.engine.swarm.ExtensionReceiver;
import murder.wire.WireException;

/** A peer of which only extension messages count, for example while the metadata is fetched. */
class ExtensionParty extends Bystander {
    private final ExtensionReceiver receiver;
    private final TransferClock clock;
    private final Runnable onClosed;

    /** @param onClosed runs when the peer has left */
    ExtensionParty(ExtensionReceiver receiver, TransferClock clock, Runnable onClosed) {
        this.receiver = receiver;
        this.clock = clock;
        this.onClosed = onClosed;
    }

    @Override
    public void onExtended(int extendedId, ByteBuffer payload) throws WireException {
        receiver.onExtended(clock.touch(), extendedId, payload);
    }

    @Override
    public void onClosed() {
        onClosed.run();
    }
}
