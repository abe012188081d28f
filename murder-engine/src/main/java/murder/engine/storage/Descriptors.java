package murder.engine.storage;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Opens files although the process has no file descriptor left for the moment. Strangers may hold
 * the last ones, so the sockets give some back, and then the file is opened again, for a bounded
 * time. Any thread.
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
     * Asks others to close files. Says whether waiting helps: not in the thread that has to close
     * it. Null if there are none.
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
     * @param own closes what the caller can do without; null for nothing
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
