package murder.metainfo;

import java.io.IOException;
import java.nio.file.Path;

/** A file changed while it was hashed. */
public final class ChangedFileException extends IOException {
    private static final long serialVersionUID = 1;

    private final transient Path file;

    ChangedFileException(Path file, String problem, Throwable cause) {
        super(file + " " + problem, cause);
        this.file = file;
    }

    /** {@return the file that changed; null only after serialization} */
    public Path file() {
        return file;
    }
}
