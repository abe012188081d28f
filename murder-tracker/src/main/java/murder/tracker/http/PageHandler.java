package murder.tracker.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.util.List;

/** Shows the swarms to people. */
final class PageHandler implements HttpHandler {
    private final SharedTable table;

    PageHandler(SharedTable table) {
        this.table = table;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        Answer.send(exchange, 200, Answer.HTML, IndexPage.render(table.scrape(List.of())));
    }
}
