package murder.engine.storage;

import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The modes of new files and directories. A file has its mode from its creation on. The umask of
 * the process can only remove bits; cron and containers often have no umask.
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
