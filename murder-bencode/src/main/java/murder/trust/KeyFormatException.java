package murder.trust;

import java.io.IOException;

/**
 * A key, a signature or a file of keys is malformed, or of a kind that is not supported. The
 * message says which.
 */
public final class KeyFormatException extends IOException {
    private static final long serialVersionUID = 1;

    /**
     * A failure with a text.
     *
     * @param message without secrets
     */
    public KeyFormatException(String message) {
        super(message);
    }

    /**
     * A failure with a text and a cause.
     *
     * @param message without secrets
     * @param cause of it
     */
    public KeyFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
