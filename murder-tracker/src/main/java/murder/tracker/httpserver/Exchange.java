package murder.tracker.httpserver;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpPrincipal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/** A request and its response, which is sent after the handler returns. */
final class Exchange extends HttpExchange {
    private static final System.Logger LOG = System.getLogger(Exchange.class.getName());
    private static final Set<String> OURS = Set.of("Date", "Connection", "Content-length", "Transfer-encoding");
    private final RequestHead head; // Null if the request has none.
    private final boolean isHead;
    private final InetSocketAddress remote;
    private final InetSocketAddress local;
    private final HttpContext context;
    private final Headers responseHeaders = new Headers();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream(0);
    private InputStream in;
    private OutputStream out = body;
    private int status = -1;
    /** The argument of {@link #sendResponseHeaders}: 0 is any length, -1 is no body. */
    private long announced;

    Exchange(RequestHead head, SocketChannel channel, HttpContext context) throws IOException {
        this.head = head;
        this.isHead = head != null && head.method.equals("HEAD");
        this.remote = (InetSocketAddress) channel.getRemoteAddress();
        this.local = (InetSocketAddress) channel.getLocalAddress();
        this.context = context;
    }

    /** Calls the filters and the handler. If they fail, only this request fails. */
    void run(byte[] requestBody) {
        in = new ByteArrayInputStream(requestBody);
        try {
            // The chain must not call the first filter too: the JVM would compile the handler's code twice.
            List<Filter> filters = List.copyOf(context.getFilters());
            if (filters.isEmpty()) {
                context.getHandler().handle(this);
            } else {
                filters.get(0).doFilter(this, new Filter.Chain(filters.subList(1, filters.size()), context.getHandler()));
            }
            if (hasBody() && announced != 0 && body.size() != Math.max(0, announced)) {
                throw new IOException("the handler sent " + body.size() + " bytes and announced " + announced);
            }
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "a request for " + context.getPath() + " failed", e);
            fail(500);
        }
    }

    void fail(int newStatus) {
        responseHeaders.clear();
        body.reset();
        status = newStatus;
    }

    private boolean hasBody() {
        return status != 204 && status != 304 && !isHead;
    }

    /** The response as bytes; null if the handler wants the connection closed without one. */
    ByteBuffer message(boolean stays, String date) {
        if (status < 0) {
            return null;
        }
        StringBuilder text = new StringBuilder(256).append("HTTP/1.1 ").append(status).append(status == 200 ? " OK" : " ")
            .append("\r\nDate: ").append(date).append("\r\nConnection: ").append(stays ? "keep-alive" : "close");
        String length = hasBody() ? Integer.toString(body.size()) : isHead ? responseHeaders.getFirst("Content-Length") : null;
        text.append(length == null ? "" : "\r\nContent-Length: " + length);
        responseHeaders.forEach((name, values) -> {
            if (!OURS.contains(name)) {
                values.forEach(value -> text.append("\r\n").append(name).append(": ").append(value));
            }
        });
        byte[] bytes = text.append("\r\n\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        byte[] content = hasBody() ? body.toByteArray() : new byte[0];
        return ByteBuffer.allocate(bytes.length + content.length).put(bytes).put(content).flip();
    }

    @Override
    public void sendResponseHeaders(int newStatus, long length) throws IOException {
        if (status >= 0 || newStatus < 200 || newStatus > 999 || length > SelectorHttpServer.MAX_HELD_BYTES) {
            throw new IOException("headers were sent before, or status " + newStatus + " or length " + length + " is not supported");
        }
        status = newStatus;
        announced = length;
        // HEAD has the length that GET would have, if the handler says so (RFC 9110 section 9.3.2).
        if (isHead && length > 0) {
            responseHeaders.set("Content-Length", Long.toString(length));
        }
    }

    /** Does nothing: the response is sent after the handler returns. */
    @Override public void close() {}
    @Override public Headers getRequestHeaders() { return head.fields; }
    @Override public Headers getResponseHeaders() { return responseHeaders; }
    @Override public URI getRequestURI() { return head.uri; }
    @Override public String getRequestMethod() { return head.method; }
    @Override public HttpContext getHttpContext() { return context; }
    @Override public InputStream getRequestBody() { return in; }
    @Override public OutputStream getResponseBody() { return out; }
    @Override public InetSocketAddress getRemoteAddress() { return remote; }
    @Override public int getResponseCode() { return status; }
    @Override public InetSocketAddress getLocalAddress() { return local; }
    @Override public String getProtocol() { return head.protocol; }
    @Override public Object getAttribute(String name) { return context.getAttributes().get(name); }
    @Override public void setAttribute(String name, Object value) { context.getAttributes().put(name, value); }
    @Override public HttpPrincipal getPrincipal() { return null; }

    @Override
    public void setStreams(InputStream newIn, OutputStream newOut) {
        in = newIn == null ? in : newIn;
        out = newOut == null ? out : newOut;
    }
}
