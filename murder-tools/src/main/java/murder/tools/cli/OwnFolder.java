package murder.tools.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;

/**
 * Folders and files of this user alone, even in places where everybody may write. It never changes
 * the mode of existing ones.
 */
public final class OwnFolder {
    /** Belongs to the user that this process acts as. */
    private static final Path SELF = Path.of("/proc/self");
    private static final int OTHERS_WRITE = 0022;
    /** Another user can take names, but not this many by accident. */
    private static final int MAX_NAMES = 100;

    private OwnFolder() {
    }

    /**
     * Makes a folder that only its owner may read.
     *
     * @throws FileAlreadyExistsException if the path exists
     */
    public static void make(Path folder) throws IOException {
        boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
        Files.createDirectory(folder, posix
            ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))}
            : new FileAttribute<?>[0]);
    }

    /** Writes a file that only its owner may read. Replaces an existing one. */
    public static void write(Path file, byte[] bytes) throws IOException {
        Files.deleteIfExists(file);
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] mode = posix
            ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))}
            : new FileAttribute<?>[0];
        try (SeekableByteChannel channel =
                Files.newByteChannel(file, Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW), mode)) {
            ByteBuffer left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                channel.write(left);
            }
        }
    }

    /**
     * Makes a folder for its owner alone if it is missing, and checks its owner. Its parent must
     * exist.
     */
    public static void ensure(Path folder) throws CommandException, IOException {
        try {
            make(folder);
        } catch (FileAlreadyExistsException e) {
            String problem = problem(folder);
            if (problem != null) {
                throw CommandException.failed(folder + " " + problem, e);
            }
        }
    }

    /**
     * Replaces a file that only its owner may read, in one step that survives a crash of the
     * machine.
     */
    public static void replace(Path file, byte[] bytes) throws IOException {
        Path temporary = file.resolveSibling("." + file.getFileName() + "." + ProcessHandle.current().pid() + "." + System.nanoTime()
            + ".tmp");
        try {
            write(temporary, bytes);
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /**
     * Reads a text that murder wrote. A crash or another program may have damaged it; the caller
     * must check that. Bytes that are not UTF-8 become U+FFFD. A longer file is cut.
     *
     * @throws NoSuchFileException if it does not exist
     */
    public static String read(Path file, int maxBytes) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(maxBytes), StandardCharsets.UTF_8);
        }
    }

    /**
     * The reason why this is not a folder for this user alone; null if it is one.
     *
     * @throws NoSuchFileException if it does not exist
     */
    static String problem(Path folder) throws IOException {
        if (Files.isSymbolicLink(folder)) {
            return "is not a directory but a symbolic link; remove it";
        }
        if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS) && !Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return "is not a directory; remove it";
        }
        if (!folder.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return null;
        }
        Map<String, Object> found = Files.readAttributes(folder, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
        if (!isMine(found.get("uid"))) {
            return "belongs to another user";
        }
        return ((Integer) found.get("mode") & OTHERS_WRITE) == 0 ? null
            : "may be written to by others; close it to them with 'chmod go-w'";
    }

    /** Whether only this user may write to this existing folder. */
    public static boolean isOurs(Path folder) throws IOException {
        return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS) && problem(folder) == null;
    }

    /**
     * Whether this user owns the file; links are not followed. On a system without owners this is
     * always true.
     */
    public static boolean isMine(Path path) throws IOException {
        return !path.getFileSystem().supportedFileAttributeViews().contains("unix")
            || isMine(Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS));
    }

    private static boolean isMine(Object uid) throws IOException {
        return uid.equals(Files.getAttribute(Files.exists(SELF) ? SELF : Path.of(System.getProperty("user.home")), "unix:uid"));
    }

    /**
     * Finds this user's folder in one where others may write, too. If others have taken its name,
     * it gets a number.
     *
     * @param create whether to make it if there is none
     * @return null if there is none
     * @throws IOException if it cannot be made
     */
    public static Path in(Path shared, String name, boolean create) throws IOException {
        for (int i = 0; i < MAX_NAMES; i++) {
            Path folder = shared.resolve(i == 0 ? name : name + "-" + i);
            try {
                if (problem(folder) == null) {
                    return folder;
                }
            } catch (NoSuchFileException e) {
                if (!create) {
                    return null;
                }
                if (made(folder)) {
                    return folder;
                }
            }
        }
        throw new FileAlreadyExistsException(shared.resolve(name).toString(), null, "other users have taken this name and "
            + (MAX_NAMES - 1) + " like it");
    }

    /**
     * @return false if another process was faster; then the caller checks the folder like any other
     */
    private static boolean made(Path folder) throws IOException {
        try {
            make(folder);
            return true;
        } catch (FileAlreadyExistsException e) {
            return problem(folder) == null;
        }
    }
}
