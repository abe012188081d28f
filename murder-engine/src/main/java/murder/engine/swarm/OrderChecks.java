package murder.engine.swarm;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The received orders that are not checked yet: at most the latest one of each sender. They are
 * checked one at a time, in the order of their arrival, and a fixed number a minute. Pure.
 */
final class OrderChecks {
    /** The serial of an order whose sender does not claim one. */
    static final long ANY_SERIAL = Long.MAX_VALUE;
    private static final int BURST = 90;
    private static final int PER_MINUTE = 180;

    private final Allowance allowance = new Allowance(BURST, PER_MINUTE);
    private final Deque<Sender> waiting = new ArrayDeque<>();
    /** The sender of the order in the check, or null. */
    private Sender checked;
    private byte[] checkedOrder;
    private long checkedSerial;

    /** A sender of orders. */
    static final class Sender {
        /** Null for trackers. */
        final PeerConnection.Peer peer;
        private long serial;
        /** Null if no order waits. */
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

    /** Takes an order. It replaces an earlier one of this sender. */
    void add(Sender from, long serial, byte[] order) {
        if (from.order == null) {
            waiting.add(from);
        }
        from.serial = serial;
        from.order = order;
    }

    /** Forgets the waiting order of a sender. */
    void remove(Sender from) {
        from.order = null;
        waiting.remove(from);
    }

    /**
     * The next order to check, or null if there is none now.
     *
     * @param newest serial of the newest order; older orders are dropped
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

    /** The time when {@link #next} may return another one without a further event. */
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
