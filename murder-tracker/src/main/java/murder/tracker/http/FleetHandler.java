package murder.tracker.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import murder.tracker.FleetAgent;
import murder.tracker.IpLiteral;
import murder.tracker.TrackerException;
import murder.trust.SwarmKey;

/**
 * Returns the changes on the board of a fleet: {@code GET /fleet?since=VERSION}. Only for the
 * tracker's own host and for members. A member seals the request and gets an encrypted answer. An
 * answer has at most about 1 MiB. If {@code more} is true, ask again with its {@code version}.
 *
 * <pre>
 * {"version":7,"serial":3,"present":2,"more":false,"agents":[{"id":"...","version":7,"address":"10.0.0.7","port":6881,
 *  "presence":"here","silent_ms":120,"serial":3,"report":"..."}]}
 * </pre>
 */
final class FleetHandler implements HttpHandler {
    static final String PATH = "/fleet";
    private static final int MAX_AGENTS = 2_000;
    private static final int MAX_CHARACTERS = 1 << 20;
    private static final byte[] NOT_HERE = Text.latin1("only the tracker's own host and members may see the fleet\n");

    private final Fleet fleet;
    private final Callers callers;

    FleetHandler(Fleet fleet, Callers callers) {
        this.fleet = fleet;
        this.callers = callers;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try {
            String raw = exchange.getRequestURI().getRawQuery();
            Query query = Query.parse(raw);
            SwarmKey key = callers.isLocal(exchange) && query.get("seal").isEmpty() ? null
                : fleet.seals().requireReader(raw, query, callers.source(exchange));
            byte[] answer = json(AnnounceQuery.optional(query, "since")).getBytes(StandardCharsets.UTF_8);
            Answer.send(exchange, 200, key == null ? Answer.JSON : Answer.BYTES, key == null ? answer : Secrecy.encrypt(answer, key));
        } catch (TrackerException e) {
            boolean isMember = e.reason() != TrackerException.Reason.NOT_A_MEMBER;
            Answer.send(exchange, isMember ? 400 : 403, Answer.TEXT, isMember ? Text.latin1(e.getMessage() + "\n") : NOT_HERE);
        }
    }

    private String json(long since) {
        FleetBoard board = fleet.board();
        // Read first: later changes are sent again.
        long version = board.version();
        List<FleetAgent> changed = board.reportsSince(since, MAX_AGENTS);
        StringBuilder agents = new StringBuilder();
        int shown = 0;
        while (shown < changed.size() && agents.length() < MAX_CHARACTERS) {
            append(agents, changed.get(shown++));
        }
        boolean hasMore = shown < changed.size() || shown == MAX_AGENTS;
        return "{\"version\":" + (hasMore ? changed.get(shown - 1).version() : Math.max(since, version)) + ",\"serial\":" + board.serial()
            + ",\"present\":" + board.present() + ",\"more\":" + hasMore + ",\"agents\":[" + agents + "]}\n";
    }

    private static void append(StringBuilder out, FleetAgent agent) {
        out.append(out.length() == 0 ? "{" : ",{").append("\"id\":\"")
            .append(HexFormat.of().formatHex(agent.id().toBytes())).append("\",\"version\":")
            .append(agent.version()).append(",\"address\":\"").append(IpLiteral.format(agent.address())).append("\",\"port\":")
            .append(agent.address().port()).append(",\"presence\":\"")
            .append(agent.presence().name().toLowerCase(Locale.ROOT))
            .append("\",\"silent_ms\":").append(agent.silentMs()).append(",\"serial\":").append(agent.order()).append(",\"report\":");
        Text.json(new String(agent.report(), StandardCharsets.UTF_8), out);
        out.append('}');
    }
}
