package murder.tracker.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.UnresolvedAddressException;
import java.util.Enumeration;

/**
 * Finds an address at which other hosts probably reach this one: its own name may resolve to
 * loopback here.
 */
final class LocalHost {
    /**
     * An address for documentation (RFC 5737). Only the default route leads to it. Nothing is sent
     * there.
     */
    private static final InetSocketAddress ANYWHERE = new InetSocketAddress("192.0.2.1", 9);

    private LocalHost() {}

    /** The source address of the default route; else any reachable address; else loopback. */
    static InetAddress address() {
        try (DatagramChannel channel = DatagramChannel.open()) {
            InetAddress local = ((InetSocketAddress) channel.connect(ANYWHERE).getLocalAddress()).getAddress();
            return Lookup.isRoutable(local) ? local : ofInterfaces();
        } catch (IOException | UnresolvedAddressException e) {
            return ofInterfaces(); // There is no default route.
        }
    }

    private static InetAddress ofInterfaces() {
        try {
            Enumeration<NetworkInterface> interfaces = NetworkInterface.getNetworkInterfaces();
            while (interfaces.hasMoreElements()) {
                Enumeration<InetAddress> addresses = interfaces.nextElement().getInetAddresses();
                while (addresses.hasMoreElements()) {
                    InetAddress address = addresses.nextElement();
                    if (Lookup.isRoutable(address)) {
                        return address;
                    }
                }
            }
        } catch (SocketException e) {
            return InetAddress.getLoopbackAddress(); // The system does not list its interfaces.
        }
        return InetAddress.getLoopbackAddress();
    }
}
