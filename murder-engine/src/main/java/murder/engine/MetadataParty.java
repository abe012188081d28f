package murder.engine;

import java.nio.ByteBuffer;
import murder.engine.swarm.MetadataFetch;
import murder.wire.WireException;

/**
 * A peer that is asked for the metadata only: all messages but extension messages mean nothing yet.
 */
final class MetadataParty extends Bystander {
    private final MetadataFetch.Source source;
    private final TransferClock clock;
    private final Runnable onClosed;

    /** @param onClosed informs the search that the peer has left */
    MetadataParty(MetadataFetch.Source source, TransferClock clock, Runnable onClosed) {
        this.source = source;
        this.clock = clock;
        this.onClosed = onClosed;
    }

    @Override
    public void onExtended(int extendedId, ByteBuffer payload) throws WireException {
        source.onExtended(clock.touch(), extendedId, payload);
    }

    @Override
    public void onClosed() {
        onClosed.run();
    }
}
