package murder.benchmarks.load;

import com.sun.net.httpserver.spi.HttpServerProvider;
import java.io.IOException;
import java.net.InetAddress;
import murder.tracker.http.TrackerServer;
import murder.tracker.http.TrackerServerOptions;

/**
 * A tracker on the JDK's HTTP server, on a free port of 127.0.0.1, until its standard input ends.
 */
final class JdkTracker {
    private JdkTracker() {}

    public static void main(String[] args) throws IOException {
        // The JDK reads them once, before the first server. The times are seconds, whatever the
        // documents say.
        System.setProperty("sun.net.httpserver.maxReqTime", "10");
        System.setProperty("sun.net.httpserver.maxRspTime", "10");
        System.setProperty("sun.net.httpserver.nodelay", "true");
        try (TrackerServer tracker = TrackerServer.start(TrackerServerOptions.builder().bindAddress(InetAddress.getByName("127.0.0.1"))
                .port(0).provider(HttpServerProvider.provider()).build())) {
            System.out.println("tracker listens on http://127.0.0.1:" + tracker.port() + "/announce");
            while (System.in.read() >= 0) {
                continue; // Only the end matters.
            }
        }
    }
}
