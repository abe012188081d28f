package murder.tools;

import java.time.Duration;
import murder.tools.cli.Arguments;
import murder.tools.cli.Quantities;
import murder.tools.cli.UsageException;

/** The text form of options and results of {@code simulate}. */
final class SimText {
    private SimText() {
    }

    static String[] split(String name, String text) throws UsageException {
        int at = text.indexOf('@');
        if (at < 0) {
            throw new UsageException(name + " takes two values with an @ between them, not '" + text + "'");
        }
        return new String[] {text.substring(0, at), text.substring(at + 1)};
    }

    static double number(String name, String text) throws UsageException {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new UsageException(name + " takes a number, not '" + text + "'");
        }
    }

    static long seed(String text) throws UsageException {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new UsageException("--seed takes a whole number, not '" + text + "'");
        }
    }

    static long time(Arguments arguments, String name, long otherwiseNs) throws UsageException {
        return arguments.has(name) ? time(name, arguments.text(name, "")) : otherwiseNs;
    }

    /** In nanoseconds; a number without a unit is seconds. */
    static long time(String name, String text) throws UsageException {
        boolean plain = !text.isEmpty() && Character.isDigit(text.charAt(text.length() - 1));
        try {
            return Quantities.duration(plain ? text + "s" : text).toNanos();
        } catch (UsageException e) {
            throw new UsageException(name + ": " + e.getMessage());
        }
    }

    static String seconds(double seconds) {
        return seconds < 60 ? thousandths(seconds) + " s" : Quantities.time(Duration.ofMillis(Math.round(seconds * 1000)));
    }

    static double thousandths(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
