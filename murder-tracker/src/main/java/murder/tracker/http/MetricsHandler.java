package murder.tracker.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import murder.tracker.ScrapeResponse;
import murder.tracker.SwarmOptions;

/**
 * Figures in the text format of Prometheus, version 0.0.4. Only for the tracker's own host and for
 * the ranges that it trusts. No label depends on strangers or hosts, so the number of series is
 * fixed.
 *
 * @param fleet null for none
 */
record MetricsHandler(SharedTable table, Fleet fleet, Callers callers, SwarmOptions options, LongSupplier failedRequests)
    implements HttpHandler {
    static final String PATH = "/metrics";
    private static final byte[] NOT_HERE = Text.latin1("only the tracker's own host and trusted ranges may see its metrics\n");

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        if (options.isTrusted(callers.source(exchange).withPort(0))) {
            Answer.send(exchange, 200, Answer.METRICS, text().getBytes(StandardCharsets.UTF_8));
        } else {
            Answer.send(exchange, 403, Answer.TEXT, NOT_HERE);
        }
    }

    private String text() {
        long complete = 0;
        long incomplete = 0;
        long downloaded = 0;
        Map<?, ScrapeResponse.Counts> swarms = table.scrape(List.of()).swarms();
        for (ScrapeResponse.Counts counts : swarms.values()) {
            complete += counts.complete();
            incomplete += counts.incomplete();
            downloaded += counts.downloaded();
        }
        StringBuilder out = new StringBuilder(2048);
        one(out, "murder_tracker_swarms", "gauge", "Swarms that the tracker knows.", swarms.size());
        head(out, "murder_tracker_peers", "gauge", "Peers in all swarms.");
        out.append("murder_tracker_peers{state=\"complete\"} ").append(complete).append('\n');
        out.append("murder_tracker_peers{state=\"incomplete\"} ").append(incomplete).append('\n');
        // A dropped swarm loses its count, so this is not a counter.
        one(out, "murder_tracker_downloads", "gauge", "Completed downloads of the swarms that the tracker knows.", downloaded);
        one(out, "murder_tracker_failed_requests_total", "counter", "Requests that failed by a fault of the tracker.",
            failedRequests.getAsLong());
        if (fleet != null) {
            fleet(out);
        }
        return out.toString();
    }

    private void fleet(StringBuilder out) {
        List<LiveFleet.Host> hosts = fleet.live().hosts();
        Map<String, Integer> counts = LiveFleet.states(hosts);
        one(out, "murder_fleet_agents", "gauge", "Agents that announce.", fleet.board().present());
        one(out, "murder_fleet_order_serial", "gauge", "Serial of the newest order, -1 for none.", fleet.board().serial());
        head(out, "murder_fleet_hosts", "gauge", "Hosts by what they report of the running deploy.");
        for (String state : LiveFleet.STATES) {
            out.append("murder_fleet_hosts{state=\"").append(state).append("\"} ").append(counts.getOrDefault(state, 0)).append('\n');
        }
        one(out, "murder_fleet_receive_bytes_per_second", "gauge", "Payload that all hosts receive.",
            hosts.stream().mapToLong(LiveFleet.Host::bytesPerSecond).sum());
    }

    private static void one(StringBuilder out, String name, String type, String help, long value) {
        head(out, name, type, help);
        out.append(name).append(' ').append(value).append('\n');
    }

    private static void head(StringBuilder out, String name, String type, String help) {
        out.append("# HELP ").append(name).append(' ').append(help).append("\n# TYPE ").append(name).append(' ').append(type).append('\n');
    }
}
