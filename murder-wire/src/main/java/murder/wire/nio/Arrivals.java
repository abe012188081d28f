package murder.wire.nio;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import murder.peer.PeerAddress;

/**
 * Limits the rate of connections from one address. Each accepted connection costs a handshake and a
 * decision, so a stranger who always reconnects at once could occupy a core. Many hosts behind one
 * gateway may all connect at the start, and later one after the other. For the loop's thread.
 */
final class Arrivals {
    /** The burst of connections from an address. A swarm has no more places. */
    static final int AT_ONCE = 40;
    /** The interval of connections after the burst. */
    static final long EVERY_NS = TimeUnit.SECONDS.toNanos(2);
    /** The limit of stored addresses. A forgotten one restarts with a full burst. */
    private static final int MAX_HOSTS = 4096;

    /**
     * The time when a host has its full burst again, the last arrivals at the end (GCRA, ITU-T
     * I.371).
     */
    private final Map<PeerAddress, Long> evenNs = new LinkedHashMap<>();

    /** Whether to serve a connection from this address now. */
    boolean mayCome(PeerAddress remote, long nowNs) {
        PeerAddress host = host(remote);
        Long before = evenNs.remove(host);
        long even = Math.max(before == null ? nowNs : before, nowNs);
        boolean mayCome = even - nowNs <= (AT_ONCE - 1) * EVERY_NS;
        evenNs.put(host, mayCome ? even + EVERY_NS : even);
        if (evenNs.size() > MAX_HOSTS) {
            Iterator<PeerAddress> eldest = evenNs.keySet().iterator();
            eldest.next();
            eldest.remove();
        }
        return mayCome;
    }

    /** Of an IPv6 address its /64, because one host may own all of it. */
    private static PeerAddress host(PeerAddress remote) {
        return new PeerAddress(remote.high(), remote.isIpv4() || remote.isLoopback() ? remote.low() : 0, 0);
    }

    int size() {
        return evenNs.size();
    }
}
