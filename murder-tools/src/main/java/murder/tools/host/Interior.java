package murder.tools.host;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The entries of a directory, without {@link Scratch}. A rename cannot replace a mount point, or a
 * directory whose parent is not writable. But renames can replace its entries, one after the other.
 */
final class Interior {
    private Interior() {
    }

    static List<Path> entries(Path directory) throws IOException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            for (Path entry : stream) {
                if (Scratch.parse(entry.getFileName().toString()) == null) {
                    entries.add(entry);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        entries.sort(null);
        return entries;
    }

    /** Renames something. */
    interface Mover {
        /** In one step, replacing a file or an empty directory. */
        void move(Path from, Path to) throws IOException;
    }

    /** Renames each entry. */
    static void move(Path from, Path to, Mover mover) throws IOException {
        for (Path entry : entries(from)) {
            moveOne(entry, to.resolve(entry.getFileName()), mover);
        }
    }

    /**
     * The owner of a moved directory must be able to write to it, because its {@code ..} changes.
     */
    private static void moveOne(Path entry, Path to, Mover mover) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(entry, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        Set<PosixFilePermission> mode = view == null || !Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS) ? null
            : view.readAttributes().permissions();
        boolean closed = mode != null && !mode.contains(PosixFilePermission.OWNER_WRITE);
        if (closed) {
            Set<PosixFilePermission> open = EnumSet.of(PosixFilePermission.OWNER_WRITE);
            open.addAll(mode);
            view.setPermissions(open);
        }
        mover.move(entry, to);
        if (closed) {
            Files.setPosixFilePermissions(to, mode);
        }
    }
}
