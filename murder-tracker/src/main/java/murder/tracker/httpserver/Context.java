package murder.tracker.httpserver;

import com.sun.net.httpserver.Authenticator;
import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A path with its handler and filters. Any thread may call any method. */
final class Context extends HttpContext {
    private final HttpServer server;
    private final String path;
    private final Map<String, Object> attributes = new ConcurrentHashMap<>();
    private final List<Filter> filters = new CopyOnWriteArrayList<>();
    private volatile HttpHandler handler;

    Context(HttpServer server, String path, HttpHandler handler) {
        this.server = server;
        this.path = path;
        this.handler = handler;
    }

    @Override public HttpHandler getHandler() { return handler; }
    @Override public void setHandler(HttpHandler newHandler) { handler = newHandler; }
    @Override public String getPath() { return path; }
    @Override public HttpServer getServer() { return server; }
    @Override public Map<String, Object> getAttributes() { return attributes; }
    @Override public List<Filter> getFilters() { return filters; }
    @Override public Authenticator getAuthenticator() { return null; }
    @Override public Authenticator setAuthenticator(Authenticator to) { throw new UnsupportedOperationException("no authenticators"); }
}
