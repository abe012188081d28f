package murder.engine.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Set;

/** Looks which files of a torrent exist, and under which name. Reads no content. */
final class Finder {
    private final FileTable table;
    private final Directories directories;

    Finder(FileTable table, Directories directories) {
        this.table = table;
        this.directories = directories;
    }

    /** All files under their final names with their right lengths; links in the tree are followed, it is its owner's. */
    void findAll() throws StorageException {
        for (StoredFile file : table.stored()) {
            BasicFileAttributes found = attributes(file.finalPath());
            if (found == null) {
                throw new StorageException(StorageException.Reason.MISSING_FILE, file.finalPath(), file.finalPath()
                    + " is missing: give the path of the data that the torrent was made from");
            }
            if (!found.isRegularFile()) {
                throw new StorageException(StorageException.Reason.ALREADY_EXISTS, file.finalPath(),
                    file.finalPath() + " is not a plain file");
            }
            if (found.size() != file.length()) {
                throw new StorageException(StorageException.Reason.WRONG_LENGTH, file.finalPath(), file.finalPath() + " has "
                    + found.size() + " bytes, the torrent says " + file.length() + ": was it changed since the torrent was made?");
            }
            file.moveTo(StoredFile.Location.FINAL, found.size());
        }
    }

    /**
     * Whatever there is. A {@code .part} is ours and newer than what has the final name; a file of the final name counts only if it has
     * its right length, otherwise it is something else.
     */
    void find() throws StorageException {
        Set<Path> known = new HashSet<>();
        for (StoredFile file : table.stored()) {
            directories.check(file.finalPath().getParent(), known);
            BasicFileAttributes part = attributes(file.partPath(), LinkOption.NOFOLLOW_LINKS);
            BasicFileAttributes whole = attributes(file.finalPath(), LinkOption.NOFOLLOW_LINKS);
            if (part != null && !part.isRegularFile() || whole != null && whole.isDirectory()) {
                Path inTheWay = part != null && !part.isRegularFile() ? file.partPath() : file.finalPath();
                throw new StorageException(StorageException.Reason.ALREADY_EXISTS, inTheWay,
                    inTheWay + " is not a plain file: move it away and start again");
            }
            if (part != null) {
                checkOurs(file.partPath());
                file.moveTo(StoredFile.Location.PART, part.size());
            } else if (whole != null && whole.isRegularFile() && whole.size() == file.length()) {
                file.moveTo(StoredFile.Location.FINAL, whole.size());
            } else {
                file.moveTo(StoredFile.Location.NONE, 0);
            }
        }
    }

    /** Whoever owns a {@code .part} could change it at any time, and would own what it becomes. */
    private static void checkOurs(Path part) throws StorageException {
        try {
            if (Owner.isForeign(part)) {
                throw new StorageException(StorageException.Reason.ALREADY_EXISTS, part,
                    part + " belongs to another user and is not used: choose a place where only you may write");
            }
        } catch (IOException e) {
            throw StorageException.reading(part, e);
        }
    }

    private static BasicFileAttributes attributes(Path path, LinkOption... options) throws StorageException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class, options);
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw StorageException.reading(path, e);
        }
    }
}
