package murder.benchmarks.bed;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes, rates and times as the command line writes them. */
final class Quantities {
    private static final Pattern NUMBER = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,6})?)([A-Za-z]*)");

    private Quantities() {
    }

    /** Bytes: {@code 4096}, {@code 64k}, {@code 100M}, {@code 1G}, in powers of 1024. */
    static long bytes(String text) throws UsageException {
        Matcher number = match(text, "a size such as 64k, 100M or 1G");
        return switch (number.group(2)) {
            case "" -> scaled(number, 1);
            case "k", "K" -> scaled(number, 1L << 10);
            case "M" -> scaled(number, 1L << 20);
            case "G" -> scaled(number, 1L << 30);
            default -> throw wrong(text, "a size such as 64k, 100M or 1G");
        };
    }

    /**
     * Bits per second: {@code 500kbit}, {@code 20Mbit}, {@code 1Gbit}, in powers of 1000; {@code 0}
     * for no limit.
     */
    static long bitsPerSecond(String text) throws UsageException {
        Matcher number = match(text, "a rate such as 20Mbit or 1Gbit, or 0 for none");
        long rate = switch (number.group(2)) {
            case "kbit" -> scaled(number, 1_000);
            case "Mbit" -> scaled(number, 1_000_000);
            case "Gbit" -> scaled(number, 1_000_000_000);
            case "" -> scaled(number, 1);
            default -> -1;
        };
        if (rate < 0 || rate > 0 && number.group(2).isEmpty()) {
            throw wrong(text, "a rate such as 20Mbit or 1Gbit, or 0 for none");
        }
        return rate;
    }

    /** {@code 500ms}, {@code 5s}, {@code 2m}; a bare number is seconds. */
    static Duration duration(String text) throws UsageException {
        Matcher number = match(text, "a time such as 500ms, 5s or 2m");
        return switch (number.group(2)) {
            case "ms" -> Duration.ofMillis(scaled(number, 1));
            case "", "s" -> Duration.ofMillis(scaled(number, 1_000));
            case "m" -> Duration.ofMillis(scaled(number, 60_000));
            default -> throw wrong(text, "a time such as 500ms, 5s or 2m");
        };
    }

    private static Matcher match(String text, String wanted) throws UsageException {
        Matcher number = NUMBER.matcher(text);
        if (!number.matches()) {
            throw wrong(text, wanted);
        }
        return number;
    }

    private static long scaled(Matcher number, long unit) {
        return Math.round(Double.parseDouble(number.group(1)) * unit);
    }

    private static UsageException wrong(String text, String wanted) {
        return new UsageException("'" + text + "' is not " + wanted);
    }
}
