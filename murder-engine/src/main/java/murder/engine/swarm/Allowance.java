package murder.engine.swarm;

/**
 * Limits the rate of an event: a burst at once, and a number per minute in the long run. Pure; its
 * state is one number.
 */
final class Allowance {
    private static final long MINUTE_NS = 60_000_000_000L;

    private final long eachNs;
    private final long burstNs;
    /** The time at which all events so far are paid for. */
    private long paidNs;

    /** @param burst events at once after a pause @param perMinute in the long run */
    Allowance(int burst, int perMinute) {
        eachNs = MINUTE_NS / perMinute;
        burstNs = eachNs * (burst - 1);
    }

    /** Takes one if there is one. @return whether there was */
    boolean take(long nowNs) {
        if (readyNs() > nowNs) {
            return false;
        }
        paidNs = Math.max(paidNs, nowNs) + eachNs;
        return true;
    }

    /** The time of the next permitted event. */
    long readyNs() {
        return paidNs - burstNs;
    }
}
