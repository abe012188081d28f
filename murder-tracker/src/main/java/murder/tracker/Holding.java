package murder.tracker;

import java.util.Comparator;
import murder.peer.PeerAddress;

/**
 * The peers of one swarm from one source: an IPv4 address, or a /64 of IPv6, which one host may
 * own. They are in a list, the newest first.
 */
final class Holding {
    /** The largest first; among equal ones the oldest. */
    static final Comparator<Holding> GREEDIEST = Comparator.<Holding>comparingInt(holding -> -holding.count)
        .thenComparingLong(holding -> holding.number);

    final Swarm swarm;
    /** The source of its peers, see {@link #source}. */
    final PeerAddress source;
    /**
     * Whether {@link #source} is loopback. Hosts and tests in one process share such an address,
     * and nobody else can send from one.
     */
    final boolean isLoopback;
    /** Distinguishes holdings of equal size. */
    final long number;
    int count;
    SwarmPeer newest;
    /** The last answer with peers of this holding, and their number in it. */
    private long answer;
    private int inAnswer;

    Holding(Swarm swarm, PeerAddress source, long number) {
        this.swarm = swarm;
        this.source = source;
        this.isLoopback = source.isLoopback();
        this.number = number;
    }

    /** The unit of all limits for an address: the address itself, or its /64. */
    static PeerAddress source(PeerAddress address) {
        return address.isIpv4() || address.isLoopback() ? address.withPort(0) : new PeerAddress(address.high(), 0, 0);
    }

    /** Counts one more of its peers in an answer. Peers on the tracker's own host do not count. */
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
