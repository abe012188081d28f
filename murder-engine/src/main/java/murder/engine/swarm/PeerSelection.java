package murder.engine.swarm;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;
import murder.peer.PeerAddress;

/**
 * Decides which addresses to dial, and when. It dials new addresses in the order of their arrival,
 * and failed ones again after growing pauses. The table is bounded: a failed or useless address
 * makes room for a new one. Without such an address it drops the new one.
 */
final class PeerSelection {
    private static final long SECOND_NS = 1_000_000_000L;
    /**
     * A short pause: a host that finds all peers full at the start should find the places that
     * become free soon after.
     */
    private static final long FIRST_RETRY_NS = SECOND_NS / 4;
    private static final long LAST_RETRY_NS = 60 * SECOND_NS;
    private static final int MAX_FAILURES = 12;
    /**
     * The dials of this time may go out at once: 50 of them at the preset's rate. So refused dials
     * are replaced at once, too.
     */
    private static final long BURST_NS = SECOND_NS / 8;
    /** The interval of further dials: peers that dial this side meanwhile need a place, too. */
    private static final long ONE_MORE_NS = SECOND_NS / 200;
    /**
     * The limit of failed dials in this time. After it dials are rare, because strangers can name
     * any number of addresses.
     */
    private static final int MANY_FAILED = 100;
    private static final long MANY_FAILED_NS = 60 * SECOND_NS;
    private static final long SLOW_NS = SECOND_NS / 2;
    /** A connection that lasted this long counts as a success; a shorter one counts as refused. */
    private static final long SUCCESS_NS = 10 * SECOND_NS;

    private final SwarmConfig config;
    private final RandomGenerator random;
    private final Map<PeerAddress, Candidate> candidates = new LinkedHashMap<>();
    /**
     * Candidates by the earliest time of their next dial. Useless ones are dropped when they come
     * up.
     */
    private final PriorityQueue<Candidate> waiting = new PriorityQueue<>();
    private int untried;
    private int added;
    private int dialling;
    private long nextDialNs = -BURST_NS;
    private long oneMoreNs;
    private long slowNs;
    /** The times of the last failed dials; null before the first one, as in most swarms. */
    private long[] failedNs;
    private int failed;

    private static final class Candidate implements Comparable<Candidate> {
        final PeerAddress address;
        final int sequence;
        int failures;
        long notBeforeNs;
        long dialledNs;
        boolean isWaiting;
        boolean isSelf;
        boolean isSeed;
        /** It waited without success. It is not dialled again until something changes. */
        boolean isDropped;

        Candidate(PeerAddress address, int sequence) {
            this.address = address;
            this.sequence = sequence;
        }

        @Override
        public int compareTo(Candidate other) {
            int order = Long.compare(notBeforeNs, other.notBeforeNs);
            return order != 0 ? order : Integer.compare(sequence, other.sequence);
        }
    }

    PeerSelection(SwarmConfig config, RandomGenerator random) {
        this.config = config;
        this.random = random;
    }

    /** Adds an address. Known and impossible addresses change nothing. */
    void add(PeerAddress address) {
        if (!DialRule.isPeer(address) || candidates.containsKey(address)) {
            return;
        }
        if (candidates.size() >= config.candidates() && !makeRoom()) {
            return;
        }
        Candidate candidate = new Candidate(address, added++);
        candidates.put(address, candidate);
        untried++;
        waitFor(candidate);
    }

    private void waitFor(Candidate candidate) {
        candidate.isWaiting = true;
        waiting.add(candidate);
    }

    /** Takes a candidate out of those that wait. */
    private void take(Candidate candidate) {
        candidate.isWaiting = false;
        untried -= candidate.failures == 0 ? 1 : 0;
    }

    /** All usable addresses, also those of dialled peers. A copy. */
    List<PeerAddress> addresses() {
        return List.copyOf(candidates.keySet());
    }

    /** The number of candidates without a dial so far. */
    int untried() {
        return untried;
    }

    /** How many addresses are known. */
    int known() {
        return candidates.size();
    }

    /** Dials under way. */
    int dialling() {
        return dialling;
    }

    /**
     * The next address to dial, or null if there is none now.
     *
     * @param connected connections that the swarm has already
     * @param complete whether this side has all pieces, so that dialling a seeder is useless
     */
    PeerAddress next(long nowNs, int connected, boolean complete, Suspects suspects) {
        if (!hasRoom(connected) || nowNs < dueNs(connected)) {
            return null;
        }
        Candidate candidate = first(complete, suspects);
        if (candidate == null || candidate.notBeforeNs > nowNs) {
            return null;
        }
        take(waiting.poll());
        candidate.dialledNs = nowNs;
        dialling++;
        // After a pause several dials may go out at once: a swarm connects in its first
        // milliseconds.
        nextDialNs = Math.max(nextDialNs, nowNs - BURST_NS) + SECOND_NS / config.dialsPerSecond();
        oneMoreNs = nowNs + ONE_MORE_NS;
        slowNs = nowNs + SLOW_NS;
        return candidate.address;
    }

    private boolean hasRoom(int connected) {
        return connected + dialling < config.maxDialled() && dialling < config.maxHalfOpen();
    }

