package murder.tracker;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import murder.peer.PeerId;

/**
 * Decides the announces of one torrent: to which trackers, and when (BEP 3, BEP 12). It announces
 * to one tracker of each tier at the same time. So hosts that reach different trackers find each
 * other through hosts that reach both. It announces {@code started} first, {@code completed} once
 * if it downloaded its last piece, and {@code stopped} when it leaves. A driver sends each order of
 * {@link #next} and reports one answer or one failure for it. Each tier has at most one order at a
 * time. Pure; time is the caller's {@code nowNs}, monotonic and starting near 0.
 */
public final class AnnounceSchedule {
    /**
     * The limit of simultaneous tiers: a torrent of a stranger may list many. The trackers of
     * further tiers are used as in BEP 12: one after the other.
     */
    static final int MAX_AT_ONCE = 8;

    private final List<TierSchedule> tiers = new ArrayList<>();

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
        List<List<String>> distinct = distinct(urls);
        for (int i = 0; i < Math.min(MAX_AT_ONCE, distinct.size()); i++) {
            List<List<String>> group = distinct.subList(i, i < MAX_AT_ONCE - 1 ? i + 1 : distinct.size());
            tiers.add(new TierSchedule(new TrackerTiers(group, peerId, random), addressesWanted));
        }
    }

    /** Each URL only at its first place. */
    private static List<List<String>> distinct(List<List<String>> urls) {
        Set<String> seen = new HashSet<>();
        List<List<String>> distinct = new ArrayList<>();
        for (List<String> tier : urls) {
            List<String> unseen = new ArrayList<>();
            for (String url : tier) {
                if (seen.add(url)) {
                    unseen.add(url);
                }
            }
            if (!unseen.isEmpty()) {
                distinct.add(unseen);
            }
        }
        return distinct;
    }

    /**
     * An announce to send now. A driver asks until there is none.
     *
     * @param nowNs engine time
     * @param wantsPeers whether the torrent would dial more addresses than it knows
     * @return null if no tier has one before {@link #nextDeadlineNs()}
     */
    public Order next(long nowNs, boolean wantsPeers) {
        for (TierSchedule tier : tiers) {
            Order order = tier.next(nowNs, wantsPeers);
            if (order != null) {
                return order;
            }
        }
        return null;
    }

    /**
     * {@return when to call {@link #next}} It is {@code Long.MAX_VALUE} while nothing is due before
     * an order ends.
     */
    public long nextDeadlineNs() {
        long earliestNs = Long.MAX_VALUE;
        for (TierSchedule tier : tiers) {
            earliestNs = Math.min(earliestNs, tier.nextDeadlineNs());
        }
        return earliestNs;
    }

    /** {@return whether the driver owes an answer or a failure} */
    public boolean isUnderWay() {
        for (TierSchedule tier : tiers) {
            if (tier.underWay() != null) {
                return true;
            }
        }
        return false;
    }

    /**
     * {@return whether the last order of any tier was answered; then a failure of another tier does
     * no harm yet}
     */
    public boolean isHeard() {
        return tiers.stream().anyMatch(TierSchedule::isHeard);
    }

    /**
     * The tracker answered.
     *
     * @param nowNs engine time
     * @param order that was sent
     * @param answer of the tracker
     */
    public void onAnswer(long nowNs, Order order, AnnounceResponse answer) {
        tierOf(order).onAnswer(nowNs, order, answer);
    }

    /**
     * The tracker could not be reached or refused, or the order was not sent after all.
     *
     * @param nowNs engine time
     * @param order that failed
     */
    public void onFailure(long nowNs, Order order) {
        tierOf(order).onFailure(nowNs, order);
    }

    private TierSchedule tierOf(Order order) {
        for (TierSchedule tier : tiers) {
            if (tier.underWay() == order) {
                return tier;
            }
        }
        throw new IllegalStateException(order + " is not under way");
    }

    /**
     * The torrent downloaded its last piece. Each tracker gets this event once, after the start
     * event. May be called again.
     *
     * @param nowNs engine time
     */
    public void onCompleted(long nowNs) {
        for (TierSchedule tier : tiers) {
            tier.onCompleted(nowNs);
        }
    }

    /**
     * Announces now, without waiting for the end of the interval. If an order is in progress, one
     * more follows it. This keeps the tracker's minimum interval and the pause after a failure.
     *
     * @param nowNs engine time
     */
    public void onWanted(long nowNs) {
        for (TierSchedule tier : tiers) {
            tier.onWanted(nowNs);
        }
    }

    /**
     * The torrent leaves, for good or until {@link #onResumed}. Trackers that know it, or get its
     * start event just now, must get {@code stopped}. {@link #next} gives these orders after the
     * order in progress. May be called again.
     */
    public void onLeft() {
        for (TierSchedule tier : tiers) {
            tier.onLeft();
        }
    }

    /**
     * The torrent is back after {@link #onLeft}, and announces its start again.
     *
     * @param nowNs engine time
     */
    public void onResumed(long nowNs) {
        for (TierSchedule tier : tiers) {
            tier.onResumed(nowNs);
        }
    }
}
