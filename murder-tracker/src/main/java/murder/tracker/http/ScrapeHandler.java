package murder.tracker.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import murder.metainfo.InfoHash;
import murder.tracker.TrackerException;

/**
 * Answers scrapes (BEP 48). It lists all swarms only to the tracker's own host, because anybody
 * with an info-hash can join.
 */
final class ScrapeHandler implements HttpHandler {
    private static final byte[] NOT_ALL = Replies.failure("only the tracker's own host may list all torrents; name info hashes");
    private static final byte[] CLOSED = Replies.failure("the swarms of this tracker are closed; only its own host may ask for counts");

    private final SharedTable table;
    private final Callers callers;
    private final boolean closed;
    private final ServedSwarms served;

    /**
     * @param closed whether others than the tracker's own host hear only of open swarms
     * @param served tells which swarms are open
     */
    ScrapeHandler(SharedTable table, Callers callers, boolean closed, ServedSwarms served) {
        this.served = served;
        this.table = table;
        this.callers = callers;
        this.closed = closed;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        Answer.send(exchange, 200, Answer.TEXT, answer(exchange));
    }

    private byte[] answer(HttpExchange exchange) {
        try {
            List<InfoHash> hashes = new ArrayList<>();
            for (String hash : Query.parse(exchange.getRequestURI().getRawQuery()).all("info_hash")) {
                hashes.add(InfoHash.read(AnnounceQuery.twentyBytes("info_hash", hash)));
            }
            boolean areOpen = !hashes.isEmpty() && hashes.stream().allMatch(served::isOpen);
            if (closed && !areOpen && !callers.isLocal(exchange)) {
                return CLOSED;
            }
            if (hashes.isEmpty() && !callers.isLocal(exchange)) {
                return NOT_ALL;
            }
            return Replies.scrape(table.scrape(hashes));
        } catch (TrackerException e) {
            return Replies.failure(e.getMessage());
        }
    }
}
