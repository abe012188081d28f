package murder.engine.storage;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The disk failed, or holds a file that must not be there. The text names the path and the remedy.
 */
public final class StorageException extends IOException {
    private static final long serialVersionUID = 1;

    /** The kind of failure, for callers that treat kinds differently. */
    public enum Reason {
        /**
         * The file system or the quota has no room left. Verified pieces are kept. Free some space
         * and open the storage again.
         */
        DISK_FULL,
        /**
         * Permissions, a read-only file system, or a symbolic link inside the target forbid
         * writing.
         */
        NOT_WRITABLE,
        MISSING_FILE,
        WRONG_LENGTH,
        /** A file shrank or vanished while the storage was open. */
        CHANGED,
        /**
         * The place of a file holds something that is not a plain file, or the place of a directory
         * holds a file.
         */
        ALREADY_EXISTS,
        /** Everything else that the operating system reports. */
        IO,
        /** A fault of this program, not of the disk: an unchecked exception, which is the cause. */
        FAULT
    }

    private final Reason reason;
    private final transient Path path;

    StorageException(Reason reason, Path path, String text) {
        this(reason, path, text, null);
    }

    StorageException(Reason reason, Path path, String text, Exception cause) {
        super(text, cause);
        this.reason = reason;
        this.path = path;
    }

    public Reason reason() {
        return reason;
    }

    /** The file or directory that is in the way; null only after serialization. */
    public Path path() {
        return path;
    }

    /** A fault in the code that works at {@code path}. */
    static StorageException fault(Path path, RuntimeException fault) {
        return new StorageException(Reason.FAULT, path, "a fault in the code that works on " + path + ": " + fault, fault);
    }

    /** The exception for a failed write, creation or rename at {@code path}. */
    static StorageException writing(Path path, IOException e) {
        if (e instanceof StorageException already) {
            return already;
        }
        if (isDiskFull(path, e)) {
            return new StorageException(Reason.DISK_FULL, path,
                "no space left to write " + path + ": free some space and start again, what is verified is kept", e);
        }
        if (e instanceof AccessDeniedException || says(e, "Read-only file system") || says(e, "Operation not permitted")) {
            return new StorageException(Reason.NOT_WRITABLE, path, "cannot write " + path + ": check owner, permissions and mount", e);
        }
        if (e instanceof FileAlreadyExistsException) {
            return new StorageException(Reason.ALREADY_EXISTS, path, path + " is in the way: move it away and start again", e);
        }
        if (e instanceof NoSuchFileException) {
            return new StorageException(Reason.CHANGED, path,
                path + " is not there: it or its directory was removed, or cannot be made", e);
        }
        return new StorageException(Reason.IO, path, "cannot write " + path + ": " + detail(e), e);
    }

    /** The exception for a failed read at {@code path}. */
    static StorageException reading(Path path, IOException e) {
        if (e instanceof StorageException already) {
            return already;
        }
        if (e instanceof NoSuchFileException) {
            return new StorageException(Reason.MISSING_FILE, path, path + " is missing", e);
        }
        if (e instanceof AccessDeniedException) {
            return new StorageException(Reason.IO, path, "cannot read " + path + ": check owner and permissions", e);
        }
        return new StorageException(Reason.IO, path, "cannot read " + path + ": " + detail(e), e);
    }

    /**
     * The texts are English texts of strerror. Another locale translates them, so this also checks
     * the free space.
     */
    private static boolean isDiskFull(Path path, IOException e) {
        if (says(e, "No space left on device") || says(e, "Disk quota exceeded")) {
            return true;
        }
        return e.getClass() == IOException.class && path.toFile().getParentFile() != null
            && path.toFile().getParentFile().getTotalSpace() > 0 && path.toFile().getParentFile().getUsableSpace() < 16 * 1024;
    }

    private static boolean says(IOException e, String text) {
        return e.getMessage() != null && e.getMessage().contains(text);
    }

    private static String detail(IOException e) {
        if (e instanceof FileSystemException f && f.getReason() != null) {
            return f.getReason();
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
