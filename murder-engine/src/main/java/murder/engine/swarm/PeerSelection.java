package murder.engine.swarm;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import murder.wire.PeerAddress;

/**
 * Whom to dial, and when: new addresses first come first served, failed ones again later and later. Bounded: when the table is full, an
 * address that failed makes room, else the newcomer is not taken.
 */
final class PeerSelection {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long FIRST_RETRY_NS = SECOND_NS;
    private static final long LAST_RETRY_NS = 60 * SECOND_NS;
    private static final int MAX_FAILURES = 12;
    /** The dials of this time may go out at once: 50 of them at the preset's rate, which is all that a host dials. */
    private static final long BURST_NS = SECOND_NS / 8;
    /** A connection that lasted this long was a success; one that ended sooner was refused. */
    private static final long SUCCESS_NS = 10 * SECOND_NS;

    private final SwarmConfig config;
    private final RandomGenerator random;
    private final Map<PeerAddress, Candidate> candidates = new LinkedHashMap<>();
    private int dialling;
    private long nextDialNs = -BURST_NS;

    private static final class Candidate {
        int failures;
        long notBeforeNs;
        boolean inUse;
        boolean isSelf;
        boolean isSeed;
    }

    PeerSelection(SwarmConfig config, RandomGenerator random) {
        this.config = config;
        this.random = random;
    }

    /** An address to try. Known ones change nothing. */
    void add(PeerAddress address) {
        if (address.port() == 0 || candidates.containsKey(address)) {
            return;
        }
        if (candidates.size() >= config.candidates() && !removeOneFailed()) {
            return;
        }
        candidates.put(address, new Candidate());
    }

    /** How many candidates are to be dialled for the first time. */
    int untried() {
        int count = 0;
        for (Candidate candidate : candidates.values()) {
            count += candidate.failures == 0 && !candidate.inUse && !candidate.isSelf ? 1 : 0;
        }
        return count;
    }

    /** Dials under way. */
    int dialling() {
        return dialling;
    }

    /**
     * The next address to dial, or null if there is none now.
     *
     * @param connected connections that the swarm has already
     * @param complete whether this side wants nothing, so that dialling a seeder is no use
     */
    PeerAddress next(long nowNs, int connected, boolean complete, Suspects suspects) {
        if (connected + dialling >= config.maxDialled() || dialling >= config.maxHalfOpen() || nowNs < nextDialNs) {
            return null;
        }
        for (Map.Entry<PeerAddress, Candidate> entry : candidates.entrySet()) {
            Candidate candidate = entry.getValue();
            if (isDialable(entry, complete, suspects) && candidate.notBeforeNs <= nowNs) {
                candidate.inUse = true;
                dialling++;
                // Whoever has not dialled for a while may dial several at once: a swarm is knit in its first milliseconds.
                nextDialNs = Math.max(nextDialNs, nowNs - BURST_NS) + SECOND_NS / config.dialsPerSecond();
                return entry.getKey();
            }
        }
        return null;
    }

    /** When {@link #next} may have something again by the clock alone; {@code Long.MAX_VALUE} for never. */
    long nextDeadlineNs(int connected, boolean complete, Suspects suspects) {
        if (connected + dialling >= config.maxDialled() || dialling >= config.maxHalfOpen()) {
            return Long.MAX_VALUE;
        }
        long deadlineNs = Long.MAX_VALUE;
        for (Map.Entry<PeerAddress, Candidate> entry : candidates.entrySet()) {
            if (entry.getValue().notBeforeNs < deadlineNs && isDialable(entry, complete, suspects)) {
                deadlineNs = entry.getValue().notBeforeNs;
            }
        }
        return deadlineNs == Long.MAX_VALUE ? deadlineNs : Math.max(deadlineNs, nextDialNs);
    }

    private static boolean isDialable(Map.Entry<PeerAddress, Candidate> entry, boolean complete, Suspects suspects) {
        Candidate candidate = entry.getValue();
        return !candidate.inUse && !candidate.isSelf && !(complete && candidate.isSeed) && !suspects.isBanned(entry.getKey());
    }

    /** The dial became a connection with a finished handshake, and the peer is welcome. */
    void onConnected() {
        dialling--;
    }

    void onDialFailed(long nowNs, PeerAddress address) {
        dialling--;
        onUseless(nowNs, address);
    }

    /** The dial became a connection with a finished handshake, but this side does not want it. */
    void onRefused(long nowNs, PeerAddress address, Refusal refusal) {
        onDialFailed(nowNs, address);
        Candidate candidate = candidates.get(address);
        if (candidate != null) {
            candidate.isSelf = refusal == Refusal.SELF;
            if (refusal == Refusal.ALREADY_CONNECTED) {
                // It dialled us. That connection may last for hours, so there is no hurry to try again.
                candidate.notBeforeNs = nowNs + LAST_RETRY_NS;
            }
        }
    }

    /** A connection that was dialled has ended after {@code lastedNs}. */
    void onDisconnected(long nowNs, PeerAddress address, boolean seed, long lastedNs) {
        Candidate candidate = candidates.get(address);
        if (candidate != null) {
            candidate.isSeed = seed;
            candidate.failures = lastedNs >= SUCCESS_NS ? 0 : candidate.failures;
        }
        onUseless(nowNs, address);
    }

    private void onUseless(long nowNs, PeerAddress address) {
        Candidate candidate = candidates.get(address);
        if (candidate == null) {
            return;
        }
        candidate.inUse = false;
        if (++candidate.failures > MAX_FAILURES) {
            candidates.remove(address);
            return;
        }
        long waitNs = Math.min(LAST_RETRY_NS, FIRST_RETRY_NS << Math.min(candidate.failures - 1, 10));
        candidate.notBeforeNs = nowNs + waitNs / 2 + random.nextLong(waitNs);
    }

    private boolean removeOneFailed() {
        for (Iterator<Candidate> i = candidates.values().iterator(); i.hasNext();) {
            Candidate candidate = i.next();
            if (candidate.failures > 0 && !candidate.inUse) {
                i.remove();
                return true;
            }
        }
        return false;
    }
}
