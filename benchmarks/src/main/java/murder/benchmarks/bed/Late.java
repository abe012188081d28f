package murder.benchmarks.bed;

import java.time.Duration;

/**
 * Hosts that start later than the others.
 *
 * @param fraction of the hosts, from 0 to less than 1; the last ones by number are late
 * @param after how much later than the rest
 */
record Late(double fraction, Duration after) {
    static final Late NONE = new Late(0, Duration.ZERO);

    Late {
        if (!(fraction >= 0 && fraction < 1) || after.isNegative()) {
            throw new IllegalArgumentException(fraction + " of the hosts late by " + after);
        }
    }

    /** {@code FRACTION@TIME}, such as {@code 0.2@5s}. */
    static Late parse(String text) throws UsageException {
        int at = text.indexOf('@');
        if (at < 0) {
            throw new UsageException("--late takes FRACTION@TIME such as 0.2@5s, not '" + text + "'");
        }
        double fraction;
        try {
            fraction = Double.parseDouble(text.substring(0, at));
        } catch (NumberFormatException e) {
            throw new UsageException("--late: '" + text.substring(0, at) + "' is no fraction");
        }
        if (!(fraction >= 0 && fraction < 1)) {
            throw new UsageException("--late takes a fraction from 0 to below 1, not " + fraction);
        }
        return new Late(fraction, Quantities.duration(text.substring(at + 1)));
    }

    /** How many of a number of hosts. */
    int count(int hosts) {
        return (int) Math.round(hosts * fraction);
    }
}
