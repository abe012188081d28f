package murder.tracker.http;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What all requests pass. It lets GET and HEAD through, for exactly the path of the context:
 * contexts alone match every path that begins with theirs. A context that is a folder, such as
 * {@code /torrents/}, gets all below it. A fault of a handler becomes status 500 and is counted.
 * Only that request fails, and the tracker continues.
 */
final class RequestFilter extends Filter {
    private static final System.Logger LOG = System.getLogger(RequestFilter.class.getName());
    private static final byte[] NOT_ALLOWED = Text.latin1("a tracker is asked with GET or HEAD\n");
    private static final byte[] NOT_FOUND = Text.latin1("your file may exist elsewhere in the universe\nbut alas, not here\n");
    private static final byte[] FAULT = Text.latin1("a fault of the tracker\n");

    private final AtomicLong faults = new AtomicLong();

    @Override
    public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
        try {
            String method = exchange.getRequestMethod();
            if (!method.equals("GET") && !method.equals("HEAD")) {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                Answer.send(exchange, 405, Answer.TEXT, NOT_ALLOWED);
            } else if (!matches(exchange.getHttpContext().getPath(), exchange.getRequestURI().getRawPath())) {
                Answer.send(exchange, 404, Answer.TEXT, NOT_FOUND);
            } else {
                chain.doFilter(exchange);
            }
        } catch (RuntimeException e) {
            log(faults.incrementAndGet(), e);
            if (exchange.getResponseCode() < 0) {
                Answer.send(exchange, 500, Answer.TEXT, FAULT);
            } else {
                exchange.close();
            }
        }
    }

    private static boolean matches(String context, String path) {
        boolean isFolder = context.length() > 1 && context.endsWith("/");
        return isFolder ? path != null && path.startsWith(context) : context.equals(path);
    }

    /**
     * Logs the 1st, the 2nd, the 4th and so on, so that a stranger with such a request cannot fill
     * the disk.
     */
    private static void log(long count, RuntimeException e) {
        if (Long.bitCount(count) == 1) {
            LOG.log(System.Logger.Level.ERROR, "fault " + count + " of the tracker in a request, which gets status 500", e);
        }
    }

    long faults() {
        return faults.get();
    }

    @Override
    public String description() {
        return "GET and HEAD, exact path, faults of handlers";
    }
}
