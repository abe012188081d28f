package murder.hash;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;

/**
 * Adds bytes of files to a hash, through a mapped window of at most 16 MiB. There is one window at
 * a time, so a thread maps at most 16 MiB, for any number and size of files. Small files are read.
 * After the system refuses a mapping, all files are read (see {@link FileMapper}). Confined to a
 * thread.
 *
 * <p>A file may shrink while its window is hashed. An access to a missing page raises SIGBUS, and
 * the JVM turns it into an {@link InternalError}. Java 17 throws this error at some later moment in
 * any code, even inside {@code FileChannel.size()}, which it leaves broken. So this class calls no
 * method between the access and {@link #settle()}.
 */
public final class FileHasher implements AutoCloseable {
    static final int WINDOW_BYTES = 16 << 20;
    /** Mapping a shorter file takes longer than reading it. */
    static final int MAPPED_FROM_BYTES = 1 << 20;
    private static final int BUFFER_BYTES = 128 * 1024;
    /**
     * Short, so that the copies stay in the nearest cache: {@code verify} of 4 GB takes 1 % longer
     * with 2 KiB, 3 % with the JDK's own chunks of 4 KiB, and 6 % with 32 KiB.
     */
    private static final int CHUNK_BYTES = 1024;

    private final FileMapper mapper;
    /** The file of {@code window}, or null. */
    private FileChannel file;
    private Mapping window;
    private long windowBegin;
    /** The end of the hashed part of the window, in the file. */
    private long hashedEnd;
    private final byte[] chunk = new byte[CHUNK_BYTES];
    private ByteBuffer buffer;
    private Object settled;

    public FileHasher(FileMapper mapper) {
        this.mapper = mapper;
    }

    /**
     * Adds bytes to the hash. Keeps a window of the file, so {@link #release} it before the file is
     * closed.
     *
     * @throws ShrunkFileException if the file has fewer bytes; the hash is then invalid
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
            ByteBuffer bytes = window.bytes().limit(begin + length).position(begin);
            while (bytes.hasRemaining()) {
                int part = Math.min(bytes.remaining(), chunk.length);
                bytes.get(chunk, 0, part);
                digest.update(chunk, 0, part);
            }
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
     * Makes the JVM throw a waiting error here. The JVM checks for one when it returns from certain
     * calls. Making an array of arrays is the cheapest known call that works always, interpreted
     * and with both compilers.
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
     * @throws ShrunkFileException if it is now shorter than its hashed part: in its last page
     *     missing bytes were zeros
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
