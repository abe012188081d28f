package murder.tracker.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;

/** Sends a complete answer. No cache may keep it. */
final class Answer {
    /**
     * Headers are made once: checking names and values would cost a new tracker more than the rest
     * of an answer.
     */
    static final Headers TEXT = headers("text/plain");
    static final Headers HTML = headers("text/html; charset=utf-8");
    static final Headers JSON = headers("application/json");
    static final Headers BYTES = headers("application/octet-stream");
    static final Headers METRICS = headers(MetricsText.CONTENT_TYPE);
    static final Headers TORRENT = headers("application/x-bittorrent");

    private Answer() {}

    private static Headers headers(String type) {
        Headers headers = new Headers();
        headers.set("Content-Type", type);
        headers.set("Cache-Control", "no-store");
        headers.set("Pragma", "no-cache");
        return headers;
    }

    /** @param headers one of those above */
    static void send(HttpExchange exchange, int status, Headers headers, byte[] body) throws IOException {
        exchange.getResponseHeaders().putAll(headers);
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
            exchange.sendResponseHeaders(status, -1);
        } else {
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }
}
