package murder.tools.host;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import murder.tools.cli.Trees;

/**
 * Deletes a tree and never follows a symbolic link, also if somebody replaces a directory by a link
 * meanwhile. It opens each directory relative to the one above (openat, unlinkat). It first makes
 * read-only directories writable.
 */
public final class TreeRemoval {
    private static final Set<PosixFilePermission> OWNER_ALL = Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE,
        PosixFilePermission.OWNER_EXECUTE);

    private TreeRemoval() {
    }

    /**
     * Deletes a file, a link or a directory with all its entries. Does nothing if it does not
     * exist.
     */
    public static void delete(Path path) throws IOException {
        try (DirectoryStream<Path> parent = Files.newDirectoryStream(path.getParent())) {
            if (parent instanceof SecureDirectoryStream<Path> secure) {
                deleteEntry(secure, path.getFileName());
            } else if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                Trees.delete(path);
            } else {
                Files.deleteIfExists(path);
            }
        }
    }

    private static void deleteEntry(SecureDirectoryStream<Path> directory, Path name) throws IOException {
        BasicFileAttributes attributes;
        try {
            attributes = directory.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS).readAttributes();
        } catch (NoSuchFileException e) {
            return;
        }
        if (!attributes.isDirectory()) {
            directory.deleteFile(name);
            return;
        }
        makeWritable(directory, name);
        try (SecureDirectoryStream<Path> below = directory.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
            List<Path> names = new ArrayList<>();
            for (Path entry : below) {
                names.add(entry.getFileName());
            }
            for (Path entry : names) {
                deleteEntry(below, entry);
            }
        }
        directory.deleteDirectory(name);
    }

    private static void makeWritable(SecureDirectoryStream<Path> directory, Path name) throws IOException {
        PosixFileAttributeView view = directory.getFileAttributeView(name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        Set<PosixFilePermission> now = view.readAttributes().permissions();
        if (!now.containsAll(OWNER_ALL)) {
            Set<PosixFilePermission> wanted = EnumSet.copyOf(OWNER_ALL);
            wanted.addAll(now);
            view.setPermissions(wanted);
        }
    }
}
