package murder.trust;

import java.io.IOException;

/** A key, a signature or a file of keys is not what it should be, or of a kind that is not supported. The message says which. */
public final class KeyFormatException extends IOException {
    private static final long serialVersionUID = 1;

    KeyFormatException(String message) {
        super(message);
    }

    KeyFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
