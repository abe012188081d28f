package murder.engine.swarm;

import java.util.List;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import murder.wire.Bitfield;

/** Decides which connections a swarm accepts, and which ones it closes to make room. */
final class Admission {
    /** If two dials cross within this time, both ends agree on the connection that stays. */
    private static final long CROSSED_DIALS_NS = 2_000_000_000L;
    /**
     * Connections that one address may keep. A host needs one, but there may be several hosts
     * behind one address. Further connections make room for other hosts.
     */
    static final int PLACES_PER_ADDRESS = 4;
    /**
     * A new connection stays for this time, because it needs time to show its use. So does a new
     * swarm.
     */
    static final long TRIAL_NS = 5_000_000_000L;
    /**
     * Traffic counts over one to two of these intervals. On slow links with many hosts a useful
     * connection may move nothing for a minute.
     */
    private static final long RECENT_NS = 60_000_000_000L;
    /**
     * A newcomer displaces a working connection only if the others move this many times as much on
     * average.
     */
    private static final int TRICKLE = 16;
    /**
     * The interval between displacements of working connections: newcomers must not displace all of
     * them.
     */
    private static final long DISPLACE_NS = 10_000_000_000L;

    private final SwarmConfig config;
    private final PeerId self;
    private final Bitfield have;
    private final List<PeerConnection> peers;
    private int dialled;
    private long trialEndsNs = Long.MAX_VALUE;
    private long displaceNs;

    /** The traffic of one connection. */
    static final class Seat {
        private long markNs;
        private long bytesAtMark;
        private long bytesBefore;
    }

    /**
     * @param have the pieces that are here, a live view
     * @param peers the connections, a live view
     */
    Admission(SwarmConfig config, PeerId self, Bitfield have, List<PeerConnection> peers) {
        this.config = config;
        this.self = self;
        this.have = have;
        this.peers = peers;
    }

    /**
     * The verdict on a new peer.
     *
     * @param refusal the reason of a refusal, or null
     * @param leaving the connection that it replaces, or null
     * @param reason why that one leaves
     */
    record Verdict(Refusal refusal, PeerConnection leaving, Refusal reason) {
        private static final Verdict TAKEN = new Verdict(null, null, null);

        private static Verdict refused(Refusal refusal) {
            return new Verdict(refusal, null, null);
        }

        private static Verdict replaces(PeerConnection leaving, Refusal reason) {
            return new Verdict(null, leaving, reason);
        }
    }

    Verdict judge(long nowNs, PeerConnection.Peer peer) {
        if (peer.peerId().equals(self)) {
            return Verdict.refused(Refusal.SELF);
        }
        for (PeerConnection other : peers) {
            if (isSamePeer(other.address(), other.peerId(), peer)) {
                return isDialToKeep(nowNs, other.connectedNs, other.isIncoming(), peer, self)
                    ? Verdict.replaces(other, Refusal.ALREADY_CONNECTED) : Verdict.refused(Refusal.ALREADY_CONNECTED);
            }
        }
        if (peers.size() < places()) {
            return Verdict.TAKEN;
        }
        return makeRoom(nowNs, peer);
    }

    private Verdict makeRoom(long nowNs, PeerConnection.Peer newcomer) {
        PeerConnection useless = useless(nowNs);
        if (useless != null) {
            return Verdict.replaces(useless, Refusal.USELESS);
        }
        PeerConnection slowest = slowest(nowNs, newcomer);
        if (slowest != null && moved(slowest) == 0 && nowNs - slowest.connectedNs >= RECENT_NS) {
            return Verdict.replaces(slowest, Refusal.DISPLACED);
        }
        PeerConnection crowd = oneOfTheLargestCrowd(newcomer.address());
        if (crowd != null) {
            return Verdict.replaces(crowd, Refusal.CROWD);
        }
        boolean isOwed = !newcomer.incoming() && dialled < config.reserved();
        if (slowest == null || !isOwed && (nowNs < displaceNs || !isTrickle(slowest))) {
            return Verdict.refused(Refusal.SWARM_FULL);
        }
        displaceNs = nowNs + DISPLACE_NS;
        return Verdict.replaces(slowest, Refusal.DISPLACED);
    }

    /**
     * Whether a connection moved far less than the others. This does not hit honest peers with slow
     * links.
     */
    private boolean isTrickle(PeerConnection slowest) {
        long all = 0;
        for (PeerConnection peer : peers) {
            all += moved(peer);
        }
        return TRICKLE * moved(slowest) < all / peers.size();
    }

    // ---- who is here ----

