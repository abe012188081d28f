package murder.fuzz;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the text format of Prometheus, version 0.0.4, and refuses what a lenient reader would pass:
 * families without help or type, in two parts or twice, samples twice, names against the
 * conventions, and white space that need not be there.
 */
public final class PrometheusText {
    private static final Pattern HELP = Pattern.compile("# HELP ([a-z][a-z0-9_]*) ([^\\\\\n]+)");
    private static final Pattern TYPE = Pattern.compile("# TYPE ([a-z][a-z0-9_]*) (counter|gauge)");
    private static final Pattern SAMPLE = Pattern.compile("([a-z][a-z0-9_]*)"
        + "(\\{([a-z_]+)=\"((?:[^\"\\\\\n]|\\\\[\"\\\\n])*)\"\\})? (\\S+)");
    private static final Pattern NUMBER = Pattern.compile("[+-]?(\\d+(\\.\\d+)?([eE][+-]?\\d+)?|Inf)|NaN");

    private PrometheusText() {
    }

    /**
     * Reads all samples.
     *
     * @param text the body of the answer
     * @return by name and label, such as {@code up} and {@code hosts{state="done"}}, in the order
     *     of the text
     * @throws IllegalArgumentException naming the first line that is wrong
     */
    public static Map<String, Double> parse(String text) {
        Map<String, Double> samples = new LinkedHashMap<>();
        Set<String> families = new HashSet<>();
        String helped = "";
        String family = "";
        boolean isCounter = false;
        if (!text.endsWith("\n")) {
            throw new IllegalArgumentException("the last line has no end");
        }
        for (String line : text.substring(0, text.length() - 1).split("\n", -1)) {
            Matcher help = HELP.matcher(line);
            Matcher type = TYPE.matcher(line);
            Matcher sample = SAMPLE.matcher(line);
            if (help.matches()) {
                require(families.add(help.group(1)), "a family comes twice", line);
                require(family.isEmpty() || samples.keySet().stream().anyMatch(family(family)), "a family has no sample before", line);
                helped = help.group(1);
                family = "";
            } else if (type.matches()) {
                require(type.group(1).equals(helped) && family.isEmpty(), "a type stands alone", line);
                family = helped;
                isCounter = type.group(2).equals("counter");
                require(isCounter == family.endsWith("_total"), "only counters end in _total", line);
            } else {
                require(sample.matches(), "no line of the format", line);
                require(sample.group(1).equals(family), "a sample outside its family", line);
                require(NUMBER.matcher(sample.group(5)).matches(), "no number", line);
                double value = Double.parseDouble(sample.group(5).replace("Inf", "Infinity"));
                require(!isCounter || value >= 0, "a counter below 0", line);
                String key = sample.group(1) + (sample.group(2) == null ? "" : sample.group(2));
                require(samples.put(key, value) == null, "a sample comes twice", line);
            }
        }
        return samples;
    }

    private static Predicate<String> family(String name) {
        return key -> key.equals(name) || key.startsWith(name + "{");
    }

    private static void require(boolean holds, String fault, String line) {
        if (!holds) {
            throw new IllegalArgumentException(fault + ": " + line);
        }
    }
}
