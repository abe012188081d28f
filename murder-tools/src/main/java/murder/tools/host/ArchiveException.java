package murder.tools.host;

import java.io.IOException;

/** An archive contains a forbidden member, or is not an archive. The message names the member. */
public final class ArchiveException extends IOException {
    private static final long serialVersionUID = 1L;

    ArchiveException(String message) {
        super(message);
    }
}
