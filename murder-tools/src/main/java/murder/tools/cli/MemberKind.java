package murder.tools.cli;

/** The kind of value of a member in a report. */
enum MemberKind {
    TEXT(String.class, 0, 0),
    FLAG(Boolean.class, 0, 0),
    /** A whole number. Above 2^53 - 1 JSON readers disagree (RFC 7493). */
    WHOLE(Long.class, 0, (1L << 53) - 1),
    /** A number with at most three decimals. */
    DECIMAL(Double.class, 0, 1e12),
    /** Like {@link #DECIMAL}, or -1 for "no end". */
    DECIMAL_OR_NONE(Double.class, -1, 1e12),
    PERCENT(Double.class, 0, 100);

    private final Class<?> values;
    private final double least;
    private final double most;

    MemberKind(Class<?> values, double least, double most) {
        this.values = values;
        this.least = least;
        this.most = most;
    }

    /** The text as a value of this kind, or null if it is invalid. */
    Object parse(String text) {
        if (this == TEXT) {
            return text;
        }
        if (this == FLAG) {
            return text.equals("true") ? Boolean.TRUE : text.equals("false") ? Boolean.FALSE : null;
        }
        for (int i = 0; i < text.length(); i++) {
            // Double.parseDouble takes more than JSON allows, such as "NaN" and "1d".
            if ("0123456789+-.eE".indexOf(text.charAt(i)) < 0) {
                return null;
            }
        }
        try {
            if (this == WHOLE) {
                long number = Long.parseLong(text);
                return number >= least && number <= most ? number : null;
            }
            double number = Double.parseDouble(text);
            return number >= least && number <= most ? rounded(number) : null;
        } catch (NumberFormatException e) {
            return null; // Not a number. A host may print anything; the member counts as missing.
        }
    }

    /** @throws IllegalArgumentException if the value is not of this kind */
    void check(String member, Object value) {
        if (!values.isInstance(value)) {
            throw new IllegalArgumentException(member + " cannot be " + value);
        }
    }

    /**
     * Limits the value to the greatest that the member can hold.
     *
     * @throws IllegalArgumentException if the value is below the least
     */
    double bounded(String member, double value) {
        if (!(value >= least)) {
            throw new IllegalArgumentException(member + " cannot be " + value);
        }
        return Math.min(value, most);
    }

    /** The sum turns -0.0 into 0.0, which has the same text but is not equal. */
    static double rounded(double value) {
        return Math.rint(value * 1000) / 1000 + 0.0;
    }
}
