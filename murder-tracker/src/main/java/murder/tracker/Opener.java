package murder.tracker;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Set;
import murder.peer.PeerAddress;

/** A source that opened swarms and still counts as their opener. */
final class Opener {
    /** The largest first; among equal ones the oldest. */
    static final Comparator<Opener> GREEDIEST = Comparator.<Opener>comparingInt(opener -> -opener.swarms.size())
        .thenComparingLong(opener -> opener.number);

    final PeerAddress source;
    private final long number;
    /** The oldest first. */
    final Set<Swarm> swarms = new LinkedHashSet<>();

    Opener(PeerAddress source, long number) {
        this.source = source;
        this.number = number;
    }

    /** Its smallest swarm; among equal ones the newest. */
    Swarm leastMissed() {
        Swarm least = null;
        for (Swarm swarm : swarms) {
            least = least == null || swarm.size() <= least.size() ? swarm : least;
        }
        return least;
    }
}
