package murder.tools.run;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.UnresolvedAddressException;
import murder.peer.PeerAddress;
import murder.tools.cli.CommandException;
import murder.tracker.IpLiteral;

/** Finds the address that a peer binds and announces. */
public final class LocalAddress {
    private LocalAddress() {
    }

    /** @param ip an address or name of this host */
    public static InetAddress parse(String ip) throws CommandException {
        try {
            return InetAddress.getByName(ip);
        } catch (UnknownHostException e) {
            throw CommandException.failed("IP '" + ip + "' is neither an address nor a known name; give an address of this host", e);
        }
    }

    /**
     * The local address from which packets to the target leave. Connecting a datagram socket looks
     * the route up and sends nothing.
     *
     * <p>A host often resolves its own name to loopback, as Debian does with 127.0.1.1. Other hosts
     * resolve it to another address, so then all addresses are bound: the tracker tells others
     * where they reached it, and there they find this host.
     *
     * @param target not resolved; may be null
     * @return null if there is no target, no such name, no route, a name of this host, or a name
     *     with addresses of both families: then all addresses are bound and trackers see for
     *     themselves
     */
    static InetAddress routeTo(InetSocketAddress target) {
        if (target == null) {
            return null;
        }
        try (DatagramChannel channel = DatagramChannel.open()) {
            if (hasBothFamilies(InetAddress.getAllByName(target.getHostString()))) {
                return null;
            }
            channel.connect(new InetSocketAddress(target.getHostString(), target.getPort()));
            InetAddress local = ((InetSocketAddress) channel.getLocalAddress()).getAddress();
            return local.isAnyLocalAddress() || local.isLoopbackAddress() && !isLoopbackEverywhere(target.getHostString()) ? null : local;
        } catch (IOException | UnresolvedAddressException e) {
            return null;
        }
    }

    /**
     * Whether some hosts may reach the target by IPv4 alone and others by IPv6. Loopback is no way
     * for other hosts.
     */
    static boolean hasBothFamilies(InetAddress... addresses) {
        int families = 0;
        for (InetAddress address : addresses) {
            families |= address.isLoopbackAddress() ? 0 : address instanceof Inet4Address ? 1 : 2;
        }
        return families == 3;
    }

    /**
     * What this host's name means on it, if that is loopback: {@code 127.0.1.1} on Debian.
     *
     * @return empty if its name means an address that others may reach, or nothing
     */
    public static String loopbackOfOwnName() {
        try {
            InetAddress own = InetAddress.getLocalHost();
            return loopback(own.getHostName(), own);
        } catch (UnknownHostException e) {
            return ""; // Nobody can be misled by it.
        }
    }

    /**
     * The address that a name means, if that is loopback on this host, although other hosts must
     * take it for this one.
     *
     * @param address of the name; null if unknown
     * @return empty if there is no such trap
     */
    public static String loopback(String name, InetAddress address) {
        return address != null && address.isLoopbackAddress() && !isLoopbackEverywhere(name) ? address.getHostAddress() : "";
    }

    /** Whether the text means loopback on each host, so that only peers of this host are meant. */
    static boolean isLoopbackEverywhere(String host) {
        PeerAddress literal = IpLiteral.parse(host, 0);
        return literal == null ? host.equalsIgnoreCase("localhost") : literal.isLoopback();
    }
}
