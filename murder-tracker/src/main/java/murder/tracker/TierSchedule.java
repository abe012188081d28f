package murder.tracker;

import java.time.Duration;
import murder.tracker.AnnounceSchedule.Order;

/**
 * The announces of one torrent to one tracker at a time. {@link TrackerTiers} picks the tracker and
 * the time; this class picks the event. There is one order at a time. So {@code stopped} waits for
 * the announce before it. In the other order the tracker would keep a peer that has left.
 *
 * <pre>
 *   idle --next()--> under way --onAnswer() or onFailure()--> idle
 * </pre>
 */
final class TierSchedule {
    private final TrackerTiers tiers;
    private final int addressesWanted;
    private AnnounceEvent pending = AnnounceEvent.STARTED;
    private boolean completed;
    private boolean completedTold;
    private String trackerId = "";
    private Order underWay;
    private boolean isHeard;
    /**
     * An announce from before the torrent left: its answer does not belong to the next
     * {@code started}.
     */
    private Order stale;
    /** The tracker that must get {@code stopped}, or null. */
    private String farewell;
    /** Whether the torrent has left and not come back. */
    private boolean away;
    /** Whether one more announce follows the one in progress. */
    private boolean wantedNext;
    /** The tracker wants no regular announce before this time. */
    private long minimumNs;

    TierSchedule(TrackerTiers tiers, int addressesWanted) {
        this.tiers = tiers;
        this.addressesWanted = addressesWanted;
    }

    /** Like {@link AnnounceSchedule#next}, for this tracker alone. */
    Order next(long nowNs, boolean wantsPeers) {
        if (underWay != null) {
            return null;
        }
        if (farewell != null) {
            underWay = new Order(farewell, AnnounceEvent.STOPPED, 0, trackerId);
            farewell = null;
            return underWay;
        }
        String url = away ? null : tiers.next(nowNs);
        if (url != null) {
            underWay = new Order(url, pending, wantsPeers ? addressesWanted : 0, trackerId);
        }
        return underWay;
    }

    long nextDeadlineNs() {
        if (farewell != null && underWay == null) {
            return 0;
        }
        return underWay != null || away ? Long.MAX_VALUE : tiers.nextDeadlineNs();
    }

    /** The order without an answer or a failure yet, or null. */
    Order underWay() {
        return underWay;
    }

    /** Whether the last order that ended was answered. */
    boolean isHeard() {
        return isHeard;
    }

    void onAnswer(long nowNs, Order order, AnnounceResponse answer) {
        if (isFarewell(order)) {
            return;
        }
        if (!answer.trackerId().isEmpty()) {
            trackerId = answer.trackerId();
        }
        if (order != stale && order.event() == pending) {
            pending = AnnounceEvent.NONE;
        }
        isHeard = true;
        completedTold |= order.event() == AnnounceEvent.COMPLETED;
        tiers.onSuccess(order.url(), nowNs, Duration.ofSeconds(answer.intervalSeconds()).toNanos());
        // Ignores a minimum that is much longer than the interval: no tracker means it.
        minimumNs = nowNs + Duration.ofSeconds(Math.min(answer.minIntervalSeconds(), answer.intervalSeconds())).toNanos();
        if (wantedNext) {
            onWanted(nowNs);
        }
        tellCompletion(nowNs);
    }

    void onFailure(long nowNs, Order order) {
        if (!isFarewell(order)) {
            isHeard = false;
            tiers.onFailure(order.url(), nowNs);
        }
    }

    /** Ends the order in progress. */
    private boolean isFarewell(Order order) {
        if (order != underWay) {
            throw new IllegalStateException(order + " is not under way, but " + underWay);
        }
        underWay = null;
        return order.event() == AnnounceEvent.STOPPED;
    }

    void onCompleted(long nowNs) {
        if (!completed) {
            completed = true;
            tellCompletion(nowNs);
        }
    }

    void onWanted(long nowNs) {
        wantedNext = underWay != null;
        if (!away && !wantedNext) {
            tiers.onWanted(Math.max(nowNs, minimumNs));
        }
    }

    private void tellCompletion(long nowNs) {
        if (completed && !completedTold && pending == AnnounceEvent.NONE) {
            pending = AnnounceEvent.COMPLETED;
            tiers.onWanted(nowNs);
        }
    }

    /**
     * The tracker that knows the torrent, or gets its start event just now, must get
     * {@code stopped}.
     */
    void onLeft() {
        if (away) {
            return;
        }
        farewell = underWay != null && underWay.event() != AnnounceEvent.STOPPED ? underWay.url() : tiers.current();
        stale = underWay;
        pending = AnnounceEvent.STARTED;
        away = true;
    }

    void onResumed(long nowNs) {
        away = false;
        tiers.onWanted(nowNs);
    }
}
