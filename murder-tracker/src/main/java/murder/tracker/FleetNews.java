package murder.tracker;

import java.util.Arrays;
import murder.trust.SwarmKey;

/**
 * The part of an announce that an agent adds in its fleet's control swarm. Only agents send it.
 *
 * @param order the serial of the newest order that the agent knows, {@link #NO_ORDER} for none
 * @param report of the agent, empty for nothing new; do not change it
 */
public record FleetNews(long order, byte[] report) {
    /** The serial of an agent that knows no order. */
    public static final long NO_ORDER = -1;
    /**
     * The longest report, in bytes; its encrypted form is {@link SwarmKey#ENCRYPTION_LENGTH}
     * longer.
     */
    public static final int MAX_REPORT_LENGTH = 1 << 10;
    /** No report and no order. */
    public static final FleetNews NONE = new FleetNews(NO_ORDER, new byte[0]);

    /**
     * Checks serial and length.
     *
     * @param order at least {@link #NO_ORDER}
     * @param report at most {@link #MAX_REPORT_LENGTH} bytes
     * @throws IllegalArgumentException if one is out of range
     */
    public FleetNews {
        if (order < NO_ORDER) {
            throw new IllegalArgumentException("serial " + order + " of an order is negative");
        }
        if (report.length > MAX_REPORT_LENGTH + SwarmKey.ENCRYPTION_LENGTH) {
            throw new IllegalArgumentException("report has " + report.length + " bytes, at most " + MAX_REPORT_LENGTH + " are allowed");
        }
    }

    /** Compares the bytes of the report. */
    @Override
    public boolean equals(Object other) {
        return other instanceof FleetNews news && order == news.order && Arrays.equals(report, news.report);
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(order) + Arrays.hashCode(report);
    }

    @Override
    public String toString() {
        return "order " + order + ", report of " + report.length + " bytes";
    }
}
