package murder.metainfo;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * The files and symlinks at a place on disk, sorted by the bytes of their paths. Equal scans mean
 * that sizes and times have not changed in between.
 *
 * @param isSingleFile a file, not a directory
 * @param files never empty
 * @param emptyDirectories directories without entries, which plain torrents cannot hold
 * @param directories all of them, each behind the one that holds it
 */
record PayloadScan(boolean isSingleFile, List<Found> files, List<Path> emptyDirectories, List<FoundDirectory> directories) {
    /**
     * @param path elements below the scanned directory, or the name of the scanned file alone
     * @param location its path on disk
     * @param target elements of a symlink's target, empty for a file
     * @param modified when its content last changed
     * @param mode permission bits, or -1 where there are none
     * @param key the file system's name for the file itself; may be null
     */
    record Found(List<String> path, Path location, long length, int mode, List<String> target, FileTime modified, Object key) {
        boolean executable() {
            return mode >= 0 && (mode & OWNER_EXECUTE) != 0 && target.isEmpty();
        }

        /** Like {@code equals}. The first use of a record's own one takes 40 ms. */
        boolean isSame(Found other) {
            return path.equals(other.path) && location.equals(other.location) && length == other.length && mode == other.mode
                && target.equals(other.target) && modified.equals(other.modified) && Objects.equals(key, other.key);
        }
    }

    /** @param path below the scanned directory, which is empty for that itself */
    record FoundDirectory(Path path, int mode) {}

    private static final int OWNER_EXECUTE = 0100;

    /**
     * @param source a file or directory, or a symlink to one
     * @param excluded skips files and directories below it whose names begin with one of these
     * @throws IOException that names the entry that cannot be read or cannot be in a torrent
     */
    static PayloadScan of(Path source, List<String> excluded) throws IOException {
        Path root = source.toAbsolutePath().normalize();
        BasicFileAttributes attributes = Files.readAttributes(root, BasicFileAttributes.class);
        if (attributes.isRegularFile()) {
            Found file = found(List.of(nameOf(root.getFileName(), root)), root.toRealPath(), List.of(), attributes);
            return new PayloadScan(true, List.of(file), List.of(), List.of());
        }
        if (!attributes.isDirectory()) {
            throw special(root);
        }
        List<Found> files = new ArrayList<>();
        Path realRoot = root.toRealPath();
        List<Path> empty = new ArrayList<>();
        List<FoundDirectory> directories = new ArrayList<>();
        Files.walkFileTree(realRoot, new Visitor(root, realRoot, excluded, files, empty, directories));
        if (files.isEmpty()) {
            throw new UnrepresentableFileException(source + " has no files; a torrent cannot say empty directories");
        }
        directories.sort(Comparator.comparing(FoundDirectory::path));
        return new PayloadScan(false, sorted(files), List.copyOf(empty), List.copyOf(directories));
    }

    /** By the bytes of their names, which are made once: a sort compares each name many times. */
    private static List<Found> sorted(List<Found> files) {
        record Named(byte[] name, Found file) { }

        return files.stream().map(file -> new Named(PathRules.bytesOf(file.path), file))
            .sorted((a, b) -> Arrays.compareUnsigned(a.name, b.name)).map(Named::file).toList();
    }

    /**
     * The name that a path's element has in a torrent.
     *
     * @param file what the message names
     * @throws UnrepresentableFileException if it cannot have one
     */
    static String nameOf(Path element, Path file) throws UnrepresentableFileException {
        if (element == null) {
            throw new UnrepresentableFileException(file + " has no name to give to a torrent");
        }
        String name = element.toString();
        String problem = isLossless(element, name)
            ? PathRules.problemOf(name)
            : "a name that is not text in this locale (" + System.getProperty("sun.jnu.encoding") + "); try LC_ALL=C.UTF-8";
        if (problem == null) {
            problem = PathRules.problemOfText(name);
        }
        if (problem != null) {
            throw new UnrepresentableFileException(file + " cannot be in a torrent: " + problem);
        }
        return name;
    }

