package murder.wire.nio;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import murder.peer.PeerAddress;

/** Converts between the pure {@link PeerAddress} and the addresses of {@code java.net}. */
public final class Addresses {
    private Addresses() {}

    public static InetSocketAddress toSocketAddress(PeerAddress address) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(address.addressBytes()), address.port());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of 4 or 16 bytes was refused: " + address, e);
        }
    }

    /** @throws IllegalArgumentException if the address is an unresolved name */
    public static PeerAddress of(InetSocketAddress address) {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("unresolved address " + address);
        }
        return PeerAddress.of(address.getAddress().getAddress(), address.getPort());
    }
}
