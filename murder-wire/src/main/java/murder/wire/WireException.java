package murder.wire;

/** A peer broke the protocol. Stackless: it is caught in one place, which closes the connection with its {@link #violation()}. */
public final class WireException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Violation violation;

    /** @param detail what was expected and what was found, with the message type and offset where they are known */
    public WireException(Violation violation, String detail) {
        super(violation + ": " + detail, null, false, false);
        this.violation = violation;
    }

    public Violation violation() {
        return violation;
    }
}
