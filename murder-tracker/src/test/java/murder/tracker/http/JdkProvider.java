package murder.tracker.http;

import com.sun.net.httpserver.spi.HttpServerProvider;

/**
 * The JDK's own HTTP server, with the properties that it needs among strangers. It reads them once,
 * when its classes are loaded.
 */
final class JdkProvider {
    static {
        System.setProperty("sun.net.httpserver.maxReqTime", "2"); // Seconds, whatever the documents say.
        System.setProperty("sun.net.httpserver.maxRspTime", "2");
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private JdkProvider() {}

    static HttpServerProvider get() {
        return HttpServerProvider.provider();
    }
}
