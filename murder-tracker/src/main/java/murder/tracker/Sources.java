package murder.tracker;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import murder.peer.PeerAddress;

/**
 * The share of each source in a {@link SwarmTable}. Sources with one peer and one swarm, like the
 * hosts of a fleet, are not sorted and cost no search.
 */
final class Sources {
    /** Holdings of two peers and more, in all swarms. */
    private final TreeSet<Holding> crowds = new TreeSet<>(Holding.GREEDIEST);
    private final Map<PeerAddress, Opener> openers = new HashMap<>();
    /** Those of two swarms and more. */
    private final TreeSet<Opener> greedyOpeners = new TreeSet<>(Opener.GREEDIEST);
    private long created;

    /** The largest holding in all swarms, or null if none has two peers. */
    Holding greediest() {
        return crowds.isEmpty() ? null : crowds.first();
    }

    /**
     * The source that opened the most swarms, if with one less it still has as many as the newcomer
     * with one more; else null.
     */
    Opener greediestOpener(PeerAddress newcomer) {
        Opener own = openers.get(newcomer);
        int has = own == null ? 0 : own.swarms.size();
        return greedyOpeners.isEmpty() || greedyOpeners.first().swarms.size() <= has + 1 ? null : greedyOpeners.first();
    }

    /** Counts a peer for its source, as the newest one. */
    void hold(SwarmPeer peer, PeerAddress source) {
        Swarm swarm = peer.swarm;
        Holding holding = swarm.holding(source);
        if (holding == null) {
            holding = new Holding(swarm, source, created++);
            swarm.holdings.put(source, holding);
        } else {
            unlist(holding);
        }
        holding.add(peer);
        peer.holding = holding;
        list(holding);
    }

    void release(SwarmPeer peer) {
        Holding holding = peer.holding;
        unlist(holding);
        holding.remove(peer);
        list(holding);
        if (holding.count == 0) {
            holding.swarm.holdings.remove(holding.source);
        }
    }

    private void list(Holding holding) {
        if (holding.count > 1) {
            crowds.add(holding);
            holding.swarm.crowds.add(holding);
        }
    }

    private void unlist(Holding holding) {
        if (holding.count > 1) {
            crowds.remove(holding);
            holding.swarm.crowds.remove(holding);
        }
    }

    /** The swarm gets its first peer, from this source. */
    void open(Swarm swarm, PeerAddress source) {
        Opener opener = openers.computeIfAbsent(source, key -> new Opener(key, created++));
        greedyOpeners.remove(opener);
        opener.swarms.add(swarm);
        swarm.opener = opener;
        if (opener.swarms.size() > 1) {
            greedyOpeners.add(opener);
        }
    }

    /** The swarm lost its last peer. */
    void close(Swarm swarm) {
        Opener opener = swarm.opener;
        greedyOpeners.remove(opener);
        opener.swarms.remove(swarm);
        swarm.opener = null;
        if (opener.swarms.size() > 1) {
            greedyOpeners.add(opener);
        } else if (opener.swarms.isEmpty()) {
            openers.remove(opener.source);
        }
    }

    /** @param opened how many swarms are not empty */
    void checkInvariants(int opened) {
        int counted = 0;
        for (Opener opener : openers.values()) {
            counted += opener.swarms.size();
            if (greedyOpeners.contains(opener) != opener.swarms.size() > 1) {
                throw new AssertionError(opener.source + " opened " + opener.swarms.size() + " swarms and is listed wrongly");
            }
        }
        if (counted != opened) {
            throw new AssertionError(counted + " of " + opened + " swarms have an opener");
        }
        for (Holding holding : crowds) {
            if (holding.swarm.holding(holding.source) != holding || !holding.swarm.crowds.contains(holding)) {
                throw new AssertionError(holding.source + " has " + holding.count + " peers in a swarm that does not know it");
            }
        }
    }
}
