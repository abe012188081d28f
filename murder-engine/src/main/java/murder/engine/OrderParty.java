package murder.engine;

import java.nio.ByteBuffer;
import murder.engine.swarm.OrderExchange;
import murder.wire.WireException;

/**
 * A neighbour in a control swarm: extension messages count, others only as far as a flood of them
 * ends the connection.
 */
final class OrderParty extends Bystander {
    private final OrderExchange.Neighbour neighbour;
    private final TransferClock clock;
    private final Runnable onClosed;

    /** @param onClosed informs the exchange that the neighbour has left */
    OrderParty(OrderExchange.Neighbour neighbour, TransferClock clock, Runnable onClosed) {
        this.neighbour = neighbour;
        this.clock = clock;
        this.onClosed = onClosed;
    }

    @Override
    public void onExtended(int extendedId, ByteBuffer payload) throws WireException {
        neighbour.onExtended(clock.touch(), extendedId, payload);
    }

    @Override
    void onUseless() {
        neighbour.onOther(clock.touch());
    }

    @Override
    public void onWritable() {
        clock.touch();
    }

    @Override
    public void onClosed() {
        onClosed.run();
    }
}
