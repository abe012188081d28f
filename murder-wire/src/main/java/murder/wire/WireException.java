package murder.wire;

/**
 * A peer broke the protocol. Stackless: it is caught in one place, which closes the connection with
 * its {@link #violation()}.
 */
public final class WireException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Violation violation;

    /**
     * @param detail the expected and the found value, with message type and offset if they are
     *     known
     */
    public WireException(Violation violation, String detail) {
        super(violation + ": " + detail, null, false, false);
        this.violation = violation;
    }

    public Violation violation() {
        return violation;
    }
}
