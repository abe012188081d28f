package murder.hash;

import java.io.IOException;

/**
 * A file became shorter than the range to hash. The caller that knows the file's name catches this
 * and reports the name.
 */
public final class ShrunkFileException extends IOException {
    private static final long serialVersionUID = 1;

    ShrunkFileException(Throwable cause) {
        super("a file became shorter while it was hashed", cause);
    }
}
