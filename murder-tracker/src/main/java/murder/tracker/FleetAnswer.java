package murder.tracker;

import java.util.Arrays;
import murder.trust.SwarmKey;

/**
 * The tracker's answer to an agent in the control swarm.
 *
 * @param order the newest signed order, if the agent does not know it yet; null otherwise; do not
 *     change it
 * @param reportEveryMs the shortest time between two reports, 0 for none
 */
public record FleetAnswer(byte[] order, int reportEveryMs) {
    /**
     * The longest signed order, in bytes; its encrypted form is {@link SwarmKey#ENCRYPTION_LENGTH}
     * longer.
     */
    public static final int MAX_ORDER_LENGTH = 16 << 10;
    /** An empty answer. */
    public static final FleetAnswer NONE = new FleetAnswer(null, 0);

    /**
     * Checks length and time.
     *
     * @param order at most {@link #MAX_ORDER_LENGTH} bytes, or null
     * @param reportEveryMs at least 0
     * @throws IllegalArgumentException if one is out of range
     */
    public FleetAnswer {
        if (order != null && order.length > MAX_ORDER_LENGTH + SwarmKey.ENCRYPTION_LENGTH) {
            throw new IllegalArgumentException("order has " + order.length + " bytes, at most " + MAX_ORDER_LENGTH + " are allowed");
        }
        if (reportEveryMs < 0) {
            throw new IllegalArgumentException("a report every " + reportEveryMs + " ms");
        }
    }

    /** Compares the bytes of the order. */
    @Override
    public boolean equals(Object other) {
        return other instanceof FleetAnswer answer && reportEveryMs == answer.reportEveryMs && Arrays.equals(order, answer.order);
    }

    @Override
    public int hashCode() {
        return 31 * reportEveryMs + Arrays.hashCode(order);
    }

    @Override
    public String toString() {
        return (order == null ? "no order" : "order of " + order.length + " bytes") + ", report every " + reportEveryMs + " ms";
    }
}
