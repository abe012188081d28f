package murder.engine.swarm;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The orders that others sent and that are not checked yet: at most one of each sender, its latest.
 * They are checked one at a time, in the order in which they came, and a fixed number a minute.
 * Pure.
 */
final class OrderChecks {
    /** The serial of an order whose sender does not say it. */
    static final long ANY_SERIAL = Long.MAX_VALUE;
    private static final int BURST = 30;
    private static final int PER_MINUTE = 60;

    private final Allowance allowance = new Allowance(BURST, PER_MINUTE);
    private final Deque<Sender> waiting = new ArrayDeque<>();
    /** Whose order is being checked, or null. */
    private Sender checked;
    private byte[] checkedOrder;
    private long checkedSerial;

    /** One that may send orders. */
    static final class Sender {
        /** Null for trackers. */
        final PeerConnection.Peer peer;
        private long serial;
        /** Null if nothing waits. */
        private byte[] order;

        Sender(PeerConnection.Peer peer) {
            this.peer = peer;
        }
    }

    /**
     * An order whose check has ended.
     *
     * @param serial that the sender claimed
     */
    record Checked(Sender from, long serial, byte[] order) {
        /**
         * Whether this check accepts it.
         *
         * @param verified its serial, or a negative number if it is invalid
         */
        boolean isValid(long verified) {
            return verified >= 0 && (verified == serial || serial == ANY_SERIAL);
        }
    }

    /** Takes an order in the place of an earlier one of this sender. */
    void add(Sender from, long serial, byte[] order) {
        if (from.order == null) {
            waiting.add(from);
        }
        from.serial = serial;
        from.order = order;
    }

    /** Forgets what waits of a sender. */
    void remove(Sender from) {
        from.order = null;
        waiting.remove(from);
    }

    /**
     * The next order to check, or null if there is none now.
     *
     * @param newest serial of the newest order; what is not newer is dropped
     */
    byte[] next(long nowNs, long newest) {
        while (checked == null && !waiting.isEmpty()) {
            Sender first = waiting.peek();
            if (first.serial > newest) {
                if (!allowance.take(nowNs)) {
                    return null;
                }
                checked = first;
                checkedSerial = first.serial;
                checkedOrder = first.order;
                remove(first);
                return checkedOrder;
            }
            remove(first);
        }
        return null;
    }

    /** When {@link #next} may have another one by the clock alone. */
    long nextDeadlineNs() {
        return checked != null || waiting.isEmpty() ? Long.MAX_VALUE : allowance.readyNs();
    }

    /** The check has ended. */
    Checked end() {
        Checked ended = new Checked(checked, checkedSerial, checkedOrder);
        checked = null;
        checkedOrder = null;
        return ended;
    }
}
