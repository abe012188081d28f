package murder.engine;

import murder.engine.swarm.OrderExchange;

/** A neighbour in a control swarm. A flood of useless messages ends the connection. */
final class OrderParty extends ExtensionParty {
    private final OrderExchange.Neighbour neighbour;
    private final TransferClock clock;

    /** @param onClosed informs the exchange that the neighbour has left */
    OrderParty(OrderExchange.Neighbour neighbour, TransferClock clock, Runnable onClosed) {
        super(neighbour, clock, onClosed);
        this.neighbour = neighbour;
        this.clock = clock;
    }

    @Override
    void onUseless() {
        neighbour.onOther(clock.touch());
    }

    @Override
    public void onWritable() {
        clock.touch();
    }
}
