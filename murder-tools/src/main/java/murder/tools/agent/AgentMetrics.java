package murder.tools.agent;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import murder.engine.Engine;
import murder.engine.EngineStatistics;
import murder.engine.SlowCause;
import murder.order.SignedOrder;
import murder.tools.cli.CommandException;
import murder.tools.cli.Failures;
import murder.tracker.http.MetricsText;

/**
 * The figures of an agent at {@code /metrics}, in the text format of Prometheus, only on a loopback
 * address of its host. No label depends on orders or hosts, so the number of series is fixed. One
 * thread of the server.
 */
final class AgentMetrics implements Agent.Audience, Closeable {
    static final String PATH = "/metrics";
    private static final int BACKLOG = 8;

    private final HttpServer server;
    private final Engine engine;
    private volatile byte[] report = {};
    private volatile long serial = -1;

    private AgentMetrics(HttpServer server, Engine engine) {
        this.server = server;
        this.engine = engine;
    }

    /** @param port 0 for a free one */
    static AgentMetrics start(int port, Engine engine) throws CommandException {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), BACKLOG);
            AgentMetrics metrics = new AgentMetrics(server, engine);
            server.createContext(PATH, metrics::answer);
            server.start();
            return metrics;
        } catch (IOException e) {
            throw CommandException.failed("--metrics: cannot listen on port " + port + " of this host: " + Failures.describe(e), e);
        }
    }

    int port() {
        return server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            boolean isHere = exchange.getRequestURI().getPath().equals(PATH);
            boolean isGet = exchange.getRequestMethod().equals("GET");
            byte[] body = isHere && isGet ? text(AgentReport.parse(report)) : new byte[0];
            exchange.getResponseHeaders().set("Content-Type", MetricsText.CONTENT_TYPE);
            exchange.sendResponseHeaders(!isHere ? 404 : isGet ? 200 : 405, body.length == 0 ? -1 : body.length);
            if (body.length > 0) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    private byte[] text(List<AgentReport> lines) {
        EngineStatistics now = engine.statistics();
        Map<String, Integer> states = new LinkedHashMap<>();
        Map<String, Integer> causes = new LinkedHashMap<>();
        for (AgentState state : AgentState.values()) {
            states.put(state.word(), 0);
        }
        for (SlowCause cause : SlowCause.values()) {
            causes.put(cause.word(), 0);
        }
        for (AgentReport line : lines) {
            states.merge(line.state().word(), 1, Integer::sum);
            if (line.slow() != null) {
                causes.merge(line.slow().word(), 1, Integer::sum);
            }
        }
        return new MetricsText()
            .gauge("murder_agent_order_serial", "Serial of the newest order, -1 for none.", serial)
            .gauges("murder_agent_releases", "Releases that matter, by what the agent has of them.", "state", states)
            .gauges("murder_agent_fetches", "Releases that come, by what keeps them from coming faster.", "cause", causes)
            .gauge("murder_agent_torrents", "Payloads that come or are served.", now.torrents())
            .gauge("murder_agent_peers", "Connected peers.", now.peers())
            .gauge("murder_agent_disk_queue_bytes", "Payload that waits to be written and hashed.", now.diskQueueBytes())
            .counter("murder_agent_received_bytes_total", "Payload that came from peers.", now.downloadedBytes())
            .counter("murder_agent_sent_bytes_total", "Payload that went to peers.", now.uploadedBytes())
            .counter("murder_agent_wasted_bytes_total", "Payload that came twice or unasked for.", now.wastedBytes())
            .counter("murder_agent_hash_failed_bytes_total", "Bytes of pieces that failed their hash.", now.hashFailedBytes())
            .toBytes();
    }

    @Override
    public void onReport(byte[] newReport) {
        report = newReport;
    }

    @Override
    public void onOrder(SignedOrder signed) {
        serial = signed.order().serial();
    }

    @Override
    public boolean isNeeded() {
        return false;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
