package murder.engine.swarm;

import java.util.random.RandomGenerator;

/**
 * Decides when an agent announces a report. An urgent report goes at once, a new report two seconds
 * after the last announce. Without a new report it announces every minute. In large fleets the
 * tracker asks for longer intervals, and urgent reports are spread. Pure.
 */
public final class ReportSchedule {
    private static final long SECOND_NS = 1_000_000_000L;
    static final long EACH_NS = 2 * SECOND_NS;
    static final long IDLE_NS = 60 * SECOND_NS;
    /** The longest interval that a tracker may ask for. */
    static final long MAX_EACH_NS = 600 * SECOND_NS;

    private final RandomGenerator random;
    private long eachNs = EACH_NS;
    private long sentNs = -IDLE_NS;
    private boolean isNew;
    private long urgentNs = Long.MAX_VALUE;

    /** Due at once, like every first announce. @param random spreads urgent reports */
    public ReportSchedule(RandomGenerator random) {
        this.random = random;
    }

    /** There is another report. */
    public void onReport(long nowNs, boolean urgent) {
        isNew = true;
        if (urgent) {
            // In a fleet with one report in 10 s all agents may change their state at the same
            // time.
            urgentNs = Math.min(urgentNs, nowNs + (eachNs > EACH_NS ? random.nextLong(eachNs - EACH_NS) : 0));
        }
    }

    /** An announce took the newest report with it. */
    public void onSent(long nowNs) {
        sentNs = nowNs;
        isNew = false;
        urgentNs = Long.MAX_VALUE;
    }

    /** The tracker named its interval for reports. @param tellNs 0 if it named none */
    public void onAnswer(long tellNs) {
        if (tellNs > 0) {
            eachNs = Math.min(MAX_EACH_NS, tellNs);
        }
    }

    /** The time of the next announce. */
    public long dueNs() {
        return Math.min(urgentNs, sentNs + (isNew ? eachNs : Math.max(eachNs, IDLE_NS)));
    }
}
