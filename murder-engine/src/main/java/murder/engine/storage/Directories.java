package murder.engine.storage;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;

/**
 * The directories below a torrent's root. None of them may be a symbolic link: an attacker with a
 * link in the target could choose where the engine writes. The root itself may be a link, because
 * the user named it.
 */
final class Directories {
    private final Path root;
    private final Modes modes;

    Directories(Path root, Modes modes) {
        this.root = root;
        this.modes = modes;
    }

    /**
     * Checks those that exist on the way from the root to {@code directory}.
     *
     * @param known directories that this pass has checked already; this one is added
     */
    void check(Path directory, Set<Path> known) throws StorageException {
        walk(directory, known, false);
    }

    /** Checks the directories, and makes the missing ones, including the root. */
    void create(Path directory, Set<Path> known) throws StorageException {
        walk(directory, known, true);
    }

    private void walk(Path directory, Set<Path> known, boolean create) throws StorageException {
        if (known.contains(directory)) {
            return;
        }
        Path at = root;
        try {
            if (create) {
                Files.createDirectories(root, modes.directory());
            }
            for (Path name : root.relativize(directory)) {
                at = name.toString().isEmpty() ? root : at.resolve(name);
                if (!at.equals(root) && !checkOne(at, create)) {
                    return;
                }
            }
        } catch (IOException e) {
            throw StorageException.writing(at, e);
        }
        known.add(directory);
    }

    /** Returns whether it is there. */
    private boolean checkOne(Path directory, boolean create) throws IOException {
        BasicFileAttributes found;
        try {
            found = Files.readAttributes(directory, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            if (create) {
                createOne(directory);
            }
            return create;
        }
        if (found.isSymbolicLink()) {
            throw new StorageException(StorageException.Reason.NOT_WRITABLE, directory,
                directory + " is a symbolic link inside the target and is not followed: remove it and start again");
        }
        if (!found.isDirectory()) {
            throw new StorageException(StorageException.Reason.ALREADY_EXISTS, directory,
                directory + " is a file where the torrent has a directory: move it away and start again");
        }
        return true;
    }

    private void createOne(Path directory) throws IOException {
        try {
            Files.createDirectory(directory, modes.directory());
        } catch (FileAlreadyExistsException e) {
            // Another process created an entry in between: check it like any other.
            checkOne(directory, false);
        }
    }
}
