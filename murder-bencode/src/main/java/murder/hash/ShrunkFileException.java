package murder.hash;

import java.io.IOException;

/** A file became shorter than what was to be hashed of it. Who knows the file's name catches this and says it. */
public final class ShrunkFileException extends IOException {
    private static final long serialVersionUID = 1;

    ShrunkFileException(Throwable cause) {
        super("a file became shorter while it was hashed", cause);
    }
}
