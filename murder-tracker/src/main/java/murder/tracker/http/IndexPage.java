package murder.tracker.http;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import murder.metainfo.InfoHash;
import murder.tracker.ScrapeResponse;

/** The page for people: a list of the swarms. */
final class IndexPage {
    /** The limit of shown swarms; the page has the number of the others. */
    static final int MAX_ROWS = 1_000;

    private IndexPage() {}

    static byte[] render(ScrapeResponse swarms) {
        // A tracker that serves any torrent has no names.
        boolean hasNames = swarms.swarms().values().stream().anyMatch(counts -> !counts.name().isEmpty());
        StringBuilder out = new StringBuilder(4096);
        out.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Murder tracker</title>")
            .append("<style>body{font-family:sans-serif}td,th{padding:.2em 1em;text-align:left}td.n{text-align:right}</style></head>\n")
            .append("<body><h1>Murder tracker</h1>\n<table>\n<tr><th>info hash</th>").append(hasNames ? "<th>name</th>" : "")
            .append("<th>complete</th><th>downloading</th><th>downloaded</th></tr>\n");
        int rows = 0;
        for (Map.Entry<InfoHash, ScrapeResponse.Counts> swarm : swarms.swarms().entrySet()) {
            if (rows++ == MAX_ROWS) {
                break;
            }
            ScrapeResponse.Counts counts = swarm.getValue();
            out.append("<tr><td><code>").append(swarm.getKey()).append("</code></td>")
                .append(hasNames ? "<td>" + Text.escapeHtml(counts.name()) + "</td>" : "")
                .append("<td class=\"n\">").append(counts.complete()).append("</td><td class=\"n\">").append(counts.incomplete())
                .append("</td><td class=\"n\">").append(counts.downloaded()).append("</td></tr>\n");
        }
        int total = swarms.swarms().size();
        out.append("</table>\n<p>").append(total).append(total == 1 ? " swarm" : " swarms");
        if (total > MAX_ROWS) {
            out.append(", of which ").append(MAX_ROWS).append(" are shown");
        }
        return out.append("</p></body></html>\n").toString().getBytes(StandardCharsets.UTF_8);
    }
}
