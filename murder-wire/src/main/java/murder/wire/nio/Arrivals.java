package murder.wire.nio;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import murder.peer.PeerAddress;

/**
 * Limits how often one address may connect. Each accepted connection costs a handshake and the
 * torrent's decision, so a stranger who reconnects at once after each close could keep a core busy.
 * Many hosts behind one gateway may all connect at the start, and later in turn. For the loop's
 * thread.
 */
final class Arrivals {
    /** Connections that an address may make at once. A swarm has no more places. */
    static final int AT_ONCE = 40;
    /** After that it may make one this often. */
    static final long EVERY_NS = TimeUnit.SECONDS.toNanos(2);
    /** Addresses that are remembered. A forgotten one begins again. */
    private static final int MAX_HOSTS = 4096;

    /** @param low 0 for IPv6, since one host may have a /64 to itself */
    private record Host(long high, long low) {}

    /**
     * When the address has made up for its connections; those that came last are at the end (GCRA,
     * ITU-T I.371).
     */
    private final Map<Host, Long> evenNs = new LinkedHashMap<>();

    /** Whether a connection from there may be served now. */
    boolean mayCome(PeerAddress remote, long nowNs) {
        Host host = new Host(remote.high(), remote.isIpv4() || remote.isLoopback() ? remote.low() : 0);
        Long before = evenNs.remove(host);
        long even = Math.max(before == null ? nowNs : before, nowNs);
        boolean mayCome = even - nowNs <= (AT_ONCE - 1) * EVERY_NS;
        evenNs.put(host, mayCome ? even + EVERY_NS : even);
        if (evenNs.size() > MAX_HOSTS) {
            Iterator<Host> eldest = evenNs.keySet().iterator();
            eldest.next();
            eldest.remove();
        }
        return mayCome;
    }

    int size() {
        return evenNs.size();
    }
}
