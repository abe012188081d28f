package murder.tracker.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.util.Set;
import murder.peer.PeerAddress;
import murder.tracker.AnnounceRequest;
import murder.tracker.AnnounceResponse;
import murder.tracker.TrackerException;

/**
 * Answers announces (BEP 3, 7, 23). A refusal is an answer, too: status 200 and a failure reason.
 */
final class AnnounceHandler implements HttpHandler {
    private static final byte[] REFUSED = Text.latin1("announces of web pages are refused\n");

    private final SharedTable table;
    private final Callers callers;
    private final Seal.Check seals;
    private final Fleet fleet;
    private final ServedSwarms served;

    /**
     * @param seals refuses announces of others than members; null if the swarms are open
     * @param fleet with control swarms, which are always closed; null for none
     * @param served tells which swarms are open although there are seals
     */
    AnnounceHandler(SharedTable table, Callers callers, Seal.Check seals, Fleet fleet, ServedSwarms served) {
        this.fleet = fleet;
        this.served = served;
        this.table = table;
        this.callers = callers;
        this.seals = seals;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        if (isOfPage(exchange.getRequestHeaders())) {
            Answer.send(exchange, 403, Answer.TEXT, REFUSED);
        } else {
            Answer.send(exchange, 200, Answer.TEXT, answer(exchange));
        }
    }

    /**
     * Whether a web page sent this through a browser: with {@code <img>} any page could enter and
     * remove peers from its reader's address. Clients of swarms send none of these fields (Fetch
     * Metadata; RFC 9110 section 10.1.3; RFC 6454).
     */
    private static boolean isOfPage(Headers fields) {
        // In the spelling of Headers. A look-up in its map would convert each name again.
        Set<String> names = fields.keySet();
        return names.contains("Origin") || names.contains("Referer")
            || names.contains("Sec-fetch-site") && !"none".equalsIgnoreCase(fields.getFirst("Sec-Fetch-Site"));
    }

    private byte[] answer(HttpExchange exchange) {
        try {
            String raw = exchange.getRequestURI().getRawQuery();
            Query query = Query.parse(raw);
            AnnounceRequest request = AnnounceQuery.parse(query);
            PeerAddress source = callers.source(exchange);
            boolean isAgent = fleet != null && fleet.isControl(request.infoHash());
            Seal.Check check = isAgent ? fleet.seals() : served.isOpen(request.infoHash()) ? null : seals;
            PeerAddress peer = check == null ? source : check.source(raw, query, request, source);
            AnnounceResponse response = table.announce(request, peer, Callers.here(exchange));
            return Replies.announce(request, isAgent ? fleet.onAnnounce(request, peer.withPort(request.port()), response) : response);
        } catch (TrackerException e) {
            return Replies.failure(e.getMessage());
        }
    }
}
