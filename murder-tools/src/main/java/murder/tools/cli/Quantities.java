package murder.tools.cli;

import java.math.BigDecimal;
import java.time.Duration;

/**
 * Sizes, rates and durations in the form for people. It uses no {@code String.format} and no
 * regular expressions: a peer starts on every host of a fleet, and loading them takes time.
 */
public final class Quantities {
    private static final long KIB = 1024;
    private static final long MIB = KIB * 1024;
    private static final long GIB = MIB * 1024;
    private static final long TIB = GIB * 1024;

    private Quantities() {
    }

    /**
     * @param text a number, with {@code k}, {@code M} or {@code G} for powers of 1024
     * @return bytes, 0 or more
     */
    public static long size(String text) throws UsageException {
        int unit = unitAt(text);
        long factor = switch (text.substring(unit)) {
            case "" -> 1;
            case "k", "K" -> KIB;
            case "M" -> MIB;
            case "G" -> GIB;
            default -> throw new UsageException("'" + text + "' is not a size such as 4096, 64k, 10M or 2G");
        };
        return scaled(text, unit, factor, 1, "size");
    }

    /**
     * @param text bits per second with {@code bit}, {@code kbit}, {@code Mbit}, {@code Gbit}
     *     (powers of 1000), or bytes per second with {@code k}, {@code M}, {@code G} (powers of
     * 1024). Only 0 needs no unit: a bare 3 could mean megabytes or megabits
     *
     * @return bytes per second, 0 or more
     */
    public static long rate(String text) throws UsageException {
        int unit = unitAt(text);
        if (text.equals("0")) {
            return 0;
        }
        return switch (text.substring(unit)) {
            case "bit" -> scaled(text, unit, 1, 8, "rate");
            case "kbit" -> scaled(text, unit, 1000, 8, "rate");
            case "Mbit" -> scaled(text, unit, 1_000_000, 8, "rate");
            case "Gbit" -> scaled(text, unit, 1_000_000_000, 8, "rate");
            case "k", "K" -> scaled(text, unit, KIB, 1, "rate");
            case "M" -> scaled(text, unit, MIB, 1, "rate");
            case "G" -> scaled(text, unit, GIB, 1, "rate");
            default -> throw new UsageException("'" + text + "' is not a rate such as 20Mbit, 1Gbit (bits) or 512k, 10M (bytes)");
        };
    }

    /**
     * @param text a number with {@code us}, {@code ms}, {@code s}, {@code m} or {@code h}; 0 needs
     *     no unit
     */
    public static Duration duration(String text) throws UsageException {
        int unit = unitAt(text);
        long nanos = switch (text.substring(unit)) {
            case "us" -> 1_000L;
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "m" -> 60_000_000_000L;
            case "h" -> 3_600_000_000_000L;
            case "" -> text.equals("0") ? 1 : 0;
            default -> 0;
        };
        if (nanos == 0) {
            throw new UsageException("'" + text + "' is not a duration such as 500ms, 30s, 10m or 2h");
        }
        return Duration.ofNanos(scaled(text, unit, nanos, 1, "duration"));
    }

    /** The end of the number, where the unit begins. */
    private static int unitAt(String text) {
        int at = 0;
        while (at < text.length() && (text.charAt(at) >= '0' && text.charAt(at) <= '9' || text.charAt(at) == '.')) {
            at++;
        }
        return at;
    }

    private static long scaled(String text, int unitAt, long factor, long divisor, String what) throws UsageException {
        try {
            BigDecimal number = new BigDecimal(text.substring(0, unitAt));
            return number.multiply(BigDecimal.valueOf(factor)).toBigInteger().divide(BigDecimal.valueOf(divisor).toBigInteger())
                .longValueExact();
        } catch (NumberFormatException e) {
            throw new UsageException("'" + text + "' is not a " + what + ": it does not begin with a number");
        } catch (ArithmeticException e) {
            throw new UsageException("'" + text + "' is too large a " + what);
        }
    }

    /** For example {@code 512 B}, {@code 64.0 KiB}, {@code 1.5 GiB}. */
    public static String bytes(long bytes) {
        if (bytes < KIB) {
            return bytes + " B";
        }
        if (bytes < MIB) {
            return tenths(bytes, KIB) + " KiB";
        }
        if (bytes < GIB) {
            return tenths(bytes, MIB) + " MiB";
        }
        return bytes < TIB ? tenths(bytes, GIB) + " GiB" : tenths(bytes, TIB) + " TiB";
    }

    /** For example {@code 11.9 MiB/s}. */
    public static String rate(long bytesPerSecond) {
        return bytes(bytesPerSecond) + "/s";
    }

    /** For example {@code 12.3 s}, {@code 4:05} (minutes and seconds), {@code 2:00:00}. */
    public static String time(Duration time) {
        long seconds = time.toSeconds();
        if (seconds < 60) {
            return tenths(time.toMillis(), 1000) + " s";
        }
        String tail = twoDigits(seconds / 60 % 60) + ":" + twoDigits(seconds % 60);
        return seconds < 3600 ? seconds / 60 + ":" + twoDigits(seconds % 60) : seconds / 3600 + ":" + tail;
    }

    /**
     * A share in percent with one decimal, rounded down, so that 100.0 means everything; 100.0 for
     * a total of 0.
     */
    public static double percent(long part, long whole) {
        if (whole == 0) {
            return 100;
        }
        return Math.floor(1000.0 * part / whole) / 10;
    }

    private static String twoDigits(long value) {
        return value < 10 ? "0" + value : Long.toString(value);
    }

    private static String tenths(long value, long unit) {
        long whole = value / unit;
        return whole + "." + value % unit * 10 / unit;
    }
}
