package murder.engine.storage;

import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The modes of what a storage makes. They are given when a file is made, so there is no moment at
 * which it has another one. The process's umask can only take bits away; cron and containers often
 * have none.
 */
record Modes(FileAttribute<?>[] file, FileAttribute<?>[] directory) {
    static Modes of(Path place, boolean ownerOnly) {
        if (!place.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return new Modes(new FileAttribute<?>[0], new FileAttribute<?>[0]);
        }
        return ownerOnly ? new Modes(posix("rw-------"), posix("rwx------")) : new Modes(posix("rw-rw-r--"), posix("rwxrwxr-x"));
    }

    private static FileAttribute<?>[] posix(String mode) {
        return new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))};
    }
}
