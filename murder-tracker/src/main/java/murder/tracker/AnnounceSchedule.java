package murder.tracker;

import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import murder.peer.PeerId;

/**
 * What one torrent announces, to which tracker and when (BEP 3, BEP 12). {@link TrackerTiers} picks the tracker and the time; this class
 * picks the event. A torrent announces {@code started} first, {@code completed} once if it downloaded its last piece, and {@code stopped}
 * when it leaves. A driver sends each order of {@link #next} and reports one answer or one failure for it:
 *
 * <pre>
 *   idle --next()--> under way --onAnswer() or onFailure()--> idle
 * </pre>
 *
 * One order is under way at a time. So {@code stopped} waits for the announce before it: a tracker that heard them in the other order
 * would keep a peer that is gone. Pure; time is the caller's {@code nowNs}, monotonic and starting near 0.
 */
public final class AnnounceSchedule {
    private final TrackerTiers tiers;
    private final int addressesWanted;
    private AnnounceEvent pending = AnnounceEvent.STARTED;
    private boolean completed;
    private boolean completedTold;
    private String trackerId = "";
    private Order underWay;
    /** An announce that was under way when the torrent left: its answer is not the answer to the next {@code started}. */
    private Order stale;
    /** The tracker that is to hear {@code stopped}, or null. */
    private String farewell;
    /** Whether the torrent has left and not come back. */
    private boolean away;
    /** Whether one more announce is to follow the one that is under way. */
    private boolean wantedNext;
    /** Before this the tracker does not want to hear a regular announce. */
    private long minimumNs;

    /**
     * An announce to send.
     *
     * @param url of the tracker
     * @param event to announce, {@link AnnounceEvent#NONE} for a regular one
     * @param numWant how many addresses to ask for
     * @param trackerId what the tracker called itself, or empty
     */
    public record Order(String url, AnnounceEvent event, int numWant, String trackerId) {
        /**
         * {@return the complete request}
         *
         * @param facts who announces, and how many bytes it has moved
         */
        public AnnounceRequest request(AnnounceRequest facts) {
            return facts.withEvent(event).withNumWant(numWant).withTrackerId(trackerId);
        }
    }

    /**
     * A schedule whose first announce is due at once.
     *
     * @param urls announce URLs by tier, the preferred tier first
     * @param peerId of the engine: its torrents announce on one beat
     * @param addressesWanted how many addresses a torrent that wants peers asks for
     * @param random shuffles each tier and jitters every wait
     */
    public AnnounceSchedule(List<List<String>> urls, PeerId peerId, int addressesWanted, RandomGenerator random) {
        this.tiers = new TrackerTiers(urls, peerId, random);
        this.addressesWanted = addressesWanted;
    }

    /**
     * The announce to send now.
     *
     * @param nowNs engine time
     * @param wantsPeers whether the torrent would dial more addresses than it knows
     * @return null if an order is under way or nothing is due before {@link #nextDeadlineNs()}
     */
    public Order next(long nowNs, boolean wantsPeers) {
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

    /**
     * {@return when {@link #next} is to be called} It is {@code Long.MAX_VALUE} while an order is
     * under way or if there is nothing to announce.
     */
    public long nextDeadlineNs() {
        if (farewell != null && underWay == null) {
            return 0;
        }
        return underWay != null || away ? Long.MAX_VALUE : tiers.nextDeadlineNs();
    }

    /** {@return whether the driver owes an answer or a failure} */
    public boolean isUnderWay() {
        return underWay != null;
    }

    /**
     * The tracker answered.
     *
     * @param nowNs engine time
     * @param order that was sent
     * @param answer of the tracker
     */
    public void onAnswer(long nowNs, Order order, AnnounceResponse answer) {
        if (isFarewell(order)) {
            return;
        }
        if (!answer.trackerId().isEmpty()) {
            trackerId = answer.trackerId();
        }
        if (order != stale && order.event() == pending) {
            pending = AnnounceEvent.NONE;
        }
        completedTold |= order.event() == AnnounceEvent.COMPLETED;
        tiers.onSuccess(order.url(), nowNs, Duration.ofSeconds(answer.intervalSeconds()).toNanos());
        // No tracker means that it wants to hear nothing until long after its own interval.
        minimumNs = nowNs + Duration.ofSeconds(Math.min(answer.minIntervalSeconds(), answer.intervalSeconds())).toNanos();
        if (wantedNext) {
            onWanted(nowNs);
        }
        tellCompletion(nowNs);
    }

    /**
     * The tracker could not be reached or refused, or the order was not sent after all.
     *
     * @param nowNs engine time
     * @param order that failed
     */
    public void onFailure(long nowNs, Order order) {
        if (!isFarewell(order)) {
            tiers.onFailure(order.url(), nowNs);
        }
    }

    /** Ends the order that is under way. */
    private boolean isFarewell(Order order) {
        if (order != underWay) {
            throw new IllegalStateException(order + " is not under way, but " + underWay);
        }
        underWay = null;
        return order.event() == AnnounceEvent.STOPPED;
    }

    /**
     * The torrent downloaded its last piece. A tracker hears of it once, after it has heard of the
     * start. May be called again.
     *
     * @param nowNs engine time
     */
    public void onCompleted(long nowNs) {
        if (!completed) {
            completed = true;
            tellCompletion(nowNs);
        }
    }

    /**
     * The embedder wants an announce now, not only when the interval is over. While an order is under way, one
     * more follows it. The tracker's minimum interval is kept, and a tracker that failed is left alone for its time.
     *
     * @param nowNs engine time
     */
    public void onWanted(long nowNs) {
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
     * The torrent leaves, for good or until {@link #onResumed}. The tracker that knows it, or is just being told of it, is to hear
     * {@code stopped}: {@link #next} gives that order as soon as none is under way. May be called again.
     */
    public void onLeft() {
        if (away) {
            return;
        }
        farewell = underWay != null && underWay.event() != AnnounceEvent.STOPPED ? underWay.url() : tiers.current();
        stale = underWay;
        pending = AnnounceEvent.STARTED;
        away = true;
    }

    /**
     * The torrent is back after {@link #onLeft}, and announces its start again.
     *
     * @param nowNs engine time
     */
    public void onResumed(long nowNs) {
        away = false;
        tiers.onWanted(nowNs);
    }
}
