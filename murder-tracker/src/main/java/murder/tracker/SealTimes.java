package murder.tracker;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import murder.metainfo.InfoHash;
import murder.peer.PeerId;
import murder.tracker.TrackerException.Reason;

/**
 * The time of the newest sealed announce of each peer. An announce that is not newer is a copy of
 * an earlier one, and is refused. A time is forgotten when the clock alone refuses such a copy.
 * Pure; one thread at a time.
 */
public final class SealTimes {
    /** The tolerance for a member's clock. */
    public static final long TOLERANCE_MS = 5 * 60 * 1000;

    private record Member(InfoHash swarm, PeerId peer) {
        /** Written out: what the JDK makes of a record costs each start some milliseconds. */
        @Override
        public boolean equals(Object other) {
            return other instanceof Member that && swarm.equals(that.swarm) && peer.equals(that.peer);
        }

        @Override
        public int hashCode() {
            return 31 * swarm.hashCode() + peer.hashCode();
        }
    }

    private final int max;
    /** Ordered by their last announce. */
    private final Map<Member, Long> newest = new LinkedHashMap<>();

    /**
     * Remembers nobody yet.
     *
     * @param max the limit of remembered members, at about 200 bytes each
     */
    public SealTimes(int max) {
        this.max = max;
    }

    /**
     * Takes an announce whose seal is right.
     *
     * @param request names the swarm and the peer
     * @param sealedMs when it was sealed by the member's clock, in milliseconds since 1970
     * @param nowMs the same by the tracker's clock
     * @throws TrackerException with {@link Reason#NOT_A_MEMBER} if the clocks are too far apart or
     *     the announce is a copy, with {@link Reason#TRACKER_FULL} if too many members are
     *     remembered
     */
    public void accept(AnnounceRequest request, long sealedMs, long nowMs) throws TrackerException {
        requireClose(sealedMs, nowMs);
        forget(nowMs);
        Member member = new Member(request.infoHash(), request.peerId());
        Long before = newest.get(member);
        if (before != null && before >= sealedMs) {
            throw new TrackerException(Reason.NOT_A_MEMBER, "this announce was here before");
        }
        if (before == null && newest.size() >= max) {
            throw new TrackerException(Reason.TRACKER_FULL, "tracker is full: it remembers at most " + max + " members");
        }
        newest.remove(member);
        newest.put(member, sealedMs);
    }

    /**
     * Compares two clocks.
     *
     * @param sealedMs by the member's clock
     * @param nowMs by the tracker's clock
     * @throws TrackerException with {@link Reason#NOT_A_MEMBER} if they are too far apart
     */
    public static void requireClose(long sealedMs, long nowMs) throws TrackerException {
        if (Math.abs(sealedMs - nowMs) > TOLERANCE_MS) {
            throw new TrackerException(Reason.NOT_A_MEMBER, "the clock of this host is "
                + Math.abs(sealedMs - nowMs) / 1000 + " s " + (sealedMs < nowMs ? "behind" : "ahead of") + " the tracker's, more than the "
                + TOLERANCE_MS / 1000 + " s that are allowed");
        }
    }

    private void forget(long nowMs) {
        Iterator<Long> oldestFirst = newest.values().iterator();
        while (oldestFirst.hasNext() && oldestFirst.next() + TOLERANCE_MS < nowMs) {
            oldestFirst.remove();
        }
    }

    /** {@return how many members are remembered} */
    int size() {
        return newest.size();
    }
}
