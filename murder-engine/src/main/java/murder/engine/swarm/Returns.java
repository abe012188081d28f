package murder.engine.swarm;

import java.util.LinkedHashMap;
import java.util.Map;
import murder.peer.PeerAddress;
import murder.peer.PeerId;

/**
 * Decides when a peer may return after it was closed for useless messages. It has to wait for a
 * pause, which doubles each time. Such a peer may return under another name. So for two minutes
 * each new name of its host has to come twice: the first connection is refused, and another one
 * after the shortest pause is not. An honest peer behind the same address loses an attempt or two,
 * and no more.
 *
 * <p>A host can use any IPv6 address of its network, so there the network counts as the host. On
 * loopback many peers share the address, so there a new name may come at once.
 */
final class Returns {
    /** The first pause. An honest peer that is refused dials again soon after it. */
    static final long FIRST_PAUSE_NS = 1_000_000_000L;
    static final long LAST_PAUSE_NS = 64 * FIRST_PAUSE_NS;
    /**
     * A host is watched for this time after its last fault. For a peer without fault for this time
     * after its pause, the next one is the first again.
     */
    static final long WATCH_NS = 120 * FIRST_PAUSE_NS;

    /** The peers that wait, or have waited, the latest at the end. */
    private final Map<Bans.Identity, Pause> pauses = new LinkedHashMap<>();
    /** The end of the watch by host, the latest at the end. */
    private final Map<PeerAddress, Long> watched = new LinkedHashMap<>();

    private record Pause(long lengthNs, long endsNs) {
        static Pause from(long nowNs, long lengthNs) {
            return new Pause(lengthNs, nowNs + lengthNs);
        }
    }

    /** A peer was closed for useless messages. */
    void onClosed(long nowNs, PeerAddress address, PeerId peerId) {
        PeerAddress host = host(address);
        Bans.Identity identity = Bans.Identity.of(host, peerId);
        Pause before = pauses.remove(identity);
        boolean isFirst = before == null || nowNs - before.endsNs >= WATCH_NS;
        Bans.put(pauses, identity, Pause.from(nowNs, isFirst ? FIRST_PAUSE_NS : Math.min(2 * before.lengthNs, LAST_PAUSE_NS)));
        if (!host.isLoopback()) {
            watched.remove(host);
            Bans.put(watched, host, nowNs + WATCH_NS);
        }
    }

    /** Whether to refuse a peer that has finished its handshake. It may come later. */
    boolean mustWait(long nowNs, PeerAddress address, PeerId peerId) {
        if (pauses.isEmpty()) {
            return false;
        }
        PeerAddress host = host(address);
        Bans.Identity identity = Bans.Identity.of(host, peerId);
        Pause pause = pauses.get(identity);
        if (pause != null) {
            return nowNs < pause.endsNs;
        }
        boolean isWatched = nowNs < watched.getOrDefault(host, Long.MIN_VALUE);
        if (isWatched) {
            Bans.put(pauses, identity, Pause.from(nowNs, FIRST_PAUSE_NS));
        }
        return isWatched;
    }

    private static PeerAddress host(PeerAddress address) {
        return Bans.hasNetwork(address) ? new PeerAddress(address.high(), 0, 0) : address.withPort(0);
    }
}
