package murder.tools.fleet;

import murder.tools.cli.UsageException;

/**
 * How many hosts may fail before the run fails.
 *
 * @param count a number of hosts, or a percentage
 * @param isPercent whether {@code count} is a percentage
 */
record Tolerance(int count, boolean isPercent) {
    static Tolerance parse(String text) throws UsageException {
        boolean percent = text.endsWith("%");
        try {
            int count = Integer.parseInt(percent ? text.substring(0, text.length() - 1) : text);
            if (count >= 0 && (!percent || count <= 100)) {
                return new Tolerance(count, percent);
            }
        } catch (NumberFormatException e) {
            throw new UsageException("--tolerate takes a number of hosts or a percentage, such as 3 or 5%, not '" + text + "'");
        }
        throw new UsageException("--tolerate takes 0 or more hosts, or 0% to 100%, not '" + text + "'");
    }

    /** Whether the run succeeds in spite of failed hosts. */
    boolean allows(int failed, int hosts) {
        return isPercent ? 100L * failed <= (long) count * hosts : failed <= count;
    }
}
