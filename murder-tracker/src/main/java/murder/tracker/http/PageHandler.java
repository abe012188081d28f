package murder.tracker.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** Shows the swarms to people on the tracker's host. */
final class PageHandler implements HttpHandler {
    private static final String ONLY_HERE = "this is a Murder tracker, and its page is for its own host alone";
    /** Shows the swarms where there is a fleet, too. */
    static final String SWARMS = "/swarms";
    private static final String FLEET_PAGE = "fleet.html";

    private final SharedTable table;
    private final Callers callers;
    private final boolean hasFleet;

    /** @param hasFleet whether the page shows the hosts of a fleet */
    PageHandler(SharedTable table, Callers callers, boolean hasFleet) {
        this.hasFleet = hasFleet;
        this.table = table;
        this.callers = callers;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        if (!callers.isLocal(exchange)) {
            Answer.send(exchange, 403, Answer.TEXT, Callers.notHere(exchange, ONLY_HERE, "/"));
        } else if (hasFleet && !exchange.getRequestURI().getPath().equals(SWARMS)) {
            Answer.send(exchange, 200, Answer.HTML, fleetPage());
        } else {
            Answer.send(exchange, 200, Answer.HTML, IndexPage.render(table.scrape(List.of())));
        }
    }

    /** Always the same: its data comes from {@link LiveHandler}. */
    private static byte[] fleetPage() throws IOException {
        try (InputStream page = PageHandler.class.getResourceAsStream(FLEET_PAGE)) {
            return page.readAllBytes();
        }
    }
}
