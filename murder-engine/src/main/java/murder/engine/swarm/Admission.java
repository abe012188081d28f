package murder.engine.swarm;

import java.util.List;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import murder.wire.Bitfield;

/** Decides which connections a swarm accepts, and which ones it closes to make room. */
final class Admission {
    /**
     * Both ends of two dials that cross agree which one stays, if they see each other within this
     * time.
     */
    private static final long CROSSED_DIALS_NS = 2_000_000_000L;
    /**
     * A host needs one place, and behind one address there may be several hosts; further
     * connections make room for other hosts.
     */
    static final int PLACES_PER_ADDRESS = 4;
    /**
     * A connection needs some time to show its use. So does a swarm whose hosts have just found
     * each other.
     */
    static final long TRIAL_NS = 5_000_000_000L;
    /**
     * Traffic is counted over this time at least, and over twice this time at most. Where many
     * hosts share slow links, a connection may move nothing for a minute and still be needed.
     */
    private static final long RECENT_NS = 60_000_000_000L;
    /**
     * A connection that moves bytes is displaced only if the others move this many times as much on
     * average.
     */
    private static final int TRICKLE = 16;
    /**
     * A connection that moves bytes is displaced this seldom: newcomers must not drive out
     * everybody who works.
     */
    private static final long DISPLACE_NS = 10_000_000_000L;

    private final SwarmConfig config;
    private final PeerId self;
    private final Bitfield have;
    private final List<PeerConnection> peers;
    private int dialled;
    private long trialEndsNs = Long.MAX_VALUE;
    private long displaceNs;

    /** What one connection moved. */
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
     * What becomes of a peer.
     *
     * @param refusal why it is not taken, or null if it is
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
     * Whether a connection moved far less than the others. An honest peer with a slow link does
     * not.
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
     * How many of the places up to which this side dials are taken. In the long run peers that
     * dialled this side take no more than half of these places: they may all be strangers who came
     * for nothing else.
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
     * <p>A peer id alone proves nothing: each handshake shows it, and whoever takes the id of a
     * seeder would keep that seeder out. On the host itself all peers may be one host's, under
     * several addresses.
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

    /** Hosts that start when this side does must not take the places of later ones. */
    private int places() {
        return 5L * have.count() < have.size() ? config.firstConnections() : config.maxConnections();
    }

    /** A peer with which there is nothing to give or to take. */
    private PeerConnection useless(long nowNs) {
        for (PeerConnection peer : peers) {
            if (!peer.amInterested() && !peer.peerInterested() && nowNs - peer.connectedNs > CROSSED_DIALS_NS) {
                return peer;
            }
        }
        return null;
    }

    /**
     * The connection that moved the fewest bytes and may go. Peers that this side chose to dial
     * keep their share of the places. An address that has its places displaces nobody else.
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
     * The latest connection of the address with the most, if they are more than it needs and more
     * than the newcomer's address has.
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
