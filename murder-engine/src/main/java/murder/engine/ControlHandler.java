package murder.engine;

/**
 * Says which orders of a control swarm are valid, and carries them out. One worker thread of the
 * engine calls it, one call at a time, in order. It should not block: the next order waits for the
 * end of a call.
 */
public interface ControlHandler {
    /**
     * Checks where an order comes from. The engine calls it for orders that claim to be newer than
     * the newest one, before any other agent hears of them. An order with another serial than its
     * sender claimed is refused.
     *
     * <p>Refuse only what no honest agent can have: a bad signature, another fleet, a malformed
     * order. The engine closes the connection to an agent that sends such an order, and does not
     * talk to it for up to ten minutes. An order that is authentic but has expired is not to be
     * refused here. {@link #onOrder} does not carry it out then.
     *
     * @param signedOrder as it came, at most {@link ControlOptions#MAX_ORDER_BYTES}; not changed by
     *     the engine
     * @return the order's serial, or -1 to refuse it
     */
    long verify(byte[] signedOrder);

    /**
     * An order arrived that is newer than every order before it. {@link #verify} has accepted it,
     * and it is on its way to other agents.
     *
     * @param serial as {@link #verify} returned it
     * @param signedOrder as it came
     */
    void onOrder(long serial, byte[] signedOrder);

    /**
     * The control swarm has ended by a fault of the engine's code. No more calls follow.
     *
     * @param fault for a log
     */
    default void onFailure(Exception fault) {
    }
}
