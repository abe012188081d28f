package murder.tracker.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import murder.peer.PeerAddress;
import murder.tracker.AnnounceRequest;
import murder.tracker.TrackerException;

/** Answers announces (BEP 3, 7, 23). A refusal is an answer, too: status 200 and a failure reason. */
final class AnnounceHandler implements HttpHandler {
    private final SharedTable table;
    private final Callers callers;
    private final Seal.Check seals;

    /** @param seals lets only members announce; null if the swarms are open */
    AnnounceHandler(SharedTable table, Callers callers, Seal.Check seals) {
        this.table = table;
        this.callers = callers;
        this.seals = seals;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        Answer.send(exchange, 200, Answer.TEXT, answer(exchange));
    }

    private byte[] answer(HttpExchange exchange) {
        try {
            String raw = exchange.getRequestURI().getRawQuery();
            Query query = Query.parse(raw);
            AnnounceRequest request = AnnounceQuery.parse(query);
            PeerAddress source = callers.source(exchange);
            PeerAddress peer = seals == null ? source : seals.source(raw, query, request, source);
            return Replies.announce(request, table.announce(request, peer, Callers.here(exchange)));
        } catch (TrackerException e) {
            return Replies.failure(e.getMessage());
        }
    }
}