    /**
     * Bytes that are no characters in the encoding of this JVM become replacement characters, and
     * would reach other hosts as such.
     */
    private static boolean isLossless(Path element, String name) {
        try {
            return element.getFileSystem().getPath(name).equals(element);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static Found found(List<String> path, Path location, List<String> target, BasicFileAttributes attributes) throws IOException {
        boolean isLink = !target.isEmpty();
        return new Found(path, location, isLink ? 0 : attributes.size(), isLink ? 0 : mode(location), target,
            attributes.lastModifiedTime(), attributes.fileKey());
    }

    /** Whether the owner may execute a file; never on systems without such a bit. */
    static boolean isExecutable(Path file) throws IOException {
        int mode = mode(file);
        return mode >= 0 && (mode & OWNER_EXECUTE) != 0;
    }

    /** Permission bits, or -1 where there are none. */
    private static int mode(Path path) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
        if (view == null) {
            return -1;
        }
        int mode = 0;
        for (PosixFilePermission permission : view.readAttributes().permissions()) {
            // They stand in the order of the bits, the greatest one first.
            mode |= 0400 >> permission.ordinal();
        }
        return mode;
    }

    private static UnrepresentableFileException special(Path file) {
        return new UnrepresentableFileException(file + " is neither a file, a directory nor a symlink, and cannot be in a torrent");
    }

    /**
     * @throws IOException that names the first changed entry
     */
    void checkUnchanged(Path source, List<String> excluded) throws IOException {
        PayloadScan now = of(source, excluded);
        for (int i = 0; i < Math.max(files.size(), now.files.size()); i++) {
            if (i >= files.size() || i >= now.files.size() || !files.get(i).isSame(now.files.get(i))) {
                Found changed = i < files.size() ? files.get(i) : now.files.get(i);
                throw new ChangedFileException(changed.location,
                    "changed while it was hashed; create the torrent when nobody writes there", null);
            }
        }
    }

    private static final class Visitor extends SimpleFileVisitor<Path> {
        private final Path root;
        private final Path realRoot;
        private final List<String> excluded;
        private final List<Found> files;
        private final List<Path> empty;
        private final List<FoundDirectory> directories;
        /** The last entered directory, while no entry was found in it. */
        private Path entered;

        Visitor(Path root, Path realRoot, List<String> excluded, List<Found> files, List<Path> empty, List<FoundDirectory> directories) {
            this.root = root;
            this.realRoot = realRoot;
            this.excluded = excluded;
            this.files = files;
            this.empty = empty;
            this.directories = directories;
        }

        private boolean isExcluded(Path file) {
            String name = file.getFileName().toString();
            return excluded.stream().anyMatch(name::startsWith);
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) throws IOException {
            boolean skipped = !directory.equals(realRoot) && isExcluded(directory);
            entered = skipped ? null : directory;
            if (!skipped) {
                directories.add(new FoundDirectory(realRoot.relativize(directory), mode(directory)));
            }
            return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
            if (directory.equals(entered)) {
                empty.add(directory);
            }
            entered = null;
            return super.postVisitDirectory(directory, failure);
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            entered = null;
            if (isExcluded(file)) {
                return FileVisitResult.CONTINUE;
            }
            List<String> path = new ArrayList<>();
            for (Path element : realRoot.relativize(file)) {
                path.add(nameOf(element, file));
            }
            String problem = PathRules.problemOfLength(path);
            if (problem != null) {
                throw new UnrepresentableFileException(file + " cannot be in a torrent: " + problem);
            }
            if (attributes.isSymbolicLink()) {
                files.add(found(path, file, SymlinkTarget.read(root, file, path), attributes));
            } else if (attributes.isRegularFile()) {
                files.add(found(path, file, List.of(), attributes));
            } else {
                throw special(file);
            }
            return FileVisitResult.CONTINUE;
        }
    }
}
