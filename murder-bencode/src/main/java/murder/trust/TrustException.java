package murder.trust;

/**
 * A torrent or an order is refused. The message is a sentence that begins with "it" or names the
 * key, and says why.
 */
public final class TrustException extends Exception {
    private static final long serialVersionUID = 1;

    /** Why something is refused. */
    public enum Reason {
        /** It has no signature. */
        UNSIGNED,
        /** Its pieces have no SHA-256, so another payload could have the same hashes. */
        SHA1_ONLY,
        /** The signature is malformed, or of an unsupported kind. */
        MALFORMED,
        /** No line of the allowed signers has the key. */
        UNKNOWN_KEY,
        /** The allowed signers have the key, but not for this use or this time. */
        KEY_NOT_ALLOWED,
        /** The key did not sign this, or signed it for another use. */
        WRONG_SIGNATURE,
        /** It is signed for another tag. */
        OTHER_TAG,
        /** It is signed for another fleet. */
        OTHER_FLEET,
        /** It was made after the time of this host's clock. */
        FROM_THE_FUTURE,
        /** It has expired. */
        EXPIRED,
        /** A newer one was accepted before. */
        OLDER
    }

    /** The reason of the refusal. */
    private final Reason reason;

    /**
     * A refusal.
     *
     * @param reason for programs
     * @param message for people: a sentence that begins with "it" or names the key
     */
    public TrustException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /**
     * A refusal with a cause.
     *
     * @param reason for programs
     * @param message for people: a sentence that begins with "it" or names the key
     * @param cause of it
     */
    public TrustException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** {@return the reason, for programs} */
    public Reason reason() {
        return reason;
    }
}
