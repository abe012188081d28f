package murder.tracker.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import murder.metainfo.InfoHash;
import murder.peer.PeerAddress;
import murder.tracker.AnnounceRequest;
import murder.tracker.AnnounceResponse;
import murder.tracker.ScrapeResponse;
import murder.tracker.SwarmSnapshot;
import murder.tracker.SwarmTable;
import murder.tracker.TrackerException;

/**
 * Answers the requests of the tracker's protocol from the swarm table.
 */
final class TrackerHandler implements HttpListener.Handler {
    private static final String TEXT = "text/plain";
    private static final HttpAnswer NOT_FOUND = new HttpAnswer(404, TEXT,
        Text.latin1("your file may exist elsewhere in the universe\nbut alas, not here\n"));
    private static final HttpAnswer NOT_ALLOWED = new HttpAnswer(405, TEXT, Text.latin1("a tracker is asked with GET or HEAD\n"));
    static final HttpAnswer MALFORMED = new HttpAnswer(400, TEXT, Text.latin1("this is no request of HTTP/1\n"));
    static final HttpAnswer TOO_LONG = new HttpAnswer(431, TEXT, Text.latin1("the request is too long\n"));

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
    public HttpAnswer answer(HttpRequest request) {
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            return NOT_ALLOWED;
        }
        return switch (request.path()) {
            case "/announce", "/announce.php", "/tracker.php/announce" -> new HttpAnswer(200, TEXT, announce(request));
            case "/scrape", "/scrape.php", "/tracker.php/scrape" -> new HttpAnswer(200, TEXT, scrape(request));
            case "/", "/index.html" -> new HttpAnswer(200, "text/html; charset=utf-8", IndexPage.render(scrape(List.of())));
            default -> NOT_FOUND;
        };
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

    private byte[] announce(HttpRequest asked) {
        try {
            AnnounceRequest request = AnnounceQuery.parse(Query.parse(asked.query()));
            PeerAddress source = PeerAddress.of(asked.remote().getAddress().getAddress(), asked.remote().getPort());
            AnnounceResponse response;
            synchronized (table) {
                response = table.announce(request, source, nowNs());
            }
            return Replies.announce(request, response);
        } catch (TrackerException e) {
            return Replies.failure(e.getMessage());
        }
    }

    private byte[] scrape(HttpRequest asked) {
        try {
            List<InfoHash> hashes = new ArrayList<>();
            for (String hash : Query.parse(asked.query()).all("info_hash")) {
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
}
