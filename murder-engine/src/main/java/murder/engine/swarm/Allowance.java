package murder.engine.swarm;

/**
 * Limits how often something may happen: several times at once, and a number of times a minute in
 * the long run. Pure; one number of state.
 */
final class Allowance {
    private static final long MINUTE_NS = 60_000_000_000L;

    private final long eachNs;
    private final long burstNs;
    /** All that happened is paid for at this time. */
    private long paidNs;

    /** @param burst at once, after a rest @param perMinute in the long run */
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

    /** When there is one to take. */
    long readyNs() {
        return paidNs - burstNs;
    }
}
