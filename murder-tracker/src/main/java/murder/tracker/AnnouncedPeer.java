package murder.tracker;

import java.util.Objects;
import murder.peer.PeerAddress;
import murder.peer.PeerId;

/**
 * A peer in a tracker's reply.
 *
 * @param address where the peer listens
 * @param peerId the peer's id, or null if the reply does not have it, for example a compact one
 */
public record AnnouncedPeer(PeerAddress address, PeerId peerId) {
    /**
     * Checks that there is an address.
     *
     * @param address not null
     * @param peerId any, or null
     */
    public AnnouncedPeer {
        Objects.requireNonNull(address, "address");
    }
}
