package murder.engine.swarm;

import java.util.random.RandomGenerator;

/**
 * When an agent announces because of its reports: at once when one is urgent, two seconds after the
 * last announce when one is new, and every minute when none is. In large fleets the tracker asks
 * for fewer, and urgent ones are spread. Pure.
 */
public final class ReportSchedule {
    private static final long SECOND_NS = 1_000_000_000L;
    static final long EACH_NS = 2 * SECOND_NS;
    static final long IDLE_NS = 60 * SECOND_NS;
    /** A tracker that asks for more is not believed. */
    static final long MAX_EACH_NS = 600 * SECOND_NS;

    private final RandomGenerator random;
    private long eachNs = EACH_NS;
    private long sentNs = -IDLE_NS;
    private boolean isNew;
    private long urgentNs = Long.MAX_VALUE;

    /** Due at once, as every first announce. @param random spreads urgent reports */
    public ReportSchedule(RandomGenerator random) {
        this.random = random;
    }

    /** There is another report. */
    public void onReport(long nowNs, boolean urgent) {
        isNew = true;
        if (urgent) {
            // In a fleet that is asked for one report in 10 s all agents change their state at the
            // same time.
            urgentNs = Math.min(urgentNs, nowNs + (eachNs > EACH_NS ? random.nextLong(eachNs - EACH_NS) : 0));
        }
    }

    /** An announce took the newest report with it. */
    public void onSent(long nowNs) {
        sentNs = nowNs;
        isNew = false;
        urgentNs = Long.MAX_VALUE;
    }

    /** The tracker said how often it wants a report. @param tellNs 0 if it did not say */
    public void onAnswer(long tellNs) {
        if (tellNs > 0) {
            eachNs = Math.min(MAX_EACH_NS, tellNs);
        }
    }

    /** When an announce is due. */
    public long dueNs() {
        return Math.min(urgentNs, sentNs + (isNew ? eachNs : Math.max(eachNs, IDLE_NS)));
    }
}
