package murder.tools.host;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import murder.disk.Forcing;
import murder.tools.cli.CommandException;
import murder.tools.cli.Failures;
import murder.tools.cli.OwnFolder;

/**
 * Puts a release in its place by one rename. Before that it is written under another name beside
 * its place, on the same file system:
 *
 * <pre>
 *   DEST/.murder-new-…  ── rename ──▶  DEST/TAG  ── first, if there is an old one to be replaced: rename ──▶  DEST/.murder-old-…
 * </pre>
 *
 * So at any moment the place has a complete release or none. The next run finds the leftovers of a
 * killed run ({@link Scratch}). It removes an incomplete release, and restores an old release
 * without a successor. A mount point, or a directory whose parent is not writable, cannot be
 * renamed. Then the release is written inside it, and its entries are renamed one by one
 * ({@link Refill}). One thread uses it; any thread may close it.
 */
public final class Placement implements Closeable {
    private final Path target;
    private final boolean replace;
    private final DeletionGuard guard;
    /** Whether only the entries of the place can be renamed, not the place itself. */
    private final boolean inside;
    /** The path of the incomplete release. */
    private final Path workshop;
    private final List<String> warnings = new ArrayList<>();
    private Path staging;
    private boolean closed;

    private Placement(Path target, boolean replace, DeletionGuard guard) throws IOException {
        this.target = target;
        this.inside = Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS) && target.getParent() != null
            && (guard.isMountPoint(target) || !Files.isWritable(target.getParent()));
        this.workshop = inside ? target : target.getParent();
        this.replace = replace;
        this.guard = guard;
    }

    /**
     * Makes the directories above the place, but not the place itself.
     *
     * @param destination a symbolic link is followed
     * @param name of the place in the destination; null for the destination itself
     * @param replace whether an existing release may be deleted
     */
    public static Placement of(Path destination, String name, boolean replace, DeletionGuard guard) throws CommandException, IOException {
        Path absolute = destination.toAbsolutePath().normalize();
        try {
            if (name != null) {
                return new Placement(makeDirectories(absolute).resolve(name), replace, guard);
            }
            if (absolute.getParent() == null) {
                throw CommandException.failed("the root directory cannot be a destination without a directory for the tag");
            }
            if (Files.exists(absolute)) {
                return new Placement(absolute.toRealPath(), replace, guard);
            }
            return new Placement(makeDirectories(absolute.getParent()).resolve(absolute.getFileName()), replace, guard);
        } catch (IOException e) {
            throw CommandException.failed("cannot make the destination " + absolute + ": " + Failures.describe(e), e);
        }
    }

    private static Path makeDirectories(Path directory) throws IOException {
        Files.createDirectories(directory);
        return directory.toRealPath();
    }

    public Path target() {
        return target;
    }

    /**
     * The staging path of a release that another class writes, on the same file system as the
     * place.
     *
     * @param key names the release
     * @param whole whether it is complete
     */
    public Path beside(String key, boolean whole) throws IOException {
        return workshop.resolve(Scratch.lasting(whole ? Scratch.Kind.STAGED : Scratch.Kind.PART, key).name());
    }

    /**
     * A name beside the place for an entry to delete. If this process is killed, the next one
     * deletes it.
     */
    public Path rubbish(String key) throws IOException {
        return workshop.resolve(Scratch.mine(Scratch.Kind.NEW, key).name());
    }

    /** Whether only the entries of the place can be renamed, one by one. */
    public boolean isInside() {
        return inside;
    }

    /** Failures that do not affect the release. */
    public List<String> warnings() {
        return warnings;
    }

    /** @throws CommandException if the place has an entry that must not be replaced */
    public void check() throws CommandException, IOException {
        if (isFree()) {
            return;
        }
        boolean directory = Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS);
        if (replace && inside) {
            guard.checkContents(target);
            return;
        }
        if (!replace) {
            throw CommandException.failed("destination " + target + (directory ? " is not empty" : Files.isSymbolicLink(target)
                ? " is a symbolic link" : " is there already") + "; choose another tag, or replace it with unsafe_please_delete=1");
        }
        guard.check(target);
    }

    /** Whether the place is free or an empty directory, which a rename replaces. */
    private boolean isFree() throws CommandException, IOException {
        if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            return true;
        }
        if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        if (inside) {
            return Interior.entries(target).isEmpty();
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(target)) {
            if (entries.iterator().hasNext()) {
                return false;
            }
        }
        // The rename replaces this directory, which is impossible for a mount point.
        guard.checkMounts(target);
        return true;
    }

    /**
     * Removes or restores the leftovers of killed runs.
     *
     * @param treeKey of a tree for {@link #stage}; or null
     */
    public void sweep(String treeKey) throws IOException {
        if (inside && new Refill(target).resume()) {
            new Refill(target).tidy();
        }
        for (Path path : abandoned()) {
            Scratch scratch = Scratch.parse(path.getFileName().toString());
            if (isReusable(path, scratch, treeKey)) {
                continue;
            }
            boolean isOurs = scratch.isOf(Scratch.Kind.OLD, target.toString());
            if (isOurs && !Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
            } else if (isOurs || scratch.kind() == Scratch.Kind.NEW || scratch.kind() == Scratch.Kind.TREE) {
                remove(path);
            }
        }
    }

    private List<Path> abandoned() throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(workshop, Scratch.PREFIX + "*")) {
            for (Path entry : entries) {
                Scratch scratch = Scratch.parse(entry.getFileName().toString());
                // Leftovers of other users do not belong to us.
                if (scratch != null && scratch.isAbandoned(modified(entry)) && isMine(entry)) {
                    found.add(entry);
                }
            }
        }
        return found;
    }

    private static long modified(Path entry) throws IOException {
        try {
            return Files.getLastModifiedTime(entry, LinkOption.NOFOLLOW_LINKS).toMillis();
        } catch (NoSuchFileException e) {
            return Long.MAX_VALUE; // Another run has swept it away.
        }
    }

    private static boolean isMine(Path entry) throws IOException {
        try {
            return OwnFolder.isMine(entry);
        } catch (NoSuchFileException e) {
            return false; // Another run has swept it away.
        }
    }

    private void remove(Path path) {
        try {
            guard.checkMounts(path);
            TreeRemoval.delete(path);
        } catch (IOException e) {
            warnings.add("cannot remove " + path + ": " + Failures.describe(e));
        } catch (CommandException e) {
            warnings.add(e.getMessage());
        }
    }

    /**
     * Makes the staging directory. An unpacked release gets its mode from the archive. Until then
     * only the owner may read it.
     *
     * @throws CommandException if this user may not write there
     */
    synchronized Path stage(Scratch.Kind kind, String key) throws CommandException, IOException {
        Path path = workshop.resolve(Scratch.mine(kind, key).name());
        try {
            Path left = kind == Scratch.Kind.TREE ? reusable(key) : null;
            if (left == null) {
                Files.createDirectory(path, kind == Scratch.Kind.NEW ? ownerOnly(path) : new FileAttribute<?>[0]);
            } else {
                Files.move(left, path, StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException e) {
            throw CommandException.failed("cannot write to the destination " + workshop + ": " + Failures.describe(e), e);
        }
        staging = path;
        return path;
    }

    /** The download of a killed run for the same tree and place. */
    private Path reusable(String key) throws IOException {
        for (Path path : abandoned()) {
            if (isReusable(path, Scratch.parse(path.getFileName().toString()), key)) {
                return path;
            }
        }
        return null;
    }

    private static boolean isReusable(Path path, Scratch scratch, String treeKey) {
        return treeKey != null && scratch.isOf(Scratch.Kind.TREE, treeKey) && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    }

    static FileAttribute<?>[] ownerOnly(Path path) {
        boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
        return posix ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))}
            : new FileAttribute<?>[0];
    }

    /**
     * Puts the complete release in its place.
     *
     * @param whole the staging directory, or the one entry of it that is the release
     */
    public void publish(Path whole) throws CommandException, IOException {
        publish(whole, null);
        tidy(target);
    }

    /**
     * Puts the complete release in its place.
     *
     * @param whole the staging directory, or the one entry of it that is the release
     * @param kept the path for the old release, on the same file system; null to delete it. Not for
     *     a place of which only the entries can be renamed
     */
    public synchronized void publish(Path whole, Path kept) throws CommandException, IOException {
        if (closed) {
            throw CommandException.failed("stopped before the release was in its place");
        }
        check();
        if (inside) {
            new Refill(target).run(whole);
        } else if (isFree()) {
            Files.move(whole, target, StandardCopyOption.ATOMIC_MOVE);
        } else {
            swap(whole, kept);
        }
        Forcing.force(workshop);
        if (whole.equals(staging)) {
            staging = null;
        }
    }

    private void swap(Path whole, Path kept) throws IOException {
        Path old = workshop.resolve(Scratch.mine(Scratch.Kind.OLD, target.toString()).name());
        try {
            Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            replaceUnmovable(whole);
            return;
        }
        try {
            Files.move(whole, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
            throw e;
        }
        if (kept == null) {
            remove(old);
        } else {
            Files.move(old, kept, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /**
     * Overlay file systems cannot rename a directory of a lower layer, such as one from a
     * container's image.
     */
    private void replaceUnmovable(Path whole) throws IOException {
        warnings.add(target + " cannot be renamed on this file system, so it was deleted before the new release took its place");
        TreeRemoval.delete(target);
        Files.move(whole, target, StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * The name of a release during the renames of its entries into a place that cannot be renamed
     * itself, and until {@link #tidy}. It is the published directory, with its identity.
     */
    public static Path filling(Path place) throws IOException {
        return new Refill(place).next();
    }

    /** Goes on with renaming entries where a process was killed. Nobody else may do so now. */
    public static void finish(Path place) throws IOException {
        new Refill(place).resume();
    }

    /**
     * Removes what renaming entries has left in the place. To be called when it is noted which
     * release is there.
     */
    public static void tidy(Path place) throws IOException {
        if (Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
            new Refill(place).tidy();
        }
    }

    /** Removes an unfinished release that is not in its place. Publishing fails from now on. */
    @Override
    public synchronized void close() {
        closed = true;
        removeStaging();
    }

    /** Removes the staging directory, if it still exists. */
    synchronized void removeStaging() {
        if (staging != null) {
            remove(staging);
            staging = null;
        }
    }
}
