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
     * up the route and sends no packet.
     *
     * <p>A host often resolves its own name to loopback, as Debian does with 127.0.1.1. Other hosts
     * resolve it to another address. Then the peer binds all addresses, and the tracker hands out
     * the address at which others reached it.
     *
     * @param target not resolved; may be null
     * @return null without a target or a route, or if the name is unknown, is this host's own or
     *     has addresses of both families; then the peer binds all addresses, and trackers use the
     *     address that they see
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
     * Whether some hosts may reach the target only over IPv4 and others only over IPv6. Loopback
     * does not count.
     */
    static boolean hasBothFamilies(InetAddress... addresses) {
        int families = 0;
        for (InetAddress address : addresses) {
            families |= address.isLoopbackAddress() ? 0 : address instanceof Inet4Address ? 1 : 2;
        }
        return families == 3;
    }

    /**
     * The loopback address to which this host's name resolves here: {@code 127.0.1.1} on Debian.
     *
     * @return empty if it resolves to another address, or to none
     */
    public static String loopbackOfOwnName() {
        try {
            InetAddress own = InetAddress.getLocalHost();
            return loopback(own.getHostName(), own);
        } catch (UnknownHostException e) {
            return ""; // It cannot mislead anybody.
        }
    }

    /**
     * The loopback address to which a name resolves on this host, although the name means another
     * host elsewhere.
     *
     * @param address of the name; null if unknown
     * @return empty if there is no such problem
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
