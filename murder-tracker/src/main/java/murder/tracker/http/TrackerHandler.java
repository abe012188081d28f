package murder.tracker.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import murder.metainfo.InfoHash;
import murder.tracker.AnnounceRequest;
import murder.tracker.AnnounceResponse;
import murder.tracker.ScrapeResponse;
import murder.tracker.SwarmSnapshot;
import murder.tracker.SwarmTable;
import murder.tracker.TrackerException;
import murder.wire.PeerAddress;

/**
 * Answers the requests of the tracker's protocol from the swarm table. Every connection ends with its reply: a host comes back after
 * seconds, and ten thousand idle connections would serve nobody.
 */
final class TrackerHandler implements HttpHandler {
    private static final byte[] NOT_FOUND = Text.latin1("your file may exist elsewhere in the universe\nbut alas, not here\n");
    private static final byte[] NOT_ALLOWED = Text.latin1("a tracker is asked with GET or HEAD\n");
    private static final String TEXT = "text/plain";

    /** Guarded by itself: requests are few microseconds each. */
    private final SwarmTable table;
    private final LongSupplier clock;
    private long lastNs;

    /** @param clock nanoseconds, monotonic from near 0 */
    TrackerHandler(SwarmTable table, LongSupplier clock) {
        this.table = table;
        this.clock = clock;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try {
            String method = exchange.getRequestMethod();
            if (!method.equals("GET") && !method.equals("HEAD")) {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                respond(exchange, 405, TEXT, NOT_ALLOWED);
                return;
            }
            switch (exchange.getRequestURI().getPath()) {
                case "/announce", "/announce.php", "/tracker.php/announce" -> respond(exchange, 200, TEXT, announce(exchange));
                case "/scrape", "/scrape.php", "/tracker.php/scrape" -> respond(exchange, 200, TEXT, scrape(exchange));
                case "/", "/index.html" -> respond(exchange, 200, "text/html; charset=utf-8", IndexPage.render(scrape(List.of())));
                default -> respond(exchange, 404, TEXT, NOT_FOUND);
            }
        } finally {
            exchange.close();
        }
    }

    /** Serves only these torrents from now on. */
    void allowOnly(Map<InfoHash, String> names) {
        synchronized (table) {
            table.allowOnly(names);
        }
    }

    List<SwarmSnapshot> snapshot() {
        synchronized (table) {
            table.onTime(nowNs());
            return table.snapshot();
        }
    }

    int restore(List<SwarmSnapshot> swarms) {
        synchronized (table) {
            return table.restore(swarms, nowNs());
        }
    }

    ScrapeResponse scrape(List<InfoHash> hashes) {
        synchronized (table) {
            return table.scrape(hashes, nowNs());
        }
    }

    private byte[] announce(HttpExchange exchange) {
        try {
            AnnounceRequest request = AnnounceQuery.parse(Query.parse(exchange.getRequestURI().getRawQuery()));
            InetSocketAddress remote = exchange.getRemoteAddress();
            PeerAddress source = PeerAddress.of(remote.getAddress().getAddress(), remote.getPort());
            AnnounceResponse response;
            synchronized (table) {
                response = table.announce(request, source, nowNs());
            }
            return Replies.announce(request, response);
        } catch (TrackerException e) {
            return Replies.failure(e.getMessage());
        }
    }

    private byte[] scrape(HttpExchange exchange) {
        try {
            List<InfoHash> hashes = new ArrayList<>();
            for (String hash : Query.parse(exchange.getRequestURI().getRawQuery()).all("info_hash")) {
                hashes.add(InfoHash.read(AnnounceQuery.twentyBytes("info_hash", hash)));
            }
            return Replies.scrape(scrape(hashes));
        } catch (TrackerException e) {
            return Replies.failure(e.getMessage());
        }
    }

    /** The clock, read under the table's lock, so that the table sees time go forward only. */
    private long nowNs() {
        lastNs = Math.max(lastNs, clock.getAsLong());
        return lastNs;
    }

    private static void respond(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.getResponseHeaders().set("Pragma", "no-cache");
        exchange.getResponseHeaders().set("Connection", "close");
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        exchange.sendResponseHeaders(status, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }
}
