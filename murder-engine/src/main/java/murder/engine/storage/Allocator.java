package murder.engine.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import murder.wire.Bitfield;

/**
 * Makes room for missing payload: directories and {@code .part} files with their full lengths.
 *
 * <p>Java cannot allocate blocks, and zeros would write every build twice. So the allocator works
 * in three ways. (1) It compares the free space with the need before it creates a file. (2) The
 * system's {@code fallocate} command, if there is one, reserves the blocks of large files. So they
 * also lie in one part of the disk. (3) All writes are positional. Other programs may still fill
 * the disk. Then a write fails with an ordinary error, where a mapping would raise a signal.
 *
 * <p>The allocator never writes to a file that has its final name but wrong content. It copies the
 * right pieces to the {@code .part} file, which replaces the old file when it is complete.
 */
final class Allocator {
    private final FileTable table;
    private final OpenFiles files;
    private final Directories directories;
    private final Disk disk;
    private final Modes modes;
    private final long reserveFrom;
    private final OpenWork work;
    private final Set<Path> known = new HashSet<>();

    /**
     * @param reserveFrom files of at least this many bytes get reserved blocks
     * @param work tells between files whether the storage is closed
     */
    Allocator(FileTable table, OpenFiles files, Directories directories, Disk disk, Modes modes, long reserveFrom,
              OpenWork work) {
        this.table = table;
        this.files = files;
        this.directories = directories;
        this.disk = disk;
        this.modes = modes;
        this.reserveFrom = reserveFrom;
        this.work = work;
    }

    /** After a failure a later run uses the files that exist. Background thread. */
    void run(Bitfield have) throws StorageException {
        List<StoredFile> wanted = new ArrayList<>();
        for (StoredFile file : table.stored()) {
            boolean whole = table.bytesIn(file, have) == file.length();
            if (!whole || file.location() == StoredFile.Location.NONE) {
                wanted.add(file);
            }
        }
        checkSpace(wanted, have);
        for (StoredFile file : wanted) {
            if (work.isClosed()) {
                throw new StorageException(StorageException.Reason.IO, table.target(), "the storage was closed");
            }
            allocate(file, have);
        }
    }

    private void checkSpace(List<StoredFile> wanted, Bitfield have) throws StorageException {
        long needed = 0;
        for (StoredFile file : wanted) {
            if (file.location() != StoredFile.Location.PART) {
                needed += file.length();
            } else if (file.length() < reserveFrom) {
                needed += file.length() - table.bytesIn(file, have);
            }
            // A large .part file may have all its blocks already. Its reservation will show whether
            // there is room.
        }
        checkSpace(needed);
    }

    private void checkSpace(long needed) throws StorageException {
        Path existing = table.root();
        while (!Files.exists(existing)) {
            existing = existing.getParent();
        }
        long usable;
        try {
            usable = disk.usableSpace(existing);
        } catch (IOException e) {
            throw StorageException.writing(existing, e);
        }
        if (needed > usable) {
            throw new StorageException(StorageException.Reason.DISK_FULL, table.target(), table.target() + " needs "
                + needed + " more bytes, " + existing + " has " + usable + " free: free some space and start again");
        }
    }

    private void allocate(StoredFile file, Bitfield have) throws StorageException {
        boolean fresh = file.location() != StoredFile.Location.PART;
        Path part = file.partPath();
        directories.create(part.getParent(), known);
        Set<OpenOption> options = new HashSet<>(Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
        if (fresh) {
            options.add(StandardOpenOption.CREATE_NEW);
        }
        boolean done = false;
        try (FileChannel channel = disk.descriptors().open(() -> disk.open(part, options, modes.file()))) {
            try {
                setLength(file, channel, have);
                if (file.location() == StoredFile.Location.FINAL) {
                    copyRightPieces(file, channel, have);
                }
                done = true;
            } finally {
                if (!done && fresh) {
                    Files.delete(part);
                }
            }
            files.moved(file, StoredFile.Location.PART, file.length());
        } catch (IOException e) {
            throw StorageException.writing(part, e);
        }
    }

    private void setLength(StoredFile file, FileChannel channel, Bitfield have) throws IOException {
        if (channel.size() > file.length()) {
            channel.truncate(file.length());
        }
        if (file.length() >= reserveFrom && !disk.reserve(file.partPath(), file.length())) {
            if (file.location() == StoredFile.Location.PART) {
                checkSpace(file.length() - table.bytesIn(file, have));
            }
        }
        if (channel.size() < file.length()) {
            channel.write(ByteBuffer.allocate(1), file.length() - 1);
        }
    }

    private void copyRightPieces(StoredFile file, FileChannel to, Bitfield have) throws IOException {
        try (OpenFiles.Use from = files.use(file)) {
            int first = table.firstPiece(file);
            int last = table.lastPiece(file);
            for (int piece = have.nextSet(first); piece >= 0 && piece <= last; piece = have.nextSet(piece + 1)) {
                long at = table.begin(file, piece);
                long end = table.end(file, piece);
                while (at < end) {
                    long count = to.transferFrom(from.channel().position(at), at, end - at);
                    if (count == 0) {
                        throw new StorageException(StorageException.Reason.CHANGED, file.finalPath(),
                            file.finalPath() + " was cut short while it was in use: start again");
                    }
                    at += count;
                }
            }
        }
    }
}
