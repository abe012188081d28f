package murder.tracker.http;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Turns a fault of a handler into status 500 and counts it. Only that request fails, and the
 * tracker continues.
 */
final class FaultFilter extends Filter {
    private static final System.Logger LOG = System.getLogger(FaultFilter.class.getName());
    private static final byte[] FAULT = Text.latin1("a fault of the tracker\n");

    private final AtomicLong faults = new AtomicLong();

    @Override
    public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
        try {
            chain.doFilter(exchange);
        } catch (RuntimeException e) {
            log(faults.incrementAndGet(), e);
            if (exchange.getResponseCode() < 0) {
                Answer.send(exchange, 500, Answer.TEXT, FAULT);
            } else {
                exchange.close();
            }
        }
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
        return "faults of handlers";
    }
}
