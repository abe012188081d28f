package murder.wire.nio;

/** The owner's part of each turn of a {@link SelectorLoop}; called on the loop's thread. */
public interface TurnHandler {
    /**
     * All arrived messages of this turn are delivered: decide. Bytes appended to connections here
     * are written right after.
     *
     * @param nowNs the time of this turn, on the loop's clock
     * @return the latest time of the next turn, on the same clock; {@link Long#MAX_VALUE} for none
     */
    long onTurn(long nowNs);

    /**
     * An invariant of the program is broken: a task, {@link #onTurn} or the loop itself threw. The
     * loop has logged it and ends. Accepted tasks of {@link SelectorLoop#execute} still run,
     * handlers get no more calls, and all sockets are closed.
     */
    default void onFatal(Throwable brokenInvariant) {}
}
