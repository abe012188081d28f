package murder.tracker;

import murder.peer.PeerAddress;

/**
 * Under which address a caller can reach a peer.
 *
 * @param source where the caller's request came from
 * @param here the address of the tracker's host at which that request arrived, or null if nobody knows
 */
record Reach(PeerAddress source, PeerAddress here) {
    /**
     * A peer with addresses of both families is told by that of the caller's. A peer that announces from loopback runs on the tracker's
     * host: other hosts reach it where they reach the tracker.
     *
     * @return null if the caller cannot reach the peer
     */
    PeerAddress to(SwarmPeer peer) {
        PeerAddress address = peer.announced.address();
        if (peer.second != null && peer.second.isIpv4() == source.isIpv4()) {
            address = peer.second;
        }
        if (!address.isLoopback() || source.isLoopback()) {
            return address;
        }
        return here == null || !here.isRoutable() ? null : here.withPort(address.port());
    }
}
