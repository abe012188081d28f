package murder.tracker;

import murder.peer.PeerAddress;

/** The addresses at which a caller can reach peers. Made for one answer. */
final class Reach {
    private final boolean isIpv4;
    private final boolean isLocal;
    /**
     * The address of the tracker's host at which the request arrived; null if it is unknown, or if
     * no other host can reach it.
     */
    private final PeerAddress here;

    /**
     * @param source where the caller's request came from
     * @param here where it arrived, or null
     */
    Reach(PeerAddress source, PeerAddress here) {
        this.isIpv4 = source.isIpv4();
        this.isLocal = source.isLoopback();
        this.here = here == null || !here.isRoutable() ? null : here;
    }

    /** Whether the caller can reach the peer. */
    boolean reaches(SwarmPeer peer) {
        return isLocal || here != null || !address(peer).isLoopback();
    }

    /**
     * The address of a peer for the caller. A peer with addresses of both families has the one of
     * the caller's family. A peer that announces from loopback runs on the tracker's host: other
     * hosts reach it at the tracker's address.
     *
     * @param peer that it {@link #reaches}
     */
    PeerAddress to(SwarmPeer peer) {
        PeerAddress address = address(peer);
        return isLocal || !address.isLoopback() ? address : here.withPort(address.port());
    }

    private PeerAddress address(SwarmPeer peer) {
        return peer.second != null && peer.second.isIpv4() == isIpv4 ? peer.second : peer.announced.address();
    }
}
