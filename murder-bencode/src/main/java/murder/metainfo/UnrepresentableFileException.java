package murder.metainfo;

import java.io.IOException;

/** An entry on disk that a torrent cannot hold; the message names it. */
final class UnrepresentableFileException extends IOException {
    private static final long serialVersionUID = 1;

    UnrepresentableFileException(String message) {
        super(message);
    }
}
