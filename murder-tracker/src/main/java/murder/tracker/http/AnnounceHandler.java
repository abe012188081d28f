package murder.tracker.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import murder.tracker.AnnounceRequest;
import murder.tracker.TrackerException;

/** Answers announces (BEP 3, 7, 23). A refusal is an answer, too: status 200 and a failure reason. */
final class AnnounceHandler implements HttpHandler {
    private final SharedTable table;
    private final Callers callers;

    AnnounceHandler(SharedTable table, Callers callers) {
        this.table = table;
        this.callers = callers;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        Answer.send(exchange, 200, Answer.TEXT, answer(exchange));
    }

    private byte[] answer(HttpExchange exchange) {
        try {
            AnnounceRequest request = AnnounceQuery.parse(Query.parse(exchange.getRequestURI().getRawQuery()));
            return Replies.announce(request, table.announce(request, callers.source(exchange), Callers.here(exchange)));
        } catch (TrackerException e) {
            return Replies.failure(e.getMessage());
        }
    }
}
