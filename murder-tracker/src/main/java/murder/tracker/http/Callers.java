package murder.tracker.http;

import com.sun.net.httpserver.HttpExchange;
import java.net.InetSocketAddress;
import murder.peer.PeerAddress;
import murder.tracker.IpLiteral;
import murder.tracker.SwarmOptions;

/**
 * The sources of requests. A proxy on the tracker's host, or one that
 * {@link SwarmOptions#isTrusted} allows, names its client in {@code X-Forwarded-For}. From other
 * addresses the header does not count.
 */
record Callers(SwarmOptions options) {
    private static final String FORWARDED_FOR = "X-Forwarded-For";

    PeerAddress source(HttpExchange exchange) {
        PeerAddress source = address(exchange.getRemoteAddress());
        String forwarded = options.isTrusted(source) ? exchange.getRequestHeaders().getFirst(FORWARDED_FOR) : null;
        if (forwarded == null) {
            return source;
        }
        // The last one is the address that the trusted proxy saw. The client sent those before it.
        PeerAddress client = IpLiteral.parse(forwarded.substring(forwarded.lastIndexOf(',') + 1).trim(), source.port());
        return client == null ? source : client;
    }

    /** Where the request arrived. */
    static PeerAddress here(HttpExchange exchange) {
        return address(exchange.getLocalAddress());
    }

    /** Whether the caller is on the tracker's host, and may see more than strangers. */
    boolean isLocal(HttpExchange exchange) {
        return source(exchange).isLoopback();
    }

    /** A refusal for callers elsewhere, with the way to the page. @param who may see it */
    static byte[] notHere(HttpExchange exchange, String who, String path) {
        int port = exchange.getLocalAddress().getPort();
        return Text.latin1(who + ": open http://127.0.0.1:" + port + path + " on this host, or through ssh -L " + port + ":127.0.0.1:"
            + port + "\n");
    }

    private static PeerAddress address(InetSocketAddress address) {
        return PeerAddress.of(address.getAddress().getAddress(), address.getPort());
    }
}
