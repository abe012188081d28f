package murder.tracker.httpserver;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/** The places of clients that come from one IPv4 address, or from one /64 of IPv6, which one host may have to itself. */
final class Place {
    final Object key;
    int clients;

    Place(Object key) {
        this.key = key;
    }

    static Object key(InetAddress address) {
        return address instanceof Inet6Address ? (Object) ByteBuffer.wrap(address.getAddress()).getLong() : address;
    }
}
