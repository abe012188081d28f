package murder.tracker.http;

import com.sun.net.httpserver.HttpExchange;
import java.net.InetSocketAddress;
import murder.peer.PeerAddress;
import murder.tracker.IpLiteral;
import murder.tracker.SwarmOptions;

/**
 * Where requests come from. A proxy on the tracker's host, or one that
 * {@link SwarmOptions#isTrusted} names, names its client in {@code X-Forwarded-For}; the header
 * counts from no other address.
 */
record Callers(SwarmOptions options) {
    private static final String FORWARDED_FOR = "X-Forwarded-For";

    PeerAddress source(HttpExchange exchange) {
        PeerAddress source = address(exchange.getRemoteAddress());
        String forwarded = options.isTrusted(source) ? exchange.getRequestHeaders().getFirst(FORWARDED_FOR) : null;
        if (forwarded == null) {
            return source;
        }
        // The last one is what the trusted proxy itself saw; what stands before it came from the
        // client.
        PeerAddress client = IpLiteral.parse(forwarded.substring(forwarded.lastIndexOf(',') + 1).trim(), source.port());
        return client == null ? source : client;
    }

    /** Where the request arrived. */
    static PeerAddress here(HttpExchange exchange) {
        return address(exchange.getLocalAddress());
    }

    /** Whether the caller is on the tracker's host, and may see what strangers may not. */
    boolean isLocal(HttpExchange exchange) {
        return source(exchange).isLoopback();
    }

    private static PeerAddress address(InetSocketAddress address) {
        return PeerAddress.of(address.getAddress().getAddress(), address.getPort());
    }
}
