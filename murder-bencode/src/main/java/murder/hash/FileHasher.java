package murder.hash;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;

/**
 * Adds bytes of files to a hash, through a mapped window of at most 16 MiB. There is one window at
 * a time, so a thread with one of these has at most 16 MiB mapped, however large and many the files
 * are. Small files are read, and so is everything after the system refused to map (see
 * {@link FileMapper}). Confined to a thread.
 *
 * <p>A file may shrink while its window is hashed. Touching a page that is gone raises SIGBUS, of
 * which the JVM makes an {@link InternalError}. Java 17 throws it at some later moment in whatever
 * code then runs, even inside {@code FileChannel.size()}, which it leaves broken. So nothing is
 * called between the access and {@link #settle()}.
 */
public final class FileHasher implements AutoCloseable {
    static final int WINDOW_BYTES = 16 << 20;
    /** Mapping a shorter file takes longer than reading it. */
    static final int MAPPED_FROM_BYTES = 1 << 20;
    private static final int BUFFER_BYTES = 128 * 1024;

    private final FileMapper mapper;
    /** The file that {@code window} shows a part of, or null. */
    private FileChannel file;
    private Mapping window;
    private long windowBegin;
    /** Where in the file the hashed part of the window ends. */
    private long hashedEnd;
    private ByteBuffer buffer;
    private Object settled;

    public FileHasher(FileMapper mapper) {
        this.mapper = mapper;
    }

    /**
     * Adds bytes to the hash. Keeps a window of the file, so {@link #release} it before the file is
     * closed.
     *
     * @throws ShrunkFileException if the file has fewer bytes; the hash is then worth nothing
     * @throws IOException if the file cannot be read
     */
    public void update(MessageDigest digest, FileChannel from, long position, long length) throws IOException {
        long end = position + length;
        for (long at = position; at < end;) {
            if (isInWindow(from, at) || openWindow(from, at, end)) {
                int part = (int) Math.min(end - at, windowBegin + window.bytes().capacity() - at);
                hashWindow(digest, (int) (at - windowBegin), part);
                at += part;
                hashedEnd = at;
            } else {
                read(digest, from, at, end);
                return;
            }
        }
    }

    private boolean isInWindow(FileChannel from, long at) {
        return window != null && file == from && at >= windowBegin && at < windowBegin + window.bytes().capacity();
    }

    /** @return false if the file has to be read */
    private boolean openWindow(FileChannel from, long at, long end) throws IOException {
        release();
        long size = from.size();
        if (size < end) {
            throw new ShrunkFileException(null);
        }
        if (size >= MAPPED_FROM_BYTES) {
            window = mapper.map(from, at, Math.min(WINDOW_BYTES, size - at));
            file = from;
            windowBegin = at;
            hashedEnd = at;
        }
        return window != null;
    }

    private void hashWindow(MessageDigest digest, int begin, int length) throws IOException {
        try {
            digest.update(window.bytes().limit(begin + length).position(begin));
            settle();
        } catch (InternalError e) {
            if (isFault(e)) {
                close();
                throw new ShrunkFileException(e);
            }
            throw e;
        }
    }

    /**
     * Lets the JVM throw here what it still has to throw. It looks for that when it returns from
     * certain calls; making an array of arrays is the cheapest one found that worked every time,
     * interpreted and with either compiler.
     */
    private void settle() {
        settled = new byte[8][1];
    }

    private static boolean isFault(InternalError e) {
        // Up to Java 20 "in a recent unsafe memory access operation in compiled Java code", later
        // "in an unsafe memory access operation".
        return e.getMessage() != null && e.getMessage().contains("unsafe memory access operation");
    }

    private void read(MessageDigest digest, FileChannel from, long position, long end) throws IOException {
        if (buffer == null) {
            buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        }
        for (long at = position; at < end; at += buffer.limit()) {
            buffer.clear().limit((int) Math.min(BUFFER_BYTES, end - at));
            if (from.read(buffer, at) < 0) {
                throw new ShrunkFileException(null);
            }
            digest.update(buffer.flip());
        }
    }

    /**
     * Ends the use of the file that was hashed last, if it is still open.
     *
     * @throws ShrunkFileException if it is shorter now than what was hashed of it: in its last page
     *     the missing bytes were zeros
     */
    public void release() throws IOException {
        if (window != null) {
            FileChannel hashed = file;
            close();
            if (hashed.size() < hashedEnd) {
                throw new ShrunkFileException(null);
            }
        }
    }

    /** Unmaps the window, if there is one. Another file can be hashed after that. */
    @Override
    public void close() throws IOException {
        if (window != null) {
            Mapping mapped = window;
            window = null;
            file = null;
            mapped.close();
        }
    }
}
