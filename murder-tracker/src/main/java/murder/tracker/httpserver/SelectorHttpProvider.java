package murder.tracker.httpserver;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsServer;
import com.sun.net.httpserver.spi.HttpServerProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Makes HTTP/1.1 servers (RFC 9112) that serve all connections on one thread, handlers included.
 * Create it directly. It is not registered as a service, so other servers of a program stay.
 *
 * <p>A connection ends with its response, unless the request said {@code Connection: keep-alive},
 * had no body and was answered with 200. Responses are kept in memory. Unsupported requests get a
 * status, and their connection is closed: 400 for a malformed one, 413 or 431 above 64 KiB, 417 for
 * {@code Expect}, 501 for {@code Transfer-Encoding}. Bytes between a request and its response are
 * discarded. TLS, authenticators and executors throw {@link UnsupportedOperationException}.
 */
public final class SelectorHttpProvider extends HttpServerProvider {
    final int maxConnections;
    final long patienceNs;
    final Consumer<Throwable> onFault;

    /**
     * @param maxConnections held at once by each server; more wait in the backlog
     * @param patience limit for a connection's requests, and again for its last response
     * @param onFault called on the thread of a server that ends by a fault of its own
     */
    public SelectorHttpProvider(int maxConnections, Duration patience, Consumer<Throwable> onFault) {
        this.maxConnections = maxConnections;
        this.patienceNs = patience.toNanos();
        this.onFault = onFault;
    }

    @Override
    public HttpServer createHttpServer(InetSocketAddress address, int backlog) throws IOException {
        SelectorHttpServer server = new SelectorHttpServer(this);
        if (address != null) {
            server.bind(address, backlog);
        }
        return server;
    }

    @Override
    public HttpsServer createHttpsServer(InetSocketAddress address, int backlog) {
        throw new UnsupportedOperationException("this provider has no TLS");
    }
}
