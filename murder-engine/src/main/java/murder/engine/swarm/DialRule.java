package murder.engine.swarm;

import murder.peer.PeerAddress;

/**
 * Which addresses a tracker may name for this side to dial. Anybody can announce any address, so an
 * address must not lead to the services of this host, of its link, or of many hosts at once.
 *
 * @param loopback whether addresses of the host itself are dialled
 * @param linkLocal whether link-local addresses are dialled
 */
public record DialRule(boolean loopback, boolean linkLocal) {
    /**
     * A peer with a loopback or link-local address of its own may dial such addresses.
     *
     * @param own any number, null for none
     */
    public static DialRule ofPeerAt(PeerAddress... own) {
        boolean loopback = false;
        boolean linkLocal = false;
        for (PeerAddress address : own) {
            loopback |= address != null && address.isLoopback();
            linkLocal |= address != null && address.isLinkLocal();
        }
        return new DialRule(loopback, linkLocal);
    }

    /**
     * The same for the reply of a tracker on this host. Such a tracker hands out loopback addresses
     * only to callers on loopback.
     */
    public DialRule withLoopback() {
        return new DialRule(true, linkLocal);
    }

    /** Whether a tracker's word is enough to dial the address. */
    public boolean allows(PeerAddress address) {
        return isPeer(address) && (address.isRoutable() || loopback && address.isLoopback() || linkLocal && address.isLinkLocal());
    }

    /**
     * Whether the address can belong to one peer. An embedding program may name addresses of its
     * own host or link.
     */
    static boolean isPeer(PeerAddress address) {
        return address.port() != 0 && (address.isRoutable() || address.isLoopback() || address.isLinkLocal());
    }
}
