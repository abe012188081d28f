package murder.engine.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Turns verified bytes into the finished tree. It sets executable bits, forces all data to the
 * device, sets final names, makes symbolic links and forces the names. Each step can be repeated,
 * so the next run finishes the work of a killed one. A file gets its final name only here. So a
 * file with this name is complete, even after a crash of the machine.
 */
final class Finisher {
    private final FileTable table;
    private final OpenFiles files;
    private final Directories directories;
    private final Disk disk;

    Finisher(FileTable table, OpenFiles files, Directories directories, Disk disk) {
        this.table = table;
        this.files = files;
        this.directories = directories;
        this.disk = disk;
    }

    /** All pieces are verified and all files allocated. Background thread. */
    void run() throws StorageException {
        Set<Path> changed = new LinkedHashSet<>();
        Set<Path> known = new HashSet<>();
        // A torrent with only links or pads has no file that would have made it.
        directories.create(table.root(), known);
        for (StoredFile file : table.stored()) {
            if (file.entry().executable()) {
                directories.check(file.finalPath().getParent(), known);
                makeExecutable(file.path());
            }
        }
        forceBytes();
        // That may have taken long, so check again.
        known.clear();
        for (StoredFile file : table.stored()) {
            if (file.location() == StoredFile.Location.PART) {
                directories.check(file.finalPath().getParent(), known);
                rename(file);
                changed.add(file.finalPath().getParent());
            }
        }
        for (FileTable.Link link : table.links()) {
            directories.create(link.finalPath().getParent(), known);
            if (makeLink(link)) {
                changed.add(link.finalPath().getParent());
            }
        }
        forceNames(changed);
    }

    private void forceBytes() throws StorageException {
        List<Path> all = new ArrayList<>();
        for (StoredFile file : table.stored()) {
            all.add(file.path());
        }
        try {
            disk.force(all);
        } catch (IOException e) {
            throw StorageException.writing(table.root(), e);
        }
    }

    private void forceNames(Set<Path> changed) throws StorageException {
        // New directories are names in their parents.
        Set<Path> all = new LinkedHashSet<>(changed);
        for (Path directory : changed) {
            for (Path up = directory; up.startsWith(table.root()); up = up.getParent()) {
                all.add(up);
            }
        }
        try {
            disk.forceDirectories(all);
        } catch (IOException e) {
            throw StorageException.writing(table.root(), e);
        }
    }

    private void rename(StoredFile file) throws StorageException {
        try {
            files.rename(file);
        } catch (IOException e) {
            if (Files.isDirectory(file.finalPath(), LinkOption.NOFOLLOW_LINKS)) {
                throw new StorageException(StorageException.Reason.ALREADY_EXISTS, file.finalPath(),
                    file.finalPath() + " is a directory where the torrent has a file: move it away and start again", e);
            }
            throw StorageException.writing(file.finalPath(), e);
        }
    }

    /** Users who may read the file may execute it. */
    private static void makeExecutable(Path file) throws StorageException {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (view == null) {
            return;
        }
        try {
            Set<PosixFilePermission> now = view.readAttributes().permissions();
            Set<PosixFilePermission> wanted = EnumSet.of(PosixFilePermission.OWNER_EXECUTE);
            wanted.addAll(now);
            if (now.contains(PosixFilePermission.GROUP_READ)) {
                wanted.add(PosixFilePermission.GROUP_EXECUTE);
            }
            if (now.contains(PosixFilePermission.OTHERS_READ)) {
                wanted.add(PosixFilePermission.OTHERS_EXECUTE);
            }
            if (!wanted.equals(now)) {
                view.setPermissions(wanted);
            }
        } catch (IOException e) {
            throw StorageException.writing(file, e);
        }
    }

    /** Returns whether it was not there yet. Links are relative, so that the tree can be moved. */
    private boolean makeLink(FileTable.Link link) throws StorageException {
        Path path = link.finalPath();
        Path relative = path.getParent().relativize(link.pointsTo());
        try {
            if (Files.isSymbolicLink(path) && Files.readSymbolicLink(path).equals(relative)) {
                return false;
            }
            if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                throw new StorageException(StorageException.Reason.ALREADY_EXISTS, path,
                    path + " is a directory where the torrent has a symbolic link: move it away and start again");
            }
            Path part = freePart(link.partPath());
            Files.createSymbolicLink(part, relative);
            Files.move(part, path, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (UnsupportedOperationException e) {
            throw new StorageException(StorageException.Reason.IO, path, "this file system has no symbolic links, " + path + " is one");
        } catch (IOException e) {
            throw StorageException.writing(path, e);
        }
    }

    /** The usual temporary name of a link, or another one if another user's file has it. */
    private Path freePart(Path usual) throws IOException {
        Path part = usual;
        for (int i = 0; i < FileTable.MAX_OTHER_PARTS && Files.exists(part, LinkOption.NOFOLLOW_LINKS) && Owner.isForeign(part); i++) {
            Path other = table.otherPart(usual, i);
            part = other == null ? part : other;
        }
        if (Files.isSymbolicLink(part)) {
            // A killed run left it.
            Files.delete(part);
        }
        return part;
    }
}
