package murder.hash;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;

/**
 * Maps parts of files for reading, until address space or mappings run out. Then it logs this once
 * and maps no more files. The reason: the JDK answers each refusal with a full collection and 100
 * ms of sleep. Callers read instead. Any thread.
 */
public final class FileMapper {
    /** Starts the JDK's logging only for the first message. */
    private static final class Log {
        static final System.Logger LOG = System.getLogger("murder.hash");
    }

    private volatile boolean refused;

    /**
     * Maps a part of a file, to be closed by the same thread.
     *
     * @return null if it has to be read instead
     */
    public Mapping map(FileChannel file, long position, long length) throws IOException {
        if (!refused && !Mapping.isSupported()) {
            refuse("this Java cannot unmap them, as its module jdk.unsupported is missing");
        }
        return map(length, () -> Mapping.of(file, position, length), file);
    }

    /**
     * Maps a part of a file until the collector finds that nobody holds the buffer any more. For
     * windows with many users, which nobody can close.
     *
     * @return null if it has to be read instead
     */
    public ByteBuffer mapUntilCollected(FileChannel file, long position, long length) throws IOException {
        return map(length, () -> file.map(MapMode.READ_ONLY, position, length), file);
    }

    private interface Attempt<T> {
        T map() throws IOException;
    }

    private <T> T map(long length, Attempt<T> attempt, FileChannel file) throws IOException {
        if (!refused && !AddressSpace.hasRoomFor(length)) {
            refuse("the address space of this process is limited (ulimit -v)");
        }
        if (refused) {
            return null;
        }
        try {
            return attempt.map();
        } catch (IOException e) {
            if (!file.isOpen()) {
                throw e;
            }
            if (e.getCause() instanceof OutOfMemoryError) {
                refuse("the system maps no more of them (vm.max_map_count)");
            }
            // Otherwise this file system cannot map. If the file is unreadable, reading will show
            // it.
            return null;
        } catch (UnsupportedOperationException e) {
            // The file lies in a file system written in Java.
            return null;
        }
    }

    private void refuse(String reason) {
        synchronized (this) {
            if (refused) {
                return;
            }
            refused = true;
        }
        Log.LOG.log(Level.INFO, "files are read and not mapped: {0}", reason);
    }
}
