package murder.wire.nio;

/** The owner's part of each turn of a {@link SelectorLoop}; called on the loop's thread. */
public interface TurnHandler {
    /**
     * All that arrived in this turn has been told: decide. What is appended to connections here is
     * written right after.
     *
     * @param nowNs the time of this turn, on the loop's clock
     * @return when the next turn is wanted at the latest, on the same scale; {@link Long#MAX_VALUE}
     *     if there is no such time
     */
    long onTurn(long nowNs);

    /**
     * One of our own invariants is broken: a task, {@link #onTurn} or the loop itself threw. The
     * loop has logged it, and ends: tasks that {@link SelectorLoop#execute} accepted still run,
     * handlers are not called again, all sockets are closed.
     */
    default void onFatal(Throwable brokenInvariant) {}
}
