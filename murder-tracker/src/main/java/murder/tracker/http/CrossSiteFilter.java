package murder.tracker.http;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.Set;

/**
 * Refuses announces that a web page sends through a browser: with {@code <img>} any page could
 * enter and remove peers from its reader's address. Clients of swarms send none of these fields
 * (Fetch Metadata; RFC 9110 section 10.1.3; RFC 6454).
 */
final class CrossSiteFilter extends Filter {
    private static final byte[] REFUSED = Text.latin1("announces of web pages are refused\n");

    @Override
    public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
        Headers fields = exchange.getRequestHeaders();
        // In the spelling of Headers. A look-up in its map would convert each name again.
        Set<String> names = fields.keySet();
        boolean isOfPage = names.contains("Origin") || names.contains("Referer")
            || names.contains("Sec-fetch-site") && !"none".equalsIgnoreCase(fields.getFirst("Sec-Fetch-Site"));
        if (isOfPage) {
            Answer.send(exchange, 403, Answer.TEXT, REFUSED);
        } else {
            chain.doFilter(exchange);
        }
    }

    @Override
    public String description() {
        return "no announces of web pages";
    }
}
