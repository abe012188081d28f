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
import java.util.Map;

/** A request and its response, which is sent when the handler has returned. */
final class Exchange extends HttpExchange {
    private static final System.Logger LOG = System.getLogger(Exchange.class.getName());

    private final RequestHead head; // Null if what came has none.
    private final InetSocketAddress remote;
    private final InetSocketAddress local;
    private final HttpContext context;
    private final Headers responseHeaders = new Headers();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream(0);
    private InputStream requestBody;
    private OutputStream responseBody = body;
    private int status = -1;
    /** As told to {@link #sendResponseHeaders}: 0 is any length, -1 is no body. */
    private long announced;

    Exchange(RequestHead head, byte[] body, SocketChannel channel, HttpContext context) throws IOException {
        this.head = head;
        this.requestBody = new ByteArrayInputStream(body);
        this.remote = (InetSocketAddress) channel.getRemoteAddress();
        this.local = (InetSocketAddress) channel.getLocalAddress();
        this.context = context;
    }

    /** Calls the filters and the handler. Their failure costs this request. */
    void run() {
        try {
            new Filter.Chain(context.getFilters(), context.getHandler()).doFilter(this);
            if (hasBody() && announced != 0 && body.size() != Math.max(0, announced)) {
                throw new IOException("the handler sent " + body.size() + " bytes and announced " + announced);
            }
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "a request for " + context.getPath() + " failed", e);
            fail(500);
        }
    }

    /** Answers with a status alone. */
    void fail(int newStatus) {
        responseHeaders.clear();
        body.reset();
        announced = 0;
        status = newStatus;
    }

    private boolean isHead() {
        return head != null && head.method.equals("HEAD");
    }

    private boolean hasBody() {
        return status != 204 && status != 304 && !isHead();
    }

    /** The response as bytes; null if the handler wants the connection closed without one. */
    ByteBuffer message(boolean stays, String date) {
        if (status < 0) {
            return null;
        }
        StringBuilder out = new StringBuilder(256).append("HTTP/1.1 ").append(status).append(status == 200 ? " OK" : " ")
            .append("\r\nDate: ").append(date).append("\r\nConnection: ").append(stays ? "keep-alive" : "close");
        // HEAD has the length that GET would have, if the handler says so (RFC 9110 section 9.3.2).
        String length = isHead() && announced <= 0 ? responseHeaders.getFirst("Content-Length")
            : hasBody() ? Integer.toString(body.size()) : isHead() ? Long.toString(announced) : null;
        out.append(length == null ? "" : "\r\nContent-Length: " + length);
        for (Map.Entry<String, List<String>> field : responseHeaders.entrySet()) {
            String name = field.getKey();
            if (!name.equals("Date") && !name.equals("Connection") && !name.equals("Content-length") && !name.equals("Transfer-encoding")) {
                for (String value : field.getValue()) {
                    out.append("\r\n").append(name).append(": ").append(value);
                }
            }
        }
        byte[] bytes = out.append("\r\n\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        byte[] content = hasBody() ? body.toByteArray() : Client.NOTHING;
        return ByteBuffer.allocate(bytes.length + content.length).put(bytes).put(content).flip();
    }

    @Override
    public void sendResponseHeaders(int newStatus, long length) throws IOException {
        if (status >= 0 || newStatus < 200 || newStatus > 999 || length > SelectorHttpServer.MAX_HELD_BYTES) {
            throw new IOException("headers were sent before, or status " + newStatus + " or length " + length + " is not supported");
        }
        status = newStatus;
        announced = length;
    }

    /** Nothing: the response is sent when the handler has returned. */
    @Override public void close() {}
    @Override public Headers getRequestHeaders() { return head.fields(); }
    @Override public Headers getResponseHeaders() { return responseHeaders; }
    @Override public URI getRequestURI() { return head.uri; }
    @Override public String getRequestMethod() { return head.method; }
    @Override public HttpContext getHttpContext() { return context; }
    @Override public InputStream getRequestBody() { return requestBody; }
    @Override public OutputStream getResponseBody() { return responseBody; }
    @Override public InetSocketAddress getRemoteAddress() { return remote; }
    @Override public int getResponseCode() { return status; }
    @Override public InetSocketAddress getLocalAddress() { return local; }
    @Override public String getProtocol() { return head.protocol; }
    @Override public Object getAttribute(String name) { return context.getAttributes().get(name); }
    @Override public void setAttribute(String name, Object value) { context.getAttributes().put(name, value); }
    @Override public HttpPrincipal getPrincipal() { return null; }

    @Override
    public void setStreams(InputStream in, OutputStream out) {
        requestBody = in == null ? requestBody : in;
        responseBody = out == null ? responseBody : out;
    }
}
