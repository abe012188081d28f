package murder.tracker;

import java.util.Comparator;
import murder.peer.PeerAddress;

/**
 * The peers of one swarm that come from one source: an IPv4 address, or a /64 of IPv6, which one
 * host may own. A list holds them, the newest first.
 */
final class Holding {
    /** The greediest first; of equal ones the oldest. */
    static final Comparator<Holding> GREEDIEST = Comparator.<Holding>comparingInt(holding -> -holding.count)
        .thenComparingLong(holding -> holding.number);

    final Swarm swarm;
    /** What {@link #source} made of the address. */
    final PeerAddress source;
    /**
     * Whether {@link #source} is loopback. Hosts and tests in one process share such an address,
     * and nobody else can send from one.
     */
    final boolean isLoopback;
    /** Tells holdings of equal size apart. */
    final long number;
    int count;
    SwarmPeer newest;
    /** The answer in which peers of this holding were counted last, and their number there. */
    private long answer;
    private int inAnswer;

    Holding(Swarm swarm, PeerAddress source, long number) {
        this.swarm = swarm;
        this.source = source;
        this.isLoopback = source.isLoopback();
        this.number = number;
    }

    /** Under which limits count an address: itself, or its /64. */
    static PeerAddress source(PeerAddress address) {
        return address.isIpv4() || address.isLoopback() ? address.withPort(0) : new PeerAddress(address.high(), 0, 0);
    }

    /**
     * Counts one more of its peers in an answer. Peers on the tracker's own host count for nothing.
     */
    int countIn(long thisAnswer) {
        inAnswer = isLoopback ? 0 : answer == thisAnswer ? inAnswer + 1 : 1;
        answer = thisAnswer;
        return inAnswer;
    }

    void add(SwarmPeer peer) {
        count++;
        peer.older = newest;
        if (newest != null) {
            newest.newer = peer;
        }
        newest = peer;
    }

    void remove(SwarmPeer peer) {
        count--;
        if (peer.newer == null) {
            newest = peer.older;
        } else {
            peer.newer.older = peer.older;
        }
        if (peer.older != null) {
            peer.older.newer = peer.newer;
        }
        peer.newer = null;
        peer.older = null;
    }
}
