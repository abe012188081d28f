package murder.tools.fleet;

import murder.engine.SlowCause;

/** The part of a host that {@link FleetView} shows. */
interface HostView {
    Host host();

    HostRun.State state();

    /** The present work of the host, in its own words. */
    String phase();

    /** The progress of the phase, from 0 to 100. */
    double percent();

    /** The progress of the host in all, from 0 to 100. */
    double overall();

    /** Whether the host knows its progress. */
    boolean isMeasured();

    /** Remaining seconds of the phase at the present rate; -1 if unknown. */
    double etaS();

    long bytesPerSecond();

    /** Its time so far, or in all. */
    long elapsedNs(long nowNs);

    /** The hindrance of the host, in its own words; empty for none. */
    String trouble();

    /** The cause that limits it; null if unknown. */
    default SlowCause slow() {
        return null;
    }

    /** The reason of a failure, in one line; empty without a failure. */
    String reason();

    /** Whether it failed because the user ended it. */
    boolean isInterrupted();

    /** A partial failure, not yet safe for a terminal; empty for none. */
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