    void onConnected(long nowNs, PeerConnection peer) {
        dialled += peer.isIncoming() ? 0 : 1;
        peer.seat.markNs = nowNs;
        if (trialEndsNs == Long.MAX_VALUE) {
            trialEndsNs = nowNs + TRIAL_NS;
        }
    }

    void onDisconnected(PeerConnection peer) {
        dialled -= peer.isIncoming() ? 0 : 1;
    }

    void onTick(long nowNs, PeerConnection peer) {
        Seat seat = peer.seat;
        if (nowNs - seat.markNs >= RECENT_NS) {
            seat.markNs = nowNs;
            seat.bytesBefore = seat.bytesAtMark;
            seat.bytesAtMark = bytes(peer);
        }
    }

    /**
     * The number of used places, up to the limit for dials. In the long run peers that dialled this
     * side count for at most half of these places, because they may all be attackers.
     */
    int taken(long nowNs) {
        int free = nowNs < trialEndsNs ? 0 : peers.size() - dialled - (config.maxDialled() - config.reserved());
        return peers.size() - Math.max(0, free);
    }

    private static long bytes(PeerConnection peer) {
        return peer.downloadedBytes() + peer.uploadedBytes();
    }

    private static long moved(PeerConnection peer) {
        return bytes(peer) - peer.seat.bytesBefore;
    }

    /**
     * Whether a second connection with a peer replaces the first one. If two dials crossed, the one
     * that the lower id dialled stays, on both sides.
     *
     * @param connectedNs when the first one was admitted
     * @param incoming whether the peer dialled the first one
     *
     * <p>A peer id alone proves nothing: each handshake shows it. An attacker with a seeder's id
     * could keep that seeder out. On loopback all peers may belong to one host with several
     * addresses.
     */
    static boolean isDialToKeep(long nowNs, long connectedNs, boolean incoming, PeerConnection.Peer peer, PeerId self) {
        boolean dialledByLower = peer.incoming() == (peer.peerId().compareTo(self) < 0);
        return dialledByLower && incoming != peer.incoming() && nowNs - connectedNs <= CROSSED_DIALS_NS;
    }

    static boolean isSamePeer(PeerAddress address, PeerId peerId, PeerConnection.Peer peer) {
        return peerId.equals(peer.peerId())
            && (isSameHost(address, peer.address()) || address.isLoopback() && peer.address().isLoopback());
    }

    static boolean isSameHost(PeerAddress a, PeerAddress b) {
        return a.high() == b.high() && a.low() == b.low();
    }

    /** Hosts that start together must not take the places of latecomers. */
    private int places() {
        return 5L * have.count() < have.size() ? config.firstConnections() : config.maxConnections();
    }

    /** Whether neither side wants a piece of the other. */
    private PeerConnection useless(long nowNs) {
        for (PeerConnection peer : peers) {
            if (!peer.amInterested() && !peer.peerInterested() && nowNs - peer.connectedNs > CROSSED_DIALS_NS) {
                return peer;
            }
        }
        return null;
    }

    /**
     * The connection with the fewest bytes that may leave. Dialled peers keep their share of the
     * places. A newcomer whose address has its places already displaces nobody.
     */
    private PeerConnection slowest(long nowNs, PeerConnection.Peer newcomer) {
        boolean isServed = newcomer.incoming() && count(newcomer.address()) >= PLACES_PER_ADDRESS;
        PeerConnection slowest = null;
        for (PeerConnection peer : peers) {
            boolean mayGo = nowNs - peer.connectedNs >= TRIAL_NS && (peer.isIncoming() || dialled > config.reserved())
                && (!isServed || isSameHost(peer.address(), newcomer.address()));
            if (mayGo && (slowest == null || moved(peer) < moved(slowest))) {
                slowest = peer;
            }
        }
        return slowest;
    }

    /**
     * The latest connection of the address with the most connections, if it has more than it needs
     * and more than the newcomer's address.
     */
    private PeerConnection oneOfTheLargestCrowd(PeerAddress newcomer) {
        int most = Math.max(PLACES_PER_ADDRESS, count(newcomer) + 1);
        PeerConnection found = null;
        for (PeerConnection peer : peers) {
            int count = count(peer.address());
            if (count > most || count == most && found != null && isSameHost(found.address(), peer.address())) {
                most = count;
                found = peer;
            }
        }
        return found;
    }

    private int count(PeerAddress address) {
        int count = 0;
        for (PeerConnection peer : peers) {
            count += isSameHost(peer.address(), address) ? 1 : 0;
        }
        return count;
    }
}
