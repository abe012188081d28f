package murder.benchmarks.bed;

import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/**
 * The result of one run of one client.
 *
 * @param run counted from 1
 * @param pieceLength 0 if there are no pieces
 * @param outcome host by host
 */
record RunResult(Client client, String version, int run, RunPlan plan, long bytes, int pieceLength, Run.Outcome outcome) {
    private static final double GIGABYTE = 1e9;

    int finished() {
        return (int) outcome.wholeS().stream().filter(s -> !s.isNaN()).count();
    }

    /** Whether every host has the very bytes. */
    boolean isGood() {
        return finished() == plan.hosts() && outcome.correct() == plan.hosts();
    }

    /** Until the slowest host of those that finished was whole; NaN if none did. */
    double lastS() {
        return outcome.wholeS().stream().filter(s -> !s.isNaN()).mapToDouble(s -> s).max().orElse(Double.NaN);
    }

    /** Until half of those that finished were complete; NaN if none did. */
    double medianHostS() {
        return Statistics.median(outcome.wholeS().stream().filter(s -> !s.isNaN()).toList());
    }

    /**
     * The longest that a late host took from its own start; NaN if there is none, or one was never
     * complete.
     */
    double lateS() {
        int late = plan.late().count(plan.hosts());
        double longest = late == 0 ? Double.NaN : 0;
        for (int peer = plan.hosts() - late; peer < plan.hosts(); peer++) {
            longest = Math.max(longest, outcome.wholeS().get(peer) - outcome.startS().get(peer)); // NaN stays NaN.
        }
        return longest;
    }

    double boundS() {
        return Bound.seconds(bytes, plan.bitsPerSecond());
    }

    /** Slowest host over bound; NaN if a host is missing or there is no bound. */
    double ratio() {
        return finished() == plan.hosts() ? lastS() / boundS() : Double.NaN;
    }

    /** Bytes on the seeder's wire, headers and all, over the payload; NaN if unknown. */
    double seederCopies() {
        return outcome.sentBytes() < 0 ? Double.NaN : (double) outcome.sentBytes() / bytes;
    }

    /** Of payload that arrived, at all peers together. */
    double seederCpuPerGigabyte() {
        return outcome.cpu().seeder() / gigabytes();
    }

    /** Of payload that arrived, at all peers together. */
    double peersCpuPerGigabyte() {
        return outcome.cpu().peers() / gigabytes();
    }

    private double gigabytes() {
        return bytes * (double) finished() / GIGABYTE;
    }

    /** One JSON object on one line; unknown values are null. */
    String toJson() {
        StringJoiner json = new StringJoiner(", ", "{", "}");
        json.add("\"client\": " + text(client.label())).add("\"version\": " + text(version)).add("\"run\": " + run);
        json.add("\"hosts\": " + plan.hosts()).add("\"rate_bits_per_s\": " + plan.bitsPerSecond()).add("\"bytes\": " + bytes);
        json.add("\"piece_length\": " + pieceLength).add("\"late_fraction\": " + plan.late().fraction());
        json.add("\"late_after_s\": " + number(plan.late().after().toMillis() / 1e3));
        double killedS = plan.killSeederAfter() == null ? Double.NaN : plan.killSeederAfter().toMillis() / 1e3;
        json.add("\"seeder_killed_after_s\": " + number(killedS));
        json.add("\"finished\": " + finished()).add("\"correct\": " + outcome.correct());
        json.add("\"last_s\": " + number(lastS())).add("\"median_s\": " + number(medianHostS())).add("\"late_s\": " + number(lateS()));
        json.add("\"bound_s\": " + number(boundS())).add("\"ratio\": " + number(ratio()));
        json.add("\"seeder_copies\": " + number(seederCopies()));
        json.add("\"cpu_s\": " + number(outcome.cpu().total())).add("\"cpu_tracker_s\": " + number(outcome.cpu().tracker()));
        json.add("\"cpu_seeder_s\": " + number(outcome.cpu().seeder())).add("\"cpu_peers_s\": " + number(outcome.cpu().peers()));
        json.add("\"start_s\": " + numbers(outcome.startS())).add("\"whole_s\": " + numbers(outcome.wholeS()));
        return json.toString();
    }

    private static String numbers(List<Double> values) {
        StringJoiner list = new StringJoiner(", ", "[", "]");
        values.forEach(value -> list.add(number(value)));
        return list.toString();
    }

    private static String number(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.3f", value) : "null";
    }

    private static String text(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c < ' ') {
                json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                json.append(c == '"' || c == '\\' ? "\\" : "").append(c);
            }
        }
        return json.append('"').toString();
    }
}
