package murder.engine;

/**
 * Verifies the orders of a control swarm and carries them out. One worker thread of the engine
 * makes all calls, one at a time, in order. A call should not block, because the next order waits
 * for its end.
 */
public interface ControlHandler {
    /**
     * Checks the origin of an order. The engine calls it for orders that claim to be newer than the
     * newest one, before it forwards them. It refuses an order whose serial differs from the
     * sender's claim.
     *
     * <p>Refuse only orders that no honest agent can have: a bad signature, another fleet, a
     * malformed order. The engine closes the connection to the sender and bans it for up to ten
     * minutes. Do not refuse an authentic order that has expired. {@link #onOrder} should not carry
     * it out.
     *
     * @param signedOrder as it came, at most {@link ControlOptions#MAX_ORDER_BYTES}; not changed by
     *     the engine
     * @return the order's serial, or -1 to refuse it
     */
    long verify(byte[] signedOrder);

    /**
     * A new order arrived, newer than all before. {@link #verify} has accepted it, and the engine
     * forwards it to other agents.
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