    private long dueNs(int connected) {
        long dueNs = connected + dialling < config.dialledAtOnce() ? nextDialNs : Math.max(nextDialNs, oneMoreNs);
        if (failed < MANY_FAILED) {
            return dueNs;
        }
        long oldestNs = failedNs[failed % MANY_FAILED];
        return Math.max(dueNs, Math.min(oldestNs + MANY_FAILED_NS, slowNs));
    }

    private void onFailure(long nowNs) {
        if (failedNs == null) {
            failedNs = new long[MANY_FAILED];
        }
        failedNs[failed % MANY_FAILED] = nowNs;
        // Stays below twice the length.
        failed = failed + 1 < 2 * MANY_FAILED ? failed + 1 : MANY_FAILED;
    }

    /**
     * The time when {@link #next} may return an address without a further event;
     * {@code Long.MAX_VALUE} for never.
     */
    long nextDeadlineNs(int connected, boolean complete, Suspects suspects) {
        if (!hasRoom(connected)) {
            return Long.MAX_VALUE;
        }
        Candidate candidate = first(complete, suspects);
        return candidate == null ? Long.MAX_VALUE : Math.max(candidate.notBeforeNs, dueNs(connected));
    }

    /** The first candidate that is worth a dial, or null. */
    private Candidate first(boolean complete, Suspects suspects) {
        Candidate candidate = waiting.peek();
        while (candidate != null && (candidate.isSelf || complete && candidate.isSeed || suspects.isBanned(candidate.address))) {
            take(waiting.poll());
            candidate.isDropped = true;
            candidate = waiting.peek();
        }
        return candidate;
    }

    /** The dial led to a finished handshake, and the swarm accepts the peer. */
    void onConnected() {
        dialling--;
    }

    /**
     * The same.
     *
     * @return how long it took since the dial; 0 if the address was forgotten meanwhile
     */
    long onConnected(long nowNs, PeerAddress address) {
        onConnected();
        Candidate candidate = candidates.get(address);
        return candidate == null ? 0 : nowNs - candidate.dialledNs;
    }

    /** @param tried false if this host had no descriptor; then the address is not at fault */
    void onDialFailed(long nowNs, PeerAddress address, boolean tried) {
        if (tried) {
            onDialFailed(nowNs, address);
        } else {
            onNotDialled(nowNs, address);
        }
    }

    void onDialFailed(long nowNs, PeerAddress address) {
        dialling--;
        onFailure(nowNs);
        onUseless(nowNs, address, 0);
    }

    /** There was no dial. The address is tried again soon and does not count as failed. */
    void onNotDialled(long nowNs, PeerAddress address) {
        dialling--;
        Candidate candidate = candidates.get(address);
        if (candidate != null && !candidate.isWaiting) {
            untried += candidate.failures == 0 ? 1 : 0;
            candidate.notBeforeNs = nowNs + SECOND_NS;
            waitFor(candidate);
        }
    }

    /** A peer has finished its handshake. Returns the reason of a refusal, or null to accept it. */
    Refusal onVerdict(long nowNs, PeerConnection.Peer peer, Refusal refusal) {
        if (refusal != null && !peer.incoming()) {
            onRefused(nowNs, peer.address(), refusal);
        }
        return refusal;
    }

    /** The dial led to a finished handshake, but this side refuses the peer. */
    void onRefused(long nowNs, PeerAddress address, Refusal refusal) {
        dialling--;
        Candidate candidate = candidates.get(address);
        if (candidate != null) {
            candidate.isSelf = refusal == Refusal.SELF;
        }
        // If the peer dialled us, that connection may last for hours, so the next try can wait.
        onUseless(nowNs, address, refusal == Refusal.ALREADY_CONNECTED ? LAST_RETRY_NS : 0);
    }

    /** A connection that was dialled has ended after {@code lastedNs}. */
    void onDisconnected(long nowNs, PeerAddress address, boolean seed, long lastedNs) {
        Candidate candidate = candidates.get(address);
        // It waits already if it was forgotten and added again meanwhile.
        if (candidate != null && !candidate.isWaiting) {
            candidate.isSeed = seed;
            candidate.failures = lastedNs >= SUCCESS_NS ? 0 : candidate.failures;
            onUseless(nowNs, address, 0);
        }
    }

    /** @param restNs the shortest pause until the next dial */
    private void onUseless(long nowNs, PeerAddress address, long restNs) {
        Candidate candidate = candidates.get(address);
        if (candidate == null || candidate.isWaiting) {
            return;
        }
        if (++candidate.failures > MAX_FAILURES) {
            candidates.remove(address);
            return;
        }
        long waitNs = Math.min(LAST_RETRY_NS, FIRST_RETRY_NS << Math.min(candidate.failures - 1, 10));
        candidate.notBeforeNs = nowNs + Math.max(restNs, waitNs / 2 + random.nextLong(waitNs));
        waitFor(candidate);
    }

    private boolean makeRoom() {
        for (Iterator<Candidate> i = candidates.values().iterator(); i.hasNext();) {
            Candidate candidate = i.next();
            if (candidate.failures > 0 && candidate.isWaiting || candidate.isDropped) {
                waiting.remove(candidate);
                i.remove();
                return true;
            }
        }
        return false;
    }
}
