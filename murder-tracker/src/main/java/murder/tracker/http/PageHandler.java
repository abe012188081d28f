package murder.tracker.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.util.List;

/** Shows the swarms to people on the tracker's host. */
final class PageHandler implements HttpHandler {
    private static final byte[] NOT_HERE = Text.latin1("this is a Murder tracker; only its own host may list the torrents\n");

    private final SharedTable table;
    private final Callers callers;

    PageHandler(SharedTable table, Callers callers) {
        this.table = table;
        this.callers = callers;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        if (callers.isLocal(exchange)) {
            Answer.send(exchange, 200, Answer.HTML, IndexPage.render(table.scrape(List.of())));
        } else {
            Answer.send(exchange, 403, Answer.TEXT, NOT_HERE);
        }
    }
}
