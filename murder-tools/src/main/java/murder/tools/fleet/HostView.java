package murder.tools.fleet;

/** What {@link FleetView} shows of one host. */
interface HostView {
    Host host();

    HostRun.State state();

    /** What the host is doing, in its own words. */
    String phase();

    /** How far the phase is, from 0 to 100. */
    double percent();

    /** How far the host is on its whole way, from 0 to 100. */
    double overall();

    /** Whether the host knows how far it is. */
    boolean isMeasured();

    /** Seconds that the host needs for the phase at the rate of now; -1 if unknown. */
    double etaS();

    long bytesPerSecond();

    /** How long it took, or has taken so far. */
    long elapsedNs(long nowNs);

    /** What hinders the host, in its own words; empty for nothing. */
    String trouble();

    /** Why it failed, in one line; empty if it did not. */
    String reason();

    /** Whether it failed because the user ended it. */
    boolean isInterrupted();

    /** What succeeded only in part, not yet fit for a terminal; empty for nothing. */
    String warning();

    /** Whether it is done. */
    default boolean isDone() {
        return state() == HostRun.State.DONE;
    }

    /** Whether it is done or has failed. */
    default boolean isOver() {
        return isDone() || state() == HostRun.State.FAILED;
    }
}
