package murder.tracker;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import murder.peer.PeerId;

/**
 * Picks the tracker of the next announce, and its time (BEP 12). Tiers are tried in order, each
 * shuffled once. A tracker that answers moves to the front of its tier. After a failure the next
 * tracker is tried at once. The failed tracker gets a pause that doubles with every failure in a
 * row. There is one attempt at a time:
 *
 * <pre>
 *   waiting --next()--> asking --onSuccess()--> waiting for the interval
 *                         \------onFailure()--> waiting for the next tracker that is not backing off
 * </pre>
 *
 * Time is the caller's {@code nowNs}, monotonic and starting near 0. Confined to its engine's
 * thread.
 */
final class TrackerTiers {
    /** The limit of trackers of one torrent; the rest of an announce-list is ignored. */
    static final int MAX_TRACKERS = 64;

    private static final long SECOND_NS = 1_000_000_000L;
    /** A short pause, because a fleet's tracker often starts together with its peers. */
    private static final long FIRST_BACKOFF_NS = SECOND_NS / 2;
    /**
     * With this pause ten thousand hosts make fewer than 200 attempts a second at a dead tracker.
     */
    private static final long MAX_BACKOFF_NS = 60 * SECOND_NS;
    private static final long MIN_INTERVAL_NS = SECOND_NS;
    /** From this interval on nobody waits for peers. */
    private static final long LONG_INTERVAL_NS = 30 * SECOND_NS;
    private static final long MAX_INTERVAL_NS = 3600 * SECOND_NS;

    private static final class Tracker {
        private final String url;
        private int failures;
        private long retryNs;

        Tracker(String url) {
            this.url = url;
        }
    }

    private final List<List<Tracker>> tiers = new ArrayList<>();
    private final RandomGenerator random;
    /** The start of the beat for long waits; somewhere in 73 minutes. */
    private final long beatNs;
    private long dueNs;
    private boolean wanted;
    private Tracker asking;
    private Tracker current;

    /**
     * @param tiers announce URLs, the preferred tier first; empty tiers and repeated URLs are
     *     skipped
     * @param peerId of the engine: its torrents announce on one beat, those of another one on
     *     another
     * @param random shuffles the tiers and jitters every wait
     */
    TrackerTiers(List<List<String>> tiers, PeerId peerId, RandomGenerator random) {
        this.random = random;
        this.beatNs = (peerId.hashCode() & 0xffffffffL) << 10;
        List<String> seen = new ArrayList<>();
        for (List<String> urls : tiers) {
            List<Tracker> tier = new ArrayList<>();
            for (String url : urls) {
                if (seen.size() < MAX_TRACKERS && !seen.contains(url)) {
                    seen.add(url);
                    tier.add(new Tracker(url));
                }
            }
            for (int i = tier.size() - 1; i > 0; i--) {
                tier.set(i, tier.set(random.nextInt(i + 1), tier.get(i)));
            }
            if (!tier.isEmpty()) {
                this.tiers.add(tier);
            }
        }
    }

    /**
     * The tracker that answered last, which must get {@code stopped}; null before the first answer.
     */
    String current() {
        return current == null ? null : current.url;
    }

    /**
     * The tracker for an announce now. The caller must then call {@link #onSuccess} or
     * {@link #onFailure} once.
     *
     * @return its announce URL, or null if an attempt is in progress or nothing is due before
     *     {@link #nextDeadlineNs()}
     */
    String next(long nowNs) {
        if (asking != null || nowNs < dueNs) {
            return null;
        }
        for (List<Tracker> tier : tiers) {
            for (Tracker tracker : tier) {
                if (tracker.retryNs <= nowNs) {
                    asking = tracker;
                    return tracker.url;
                }
            }
        }
        return null;
    }

    /**
     * When to call {@link #next}; {@code Long.MAX_VALUE} during an attempt or without a tracker.
     */
    long nextDeadlineNs() {
        long earliestNs = Long.MAX_VALUE;
        if (asking == null) {
            for (List<Tracker> tier : tiers) {
                for (Tracker tracker : tier) {
                    earliestNs = Math.min(earliestNs, Math.max(dueNs, tracker.retryNs));
                }
            }
        }
        return earliestNs;
    }

    /**
     * Announces an event now, without waiting for the end of the interval. During an attempt, one
     * more follows it. The pause after a failure is kept.
     */
    void onWanted(long nowNs) {
        wanted = asking != null;
        dueNs = Math.min(dueNs, nowNs);
    }

    /**
     * The tracker answered. The next announce follows after the interval, plus or minus a tenth, so
     * that hosts that started together spread out. An interval of half a minute or more grows by up
     * to a quarter, so that the torrents of one engine announce together.
     *
     * @param url what {@link #next} returned
     * @param intervalNs from the tracker; values are limited to 1 s to 1 h
     */
    void onSuccess(String url, long nowNs, long intervalNs) {
        Tracker tracker = finish(url);
        tracker.failures = 0;
        tracker.retryNs = 0;
        current = tracker;
        for (List<Tracker> tier : tiers) {
            if (tier.remove(tracker)) {
                tier.add(0, tracker);
            }
        }
        long interval = Math.max(MIN_INTERVAL_NS, Math.min(MAX_INTERVAL_NS, intervalNs));
        dueNs = wanted ? nowNs : onBeat(nowNs + jittered(interval, 10), interval);
        wanted = false;
    }

    /**
     * Adds up to a quarter to a long interval. So the torrents of one engine wake it together and
     * share a connection. If a thousand torrents announced one by one, each would find cold caches
     * and cost several times as much.
     */
    private long onBeat(long atNs, long intervalNs) {
        long step = Long.highestOneBit(intervalNs / 4);
        return intervalNs < LONG_INTERVAL_NS ? atNs : (atNs + beatNs + step - 1 & -step) - beatNs;
    }

    /**
     * The tracker was unreachable or refused. It gets a pause, and another tracker is tried when
     * one is ready.
     */
    void onFailure(String url, long nowNs) {
        Tracker tracker = finish(url);
        long backoff = MAX_BACKOFF_NS;
        if (tracker.failures < 7) {
            backoff = Math.min(MAX_BACKOFF_NS, FIRST_BACKOFF_NS << tracker.failures);
            tracker.failures++;
        }
        tracker.retryNs = nowNs + jittered(backoff, 4);
        dueNs = nowNs;
        wanted = false;
    }

    private Tracker finish(String url) {
        if (asking == null || !asking.url.equals(url)) {
            throw new IllegalStateException(url + " was not asked; under way is " + (asking == null ? "nothing" : asking.url));
        }
        Tracker tracker = asking;
        asking = null;
        return tracker;
    }

    /** A random time: {@code ns}, plus or minus one {@code part}th. */
    private long jittered(long ns, int part) {
        long spread = ns / part;
        return ns - spread + random.nextLong(2 * spread + 1);
    }
}
