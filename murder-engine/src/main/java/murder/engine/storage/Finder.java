package murder.engine.storage;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Set;

/** Finds the existing files of a torrent and their names. Reads no content. */
final class Finder {
    private final FileTable table;
    private final Directories directories;

    Finder(FileTable table, Directories directories) {
        this.table = table;
        this.directories = directories;
    }

    /**
     * All files have their final names and right lengths. Links in the tree are followed, because
     * the tree is its owner's.
     */
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
     * All existing files. A {@code .part} file is ours, and newer than the file with the final
     * name. A file with the final name counts only if its length is right.
     */
    void find() throws StorageException {
        Set<Path> known = new HashSet<>();
        // A new download of many files: without its directory a file needs no look of its own.
        Set<Path> missing = new HashSet<>();
        for (StoredFile file : table.stored()) {
            Path directory = file.finalPath().getParent();
            if (isMissing(directory, known, missing)) {
                file.moveTo(StoredFile.Location.NONE, 0);
                continue;
            }
            BasicFileAttributes part = part(file);
            BasicFileAttributes whole = attributes(file.finalPath(), LinkOption.NOFOLLOW_LINKS);
            if (part != null && !part.isRegularFile() || whole != null && whole.isDirectory()) {
                Path inTheWay = part != null && !part.isRegularFile() ? file.partPath() : file.finalPath();
                throw new StorageException(StorageException.Reason.ALREADY_EXISTS, inTheWay,
                    inTheWay + " is not a plain file: move it away and start again");
            }
            if (whole != null) {
                checkOurs(file.finalPath());
            }
            if (part != null) {
                file.moveTo(StoredFile.Location.PART, part.size());
            } else if (whole != null && whole.isRegularFile() && whole.size() == file.length()) {
                file.moveTo(StoredFile.Location.FINAL, whole.size());
            } else {
                file.moveTo(StoredFile.Location.NONE, 0);
            }
        }
    }

    private boolean isMissing(Path directory, Set<Path> known, Set<Path> missing) throws StorageException {
        if (known.contains(directory) || missing.contains(directory)) {
            return missing.contains(directory);
        }
        directories.check(directory, known);
        boolean isThere = attributes(directory) != null;
        (isThere ? known : missing).add(directory);
        return !isThere;
    }

    /**
     * Finds the incomplete file. If another user's file has its name, the download uses another
     * name: the owner of a {@code .part} file could change it at any time.
     *
     * @return null if there is none
     */
    private BasicFileAttributes part(StoredFile file) throws StorageException {
        Path usual = file.partPath();
        BasicFileAttributes part = attributes(usual, LinkOption.NOFOLLOW_LINKS);
        for (int i = 0; part != null && isForeign(file.partPath()); i++) {
            if (i == FileTable.MAX_OTHER_PARTS) {
                throw new StorageException(StorageException.Reason.ALREADY_EXISTS, usual, usual + " and " + i
                    + " names like it belong to other users: choose a place where only you may write");
            }
            Path other = table.otherPart(usual, i);
            if (other != null) {
                Log.LOG.log(Level.DEBUG, "{0} may belong to another user, so it stays unchanged", file.partPath());
                file.growAs(other);
                part = attributes(other, LinkOption.NOFOLLOW_LINKS);
            }
        }
        return part;
    }

    /**
     * Its owner could change it after the check. In most such folders only its owner may replace
     * it.
     */
    private static void checkOurs(Path whole) throws StorageException {
        try {
            if (Owner.isOfAnotherUser(whole)) {
                throw new StorageException(StorageException.Reason.ALREADY_EXISTS, whole, whole
                    + " belongs to another user, in a folder where everybody may write: choose another place");
            }
        } catch (NoSuchFileException e) {
            return; // Its owner has just removed it.
        } catch (IOException e) {
            throw StorageException.reading(whole, e);
        }
    }

    private static boolean isForeign(Path part) throws StorageException {
        try {
            return Owner.isForeign(part);
        } catch (NoSuchFileException e) {
            return false; // Its owner has just removed it.
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
