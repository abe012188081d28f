package murder.tracker.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.util.LinkedHashMap;
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
    private static final String ONLY_HERE = "only the tracker's own host and the ranges of trust_ip may see its metrics";

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        if (options.isTrusted(callers.source(exchange).withPort(0))) {
            Answer.send(exchange, 200, Answer.METRICS, text());
        } else {
            Answer.send(exchange, 403, Answer.TEXT, Callers.notHere(exchange, ONLY_HERE, PATH));
        }
    }

    private byte[] text() {
        long complete = 0;
        long incomplete = 0;
        long downloaded = 0;
        Map<?, ScrapeResponse.Counts> swarms = table.scrape(List.of()).swarms();
        for (ScrapeResponse.Counts counts : swarms.values()) {
            complete += counts.complete();
            incomplete += counts.incomplete();
            downloaded += counts.downloaded();
        }
        Map<String, Long> peers = new LinkedHashMap<>();
        peers.put("complete", complete);
        peers.put("incomplete", incomplete);
        MetricsText out = new MetricsText().gauge("murder_tracker_swarms", "Swarms that the tracker knows.", swarms.size())
            .gauges("murder_tracker_peers", "Peers in all swarms.", "state", peers)
            // A dropped swarm loses its count, so this is not a counter.
            .gauge("murder_tracker_downloads", "Completed downloads of the swarms that the tracker knows.", downloaded)
            .counter("murder_tracker_failed_requests_total", "Requests that failed by a fault of the tracker.",
                failedRequests.getAsLong());
        if (fleet != null) {
            fleet(out);
        }
        return out.toBytes();
    }

    private void fleet(MetricsText out) {
        List<LiveFleet.Host> hosts = fleet.live().hosts();
        out.gauge("murder_fleet_agents", "Agents that announce.", fleet.board().present())
            .gauge("murder_fleet_order_serial", "Serial of the newest order, -1 for none.", fleet.board().serial())
            .gauges("murder_fleet_hosts", "Hosts by what they report of the running deploy.", "state",
                all(LiveFleet.STATES, LiveFleet.states(hosts)))
            .gauges("murder_fleet_busy_hosts", "Hosts at work, by what keeps them from being faster.", "cause",
                all(LiveFleet.CAUSES, LiveFleet.causes(hosts)))
            .gauge("murder_fleet_receive_bytes_per_second", "Payload that all hosts receive.",
                hosts.stream().mapToLong(LiveFleet.Host::bytesPerSecond).sum());
    }

    /** Each series is there from the start, so that a query finds it. */
    private static Map<String, Integer> all(List<String> names, Map<String, Integer> counts) {
        Map<String, Integer> all = new LinkedHashMap<>();
        names.forEach(name -> all.put(name, counts.getOrDefault(name, 0)));
        return all;
    }
}
