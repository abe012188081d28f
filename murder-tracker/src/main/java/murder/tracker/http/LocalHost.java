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
 * Finds an address under which other hosts are likely to reach this one: its own name may mean
 * loopback here.
 */
final class LocalHost {
    /**
     * For documentation (RFC 5737), so no network is nearer to it than the default route. Nothing
     * is sent there.
     */
    private static final InetSocketAddress ANYWHERE = new InetSocketAddress("192.0.2.1", 9);

    private LocalHost() {}

    /**
     * The address from which packets leave by the default route, else any that others may reach,
     * else loopback.
     */
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
            return InetAddress.getLoopbackAddress(); // The system does not tell its interfaces.
        }
        return InetAddress.getLoopbackAddress();
    }
}
