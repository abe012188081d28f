package murder.engine.storage;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Opens files, also when the process has no free file descriptor at the moment. Strangers may hold
 * the last descriptors. So the loop closes some sockets, and this class tries to open the file
 * again for a bounded time. Any thread.
 */
final class Descriptors {
    /** Opens one file. Throws if it cannot. */
    interface Opening<T> {
        T open() throws IOException;
    }

    /** Longer than strangers may keep a connection without a handshake. */
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(5);
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(50);

    /**
     * Asks others to close files. Returns whether waiting helps: not on the thread that must close
     * them. Null if there is nobody to ask.
     */
    private volatile BooleanSupplier others;

    void onShortage(BooleanSupplier free) {
        others = free;
    }

    /** For a caller with nothing to close. See {@link #open(Opening, Opening)}. */
    <T> T open(Opening<T> opening) throws IOException {
        return open(opening, null);
    }

    /**
     * @param own closes files that the caller does not need; null for none
     * @throws IOException if it cannot be opened for another reason, or there is no descriptor for
     *     five seconds
     */
    <T> T open(Opening<T> opening, Opening<?> own) throws IOException {
        long deadlineNs = System.nanoTime() + PATIENCE_NS;
        boolean mayWait = true;
        while (true) {
            try {
                return opening.open();
            } catch (IOException e) {
                if (!isShortage(e) || !mayWait || System.nanoTime() - deadlineNs > 0) {
                    throw e;
                }
            }
            if (own != null) {
                own.open();
            }
            mayWait = others != null && others.getAsBoolean();
            if (mayWait) {
                LockSupport.parkNanos(PAUSE_NS);
            }
        }
    }

    /** EMFILE or ENFILE, as strerror has them. */
    static boolean isShortage(IOException e) {
        String text = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
        return text != null && text.contains("Too many open files");
    }
}
