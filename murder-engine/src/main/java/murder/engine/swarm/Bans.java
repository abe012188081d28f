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
 * The banned peers of an engine: those that the embedding program names, and those that sent bad
 * data to any of its swarms. Pure; confined to the engine's thread.
 *
 * <p>Behind one address there may be several peers, so a verdict concerns one of them: its id at
 * that address, and the port that this side dialled. After three verdicts the address is banned. A
 * host can use any IPv6 address of its network. So after three verdicts a network of 64 bits is
 * banned, unless one of its peers sent a good piece. On loopback verdicts concern peer ids only.
 */
public final class Bans {
    /** Entries of each table. A full table drops the oldest, so strangers cannot make it grow. */
    private static final int LIMIT = 1000;
    /** This many verdicts ban an address, or a network. */
    private static final int MANY = 3;

    /** Hosts that the embedding program named, with port 0. */
    private final Set<PeerAddress> named = new LinkedHashSet<>();
    private int additions;
    /**
     * The host of each convicted peer, with port 0. The key is its {@link Identity}, or the dialled
     * {@link PeerAddress}.
     */
    private final Map<Object, PeerAddress> convicted = new LinkedHashMap<>();
    /** The number of verdicts by host, with port 0. */
    private final Map<PeerAddress, Integer> hosts = new LinkedHashMap<>();
    /** The same by the first 64 bits of IPv6 addresses that other hosts can reach. */
    private final Map<Long, Integer> networks = new LinkedHashMap<>();
    /** Networks with a peer that alone sent a good piece. */
    private final Map<Long, Boolean> honest = new LinkedHashMap<>();

    /**
     * A peer that may come back from another port.
     *
     * @param host with port 0, or null on loopback, where many peers share it
     */
    record Identity(PeerAddress host, PeerId peerId) {
        static Identity of(PeerAddress address, PeerId peerId) {
            return new Identity(address.isLoopback() ? null : address.withPort(0), peerId);
        }
    }

    /** The embedding program bans a host. @param host any port of it */
    public void add(PeerAddress host) {
        named.add(host.withPort(0));
        additions++;
    }

    /** The number of calls to {@link #add}. When it changes, a swarm checks its connections. */
    int additions() {
        return additions;
    }

    /** Lifts all bans of a host, whatever their origin, and the ban of its network. */
    public void remove(PeerAddress host) {
        named.remove(host.withPort(0));
        convicted.values().removeIf(host.withPort(0)::equals);
        hosts.remove(host.withPort(0));
        networks.remove(host.high());
    }

    /** Forgets all verdicts. The hosts of {@link #add} stay. */
    void clear() {
        convicted.clear();
        hosts.clear();
        networks.clear();
    }

    /**
     * The hosts of banned peers, with port 0, each once: first those that the embedding program
     * named.
     */
    public List<PeerAddress> hosts() {
        Set<PeerAddress> all = new LinkedHashSet<>(named);
        all.addAll(convicted.values());
        return new ArrayList<>(all);
    }

    /**
     * A peer sent bad data.
     *
     * @param dialled whether this side dialled the address, and so may do it again
     */
    void convict(PeerAddress address, PeerId peerId, boolean dialled) {
        put(convicted, Identity.of(address, peerId), address.withPort(0));
        if (dialled) {
            put(convicted, address, address.withPort(0));
        }
        if (!address.isLoopback()) {
            put(hosts, address.withPort(0), verdicts(address) + 1);
        }
        if (hasNetwork(address)) {
            put(networks, address.high(), networks.getOrDefault(address.high(), 0) + 1);
        }
    }

    /** The whole host of the peer is banned at once; on loopback the peer. */
    void condemn(PeerAddress address, PeerId peerId) {
        convict(address, peerId, false);
        if (!address.isLoopback()) {
            put(hosts, address.withPort(0), MANY);
        }
    }

    /** A peer alone sent a good piece. */
    void onGoodPiece(PeerAddress address) {
        if (hasNetwork(address) && !honest.containsKey(address.high())) {
            put(honest, address.high(), true);
        }
    }

    static <K, V> void put(Map<K, V> table, K key, V value) {
        table.put(key, value);
        if (table.size() > LIMIT) {
            table.remove(table.keySet().iterator().next());
        }
    }

    private int verdicts(PeerAddress address) {
        return hosts.getOrDefault(address.withPort(0), 0);
    }

    static boolean hasNetwork(PeerAddress address) {
        return !address.isIpv4() && address.isRoutable();
    }

    boolean isBanned(PeerAddress address, PeerId peerId) {
        return !isEmpty() && (isBanned(address) || convicted.containsKey(Identity.of(address, peerId)));
    }

    /** Whether dialling the address is useless. */
    boolean isBanned(PeerAddress address) {
        return !isEmpty() && (named.contains(address.withPort(0)) || convicted.containsKey(address) || verdicts(address) >= MANY
            || hasNetwork(address) && networks.getOrDefault(address.high(), 0) >= MANY && !honest.containsKey(address.high()));
    }

    private boolean isEmpty() {
        return named.isEmpty() && convicted.isEmpty() && hosts.isEmpty() && networks.isEmpty();
    }
}
