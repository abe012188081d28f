package murder.metainfo;

import java.io.IOException;

/** Something on disk that a torrent cannot say; the message names it. */
final class UnrepresentableFileException extends IOException {
    private static final long serialVersionUID = 1;

    UnrepresentableFileException(String message) {
        super(message);
    }
}
