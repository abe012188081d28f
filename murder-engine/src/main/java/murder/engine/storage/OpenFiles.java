package murder.engine.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Set;

/**
 * The open channels of a torrent. If there are too many, the longest unused ones are closed. So a
 * torrent may have more files than the process has descriptors. Any thread.
 */
final class OpenFiles implements Closeable {
    /** A channel in use: it stays open at least until this is closed. */
    final class Use implements Closeable {
        private final FileChannel channel;
        private int users;
        private boolean detached;

        private Use(FileChannel channel) {
            this.channel = channel;
        }

        FileChannel channel() {
            return channel;
        }

        @Override
        public void close() throws IOException {
            release(this);
        }
    }

    private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ);
    private static final Set<OpenOption> READ_NO_LINK = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    private static final Set<OpenOption> WRITE_NO_LINK =
        Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

    private final Disk disk;
    private final Directories directories;
    private final int max;
    private final LinkedHashMap<StoredFile, Use> open = new LinkedHashMap<>(64, 0.75f, true);
    private boolean followLinks;
    private boolean closed;

    OpenFiles(Disk disk, Directories directories, int max) {
        this.disk = disk;
        this.directories = directories;
        this.max = max;
    }

    /**
     * For a tree that its owner seeds: the engine never writes to it, so reading may follow its
     * links.
     */
    synchronized void followLinks() {
        followLinks = true;
    }

    /**
     * Opens the file where it is: for reading and writing as {@code .part}, for reading alone under
     * its final name.
     */
    Use use(StoredFile file) throws IOException {
        Use use = useOpen(file);
        return use != null ? use : disk.descriptors().open(() -> useNow(file), this::closeUnused);
    }

    /** Null if the file is not open. Allocates nothing: each write and read comes here. */
    private synchronized Use useOpen(StoredFile file) throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
        Use use = open.get(file);
        if (use == null || !use.channel.isOpen()) {
            return null;
        }
        use.users++;
        return use;
    }

    /** Closes every unused channel. */
    private synchronized Void closeUnused() throws IOException {
        for (Iterator<Use> all = open.values().iterator(); all.hasNext();) {
            Use use = all.next();
            if (use.users == 0) {
                all.remove();
                use.channel.close();
            }
        }
        return null;
    }

    private synchronized Use useNow(StoredFile file) throws IOException {
        Use use = useOpen(file);
        if (use == null) {
            use = new Use(openNow(file));
            open.put(file, use);
            evict();
            use.users++;
        }
        return use;
    }

    private FileChannel openNow(StoredFile file) throws IOException {
        if (file.location() == StoredFile.Location.PART) {
            directories.check(file.partPath().getParent(), new HashSet<>());
            return disk.open(file.partPath(), WRITE_NO_LINK);
        }
        return disk.open(file.finalPath(), followLinks ? READ : READ_NO_LINK);
    }

    private void evict() throws IOException {
        Iterator<Use> eldest = open.values().iterator();
        while (open.size() > max && eldest.hasNext()) {
            Use use = eldest.next();
            if (use.users == 0 && eldest.hasNext()) {
                eldest.remove();
                use.channel.close();
            }
        }
    }

    private synchronized void release(Use use) throws IOException {
        if (--use.users == 0 && use.detached) {
            use.channel.close();
        }
    }

    /** Forgets the open channel, because another file has this name now. */
    synchronized void moved(StoredFile file, StoredFile.Location to, long length) throws IOException {
        Use use = open.remove(file);
        if (use != null) {
            use.detached = true;
            if (use.users == 0) {
                use.channel.close();
            }
        }
        file.moveTo(to, length);
    }

    /**
     * Renames a {@code .part} file to its final name and replaces an existing file. Open channels
     * stay valid: they refer to the file, not to the name.
     */
    synchronized void rename(StoredFile file) throws IOException {
        Files.move(file.partPath(), file.finalPath(), StandardCopyOption.ATOMIC_MOVE);
        file.moveTo(StoredFile.Location.FINAL, file.length());
    }

    synchronized int size() {
        return open.size();
    }

    /** Closes all channels. Users of channels in use fail. */
    @Override
    public synchronized void close() throws IOException {
        closed = true;
        IOException first = null;
        for (Use use : open.values()) {
            try {
                use.channel.close();
            } catch (IOException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        open.clear();
        if (first != null) {
            throw first;
        }
    }
}
