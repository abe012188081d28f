package murder.tools.cli;

import java.util.List;

/**
 * Writes one JSON object on one line (RFC 8259), its members in the order of the calls. It escapes
 * everything except printable ASCII. So the line survives any character set of standard output;
 * over ssh that is often ASCII.
 */
public final class Json {
    private final StringBuilder out = new StringBuilder("{");

    public Json put(String name, String value) {
        name(name);
        string(value);
        return this;
    }

    public Json put(String name, long value) {
        name(name).append(value);
        return this;
    }

    public Json put(String name, boolean value) {
        name(name).append(value);
        return this;
    }

    /** A number with at most three decimals; JSON has only finite numbers. */
    public Json put(String name, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(name + " is not a number: " + value);
        }
        name(name);
        number(value);
        return this;
    }

    /** Numbers with at most three decimals each. */
    public Json putNumbers(String name, List<Double> values) {
        name(name).append('[');
        for (int i = 0; i < values.size(); i++) {
            separate(i);
            number(values.get(i));
        }
        out.append(']');
        return this;
    }

    private void number(double value) {
        double rounded = Math.rint(value * 1000) / 1000;
        if (rounded == Math.rint(rounded) && Math.abs(rounded) < 1e15) {
            out.append((long) rounded);
        } else {
            out.append(rounded);
        }
    }

    public Json put(String name, Json value) {
        name(name).append(value);
        return this;
    }

    public Json putStrings(String name, List<String> values) {
        name(name);
        strings(values);
        return this;
    }

    /** A list of lists. */
    public Json putTiers(String name, List<List<String>> tiers) {
        name(name).append('[');
        for (int i = 0; i < tiers.size(); i++) {
            separate(i);
            strings(tiers.get(i));
        }
        out.append(']');
        return this;
    }

    public Json putObjects(String name, List<Json> values) {
        name(name).append('[');
        for (int i = 0; i < values.size(); i++) {
            separate(i);
            out.append(values.get(i));
        }
        out.append(']');
        return this;
    }

    private StringBuilder name(String name) {
        if (out.length() > 1) {
            out.append(',');
        }
        string(name);
        return out.append(':');
    }

    private void strings(List<String> values) {
        out.append('[');
        for (int i = 0; i < values.size(); i++) {
            separate(i);
            string(values.get(i));
        }
        out.append(']');
    }

    private void separate(int index) {
        if (index > 0) {
            out.append(',');
        }
    }

    private void string(String value) {
        out.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < 0x20 || c >= 0x7f) {
                        escape(c);
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    private void escape(char c) {
        out.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            out.append(Character.forDigit(c >> shift & 0xf, 16));
        }
    }

    /** The object, without a line break. */
    @Override
    public String toString() {
        return out + "}";
    }
}
