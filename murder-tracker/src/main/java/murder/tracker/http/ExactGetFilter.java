package murder.tracker.http;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;

/**
 * Passes GET and HEAD on, for exactly the path of the context: contexts alone match every path that
 * begins with theirs. A context that is a folder, such as {@code /torrents/}, gets all below it.
 */
final class ExactGetFilter extends Filter {
    private static final byte[] NOT_ALLOWED = Text.latin1("a tracker is asked with GET or HEAD\n");
    private static final byte[] NOT_FOUND = Text.latin1("your file may exist elsewhere in the universe\nbut alas, not here\n");

    @Override
    public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
        String method = exchange.getRequestMethod();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            exchange.getResponseHeaders().set("Allow", "GET, HEAD");
            Answer.send(exchange, 405, Answer.TEXT, NOT_ALLOWED);
        } else if (!matches(exchange.getHttpContext().getPath(), exchange.getRequestURI().getRawPath())) {
            Answer.send(exchange, 404, Answer.TEXT, NOT_FOUND);
        } else {
            chain.doFilter(exchange);
        }
    }

    private static boolean matches(String context, String path) {
        boolean isFolder = context.length() > 1 && context.endsWith("/");
        return isFolder ? path != null && path.startsWith(context) : context.equals(path);
    }

    @Override
    public String description() {
        return "GET and HEAD, exact path";
    }
}
