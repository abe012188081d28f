package murder.tools.host;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Creates files in a folder where other users may write, too. Always a new file, so that no planted
 * link is followed.
 */
public final class NewFile {
    private NewFile() {
    }

    /**
     * Makes a file for its owner only.
     *
     * @throws java.nio.file.FileAlreadyExistsException if anything is there
     */
    public static OutputStream create(Path file) throws IOException {
        return create(file, "rw-------");
    }

    /**
     * Makes a file that all may read, as far as the umask allows, and that only its owner may
     * write.
     */
    public static OutputStream createReadable(Path file, boolean executable) throws IOException {
        return create(file, executable ? "rwxr-xr-x" : "rw-r--r--");
    }

    private static OutputStream create(Path file, String permissions) throws IOException {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] mode = posix
            ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))}
            : new FileAttribute<?>[0];
        return Channels.newOutputStream(FileChannel.open(file, Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW), mode));
    }

    /** Writes the bytes in one step and replaces an existing file. Everybody may read them. */
    static void write(Path file, byte[] bytes) throws IOException {
        Path temporary = file.resolveSibling(Scratch.mine(Scratch.Kind.PACK, file.toString()).name());
        try (OutputStream out = create(temporary)) {
            out.write(bytes);
        }
        try {
            if (temporary.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rw-r--r--"));
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
