package murder.tracker.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import murder.metainfo.InfoHash;
import murder.tracker.TrackerException;

/** Answers scrapes (BEP 48). */
final class ScrapeHandler implements HttpHandler {
    private final SharedTable table;

    ScrapeHandler(SharedTable table) {
        this.table = table;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        Answer.send(exchange, 200, Answer.TEXT, answer(exchange.getRequestURI().getRawQuery()));
    }

    private byte[] answer(String query) {
        try {
            List<InfoHash> hashes = new ArrayList<>();
            for (String hash : Query.parse(query).all("info_hash")) {
                hashes.add(InfoHash.read(AnnounceQuery.twentyBytes("info_hash", hash)));
            }
            return Replies.scrape(table.scrape(hashes));
        } catch (TrackerException e) {
            return Replies.failure(e.getMessage());
        }
    }
}
