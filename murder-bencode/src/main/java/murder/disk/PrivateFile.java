package murder.disk;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Collections;
import java.util.Set;

/** Reads files that hold secrets. */
public final class PrivateFile {
    private static final Set<PosixFilePermission> OF_OTHERS = Set.of(PosixFilePermission.GROUP_READ, PosixFilePermission.GROUP_WRITE,
        PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);

    private PrivateFile() {}

    /**
     * Reads a file that only its owner may read and write.
     *
     * @param file at most {@code mostBytes}
     * @param mostBytes of the file
     * @param what it is, for the message about a longer one
     * @return its content
     * @throws IOException if it cannot be read, is longer, or others may read or write it
     */
    public static byte[] read(Path file, int mostBytes, String what) throws IOException {
        if (Files.getFileStore(file).supportsFileAttributeView("posix")
            && !Collections.disjoint(Files.getPosixFilePermissions(file), OF_OTHERS)) {
            throw new IOException(file + " holds a secret and others may read or write it; run: chmod 600 " + file);
        }
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(mostBytes + 1);
        }
        if (bytes.length > mostBytes) {
            throw new IOException(file + " has more than " + mostBytes + " bytes, so it is no " + what);
        }
        return bytes;
    }
}
