package murder.tracker.http;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Figures in the text format of Prometheus, version 0.0.4, one family after the other. Names follow
 * its conventions: base units, and {@code _total} at the end of counters and of nothing else. For
 * one thread.
 */
public final class MetricsText {
    /** The {@code Content-Type} of the text. */
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";
    private static final String COUNTER_END = "_total";

    private final StringBuilder text = new StringBuilder(2048);

    /** Without figures. */
    public MetricsText() {
    }

    /**
     * Adds a figure that goes up and down.
     *
     * @param name lower case letters and underscores
     * @param help one line without backslashes
     * @param value now
     * @return this
     * @throws IllegalArgumentException if the name is that of a counter
     */
    public MetricsText gauge(String name, String help, long value) {
        if (name.endsWith(COUNTER_END)) {
            throw new IllegalArgumentException("gauge " + name + " has the name of a counter");
        }
        return one(name, "gauge", help, value);
    }

    /**
     * Adds a figure that only grows while the process lives.
     *
     * @param name ends in {@code _total}
     * @param help one line without backslashes
     * @param value 0 or more
     * @return this
     * @throws IllegalArgumentException if the name is none of a counter
     */
    public MetricsText counter(String name, String help, long value) {
        if (!name.endsWith(COUNTER_END)) {
            throw new IllegalArgumentException("counter " + name + " does not end in " + COUNTER_END);
        }
        return one(name, "counter", help, value);
    }

    /**
     * Adds one gauge for each value of a label.
     *
     * @param name lower case letters and underscores
     * @param help one line without backslashes
     * @param label what the values are, lower case letters and underscores
     * @param values figures by value of the label. The values are of a fixed set, in lower case
     *     letters and underscores: each makes a series in whatever collects them
     * @return this
     */
    public MetricsText gauges(String name, String help, String label, Map<String, ? extends Number> values) {
        head(name, "gauge", help);
        values.forEach((value, figure) -> text.append(name).append('{').append(label).append("=\"").append(value).append("\"} ")
            .append(figure.longValue()).append('\n'));
        return this;
    }

    private MetricsText one(String name, String type, String help, long value) {
        head(name, type, help);
        text.append(name).append(' ').append(value).append('\n');
        return this;
    }

    private void head(String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append("\n# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    /** {@return the body of the answer} */
    public byte[] toBytes() {
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
