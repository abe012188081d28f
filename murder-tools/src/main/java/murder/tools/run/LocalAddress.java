package murder.tools.run;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.UnresolvedAddressException;
import murder.tools.cli.CommandException;

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
     * The local address from which packets to the target leave. Connecting a datagram socket looks the route up and sends nothing.
     *
     * @param target not resolved; may be null
     * @return null if there is no target, no such name or no route: then all addresses are bound and trackers see for themselves
     */
    static InetAddress routeTo(InetSocketAddress target) {
        if (target == null) {
            return null;
        }
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.connect(new InetSocketAddress(target.getHostString(), target.getPort()));
            InetAddress local = ((InetSocketAddress) channel.getLocalAddress()).getAddress();
            return local.isAnyLocalAddress() ? null : local;
        } catch (IOException | UnresolvedAddressException e) {
            return null;
        }
    }
}
