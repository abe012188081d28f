package murder.tracker.http;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import murder.tracker.httpserver.SelectorHttpProvider;

/** Makes the tracker's HTTP server. Only this class knows our provider. */
final class HttpServers {
    /** The time limit for a request, and for its answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** The threads of another provider. The JDK's provider needs one for each slow client. */
    private static final int MAX_THREADS = 1_000;

    private HttpServers() {}

    /** @param onFault called if the server ends by its own fault; only our provider calls it */
    static HttpServer bind(TrackerServerOptions options, Consumer<Throwable> onFault) throws IOException {
        try {
            return create(options, onFault);
        } catch (BindException e) {
            String host = options.bindAddress == null ? "" : options.bindAddress.getHostAddress() + " ";
            BindException told = new BindException("cannot listen on " + host + "port " + options.port + ": " + e.getMessage());
            told.initCause(e);
            throw told;
        }
    }

    private static HttpServer create(TrackerServerOptions options, Consumer<Throwable> onFault) throws IOException {
        InetSocketAddress address = options.bindAddress == null ? new InetSocketAddress(options.port)
            : new InetSocketAddress(options.bindAddress, options.port);
        if (options.provider == null) {
            return new SelectorHttpProvider(options.connections, PATIENCE, onFault).createHttpServer(address, options.backlog);
        }
        HttpServer server = options.provider.createHttpServer(address, options.backlog);
        // Threads start for waiting requests and end when idle.
        server.setExecutor(new ForkJoinPool(MAX_THREADS, ForkJoinPool.defaultForkJoinWorkerThreadFactory, null, true, 0, MAX_THREADS, 1,
            null, PATIENCE.toSeconds(), TimeUnit.SECONDS));
        return server;
    }
}
