package murder.tracker.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Answers the live page of a fleet, every second, on the tracker's host: counts, what keeps hosts
 * from being faster, the completion curve, one character for each host, and the slowest
 * {@link #MAX_ROWS} hosts. With 10,000 hosts the answer has about 30 kB.
 */
final class LiveHandler implements HttpHandler {
    static final String PATH = "/live";
    static final int MAX_ROWS = 100;
    private static final byte[] NOT_HERE = Text.latin1("only the tracker's own host may see the fleet\n");

    private final Fleet fleet;
    private final SharedTable table;
    private final Callers callers;

    LiveHandler(Fleet fleet, SharedTable table, Callers callers) {
        this.fleet = fleet;
        this.table = table;
        this.callers = callers;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        if (callers.isLocal(exchange)) {
            Answer.send(exchange, 200, Answer.JSON, json().getBytes(StandardCharsets.UTF_8));
        } else {
            Answer.send(exchange, 403, Answer.TEXT, NOT_HERE);
        }
    }

    private String json() {
        List<LiveFleet.Host> hosts = fleet.live().hosts();
        StringBuilder out = new StringBuilder(1 << 15);
        out.append("{\"fleet\":");
        Text.json(Text.printable(fleet.name(), 200), out);
        out.append(",\"serial\":").append(fleet.board().serial()).append(",\"total\":").append(hosts.size()).append(",\"done\":")
            .append(hosts.stream().filter(LiveFleet.Host::isDone).count()).append(",\"states\":{");
        LiveFleet.states(hosts).forEach((state, count) -> separate(out).append('"').append(state).append("\":").append(count));
        out.append("},\"causes\":{");
        LiveFleet.causes(hosts).forEach((cause, count) -> separate(out).append('"').append(LiveFleet.words(cause)).append("\":")
            .append(count));
        out.append("},\"curve\":[");
        fleet.live().curve().forEach(point -> separate(out).append('[').append(point.seconds()).append(',').append(point.done())
            .append(']'));
        out.append("],\"cells\":\"");
        hosts.forEach(host -> out.append(cell(host)));
        out.append("\",\"rows\":[");
        hosts.stream().limit(MAX_ROWS).forEach(host -> row(separate(out), host));
        out.append("],\"swarms\":").append(table.scrape(List.of()).swarms().size());
        return out.append("}\n").toString();
    }

    /** A digit for the progress of a host; letters for failed, lost and done. */
    private static char cell(LiveFleet.Host host) {
        return switch (host.state()) {
            case "failed" -> 'f';
            case "lost", "left" -> 'l';
            case "staged", "made" -> 's';
            case "active" -> 'a';
            default -> (char) ('0' + Math.min(9, (int) (host.percent() / 10)));
        };
    }

    private static void row(StringBuilder out, LiveFleet.Host host) {
        out.append('[');
        for (String text : List.of(host.name(), host.zone(), host.tag(), host.state())) {
            Text.json(text, out);
            out.append(',');
        }
        out.append(Math.round(host.percent())).append(',').append(host.bytesPerSecond()).append(',');
        Text.json(host.why(), out);
        out.append(']');
    }

    private static StringBuilder separate(StringBuilder out) {
        char last = out.charAt(out.length() - 1);
        return last == '[' || last == '{' ? out : out.append(',');
    }
}
