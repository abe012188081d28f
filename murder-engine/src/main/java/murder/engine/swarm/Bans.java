package murder.engine.swarm;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import murder.peer.PeerAddress;
import murder.peer.PeerId;

/**
 * Peers that an engine does not talk to: those that the embedder names, and those that sent bad data
 * to any of the engine's swarms. Pure; confined to the engine's thread.
 */
public final class Bans {
    /** Verdicts that are kept. Beyond this the oldest is dropped: a stranger cannot make the table grow. */
    private static final int MAX_VERDICTS = 1000;

    /** Hosts that the embedder named, with port 0. */
    private final Set<PeerAddress> named = new LinkedHashSet<>();
    private int additions;
    /** The host of each convicted peer, with port 0, by the peer's identity. */
    private final Map<Object, PeerAddress> convicted = new LinkedHashMap<>();

    /** What a peer cannot change by reconnecting: its host. On loopback many peers share that, so there it is the peer id. */
    static Object identity(PeerAddress address, PeerId peerId) {
        return address.isLoopback() ? peerId : address.withPort(0);
    }

    /** The embedder bans a host. @param host any port of it */
    public void add(PeerAddress host) {
        named.add(host.withPort(0));
        additions++;
    }

    /** How often {@link #add} was called: a swarm that sees another number looks at its connections. */
    int additions() {
        return additions;
    }

    /** Lifts all bans of a host, whoever made them. */
    public void remove(PeerAddress host) {
        named.remove(host.withPort(0));
        convicted.values().removeIf(host.withPort(0)::equals);
    }

    /** The banned hosts, with port 0, each once: first those that the embedder named. */
    public List<PeerAddress> hosts() {
        Set<PeerAddress> all = new LinkedHashSet<>(named);
        all.addAll(convicted.values());
        return new ArrayList<>(all);
    }

    void convict(PeerAddress address, PeerId peerId) {
        convicted.put(identity(address, peerId), address.withPort(0));
        if (convicted.size() > MAX_VERDICTS) {
            convicted.remove(convicted.keySet().iterator().next());
        }
    }

    boolean isBanned(PeerAddress address, PeerId peerId) {
        return !isEmpty() && (named.contains(address.withPort(0)) || convicted.containsKey(identity(address, peerId)));
    }

    /** Whether it is no use to dial the address. */
    boolean isBanned(PeerAddress address) {
        return !isEmpty() && (named.contains(address.withPort(0)) || convicted.containsKey(address.withPort(0)));
    }

    private boolean isEmpty() {
        return named.isEmpty() && convicted.isEmpty();
    }
}
