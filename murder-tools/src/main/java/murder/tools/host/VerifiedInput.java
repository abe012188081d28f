package murder.tools.host;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import murder.metainfo.Metainfo;
import murder.metainfo.PieceLayout;
import murder.tools.cli.CommandException;
import murder.tools.cli.OwnFolder;

/**
 * The payload of a torrent of one file, hashed again while it is read. It returns a byte only after
 * it has checked the piece. So the unpacked bytes are those of the torrent, even if the file has
 * changed since the download.
 *
 * <p>A separate thread reads and hashes ahead. So hashing costs no time while another thread
 * unpacks. Each hand-over wakes a thread, so it gives several pieces at once.
 */
public final class VerifiedInput extends InputStream {
    /** One buffer is filled while the other is used. */
    private static final int BUFFERS = 2;
    /** The least bytes of a buffer, unless the file is shorter. */
    private static final int HANDED_OVER = 1 << 19;
    private static final int OTHERS_WRITE = 0022;

    /** Verified pieces, or the failure. */
    private record Pieces(ByteBuffer bytes, int count, IOException failure) {
    }

    private final Path file;
    private final Metainfo metainfo;
    private final FileChannel channel;
    /** Pieces in each buffer. */
    private final int atOnce;
    private final BlockingQueue<ByteBuffer> free = new ArrayBlockingQueue<>(BUFFERS);
    private final BlockingQueue<Pieces> ready = new ArrayBlockingQueue<>(BUFFERS + 1);
    private final Thread reader;
    private ByteBuffer current = ByteBuffer.allocate(0);
    private int piecesTaken;
    /** Every further read gets it. */
    private IOException failure;

    private VerifiedInput(Path file, Metainfo metainfo, FileChannel channel) {
        this.file = file;
        this.metainfo = metainfo;
        this.channel = channel;
        this.reader = new Thread("verify") {
            @Override
            public void run() {
                readAhead();
            }
        };
        PieceLayout layout = metainfo.layout();
        this.atOnce = Math.min(layout.pieceCount(), Math.max(1, HANDED_OVER / layout.pieceLength()));
        for (int left = layout.pieceCount(), i = 0; i < BUFFERS && left > 0; i++, left -= atOnce) {
            free.add(ByteBuffer.allocate((int) Math.min((long) atOnce * layout.pieceLength(), layout.length())));
        }
        reader.setDaemon(true);
        reader.start();
    }

    /** @throws CommandException if others may have written to the file, or may do so now */
    public static VerifiedInput open(Path file, Metainfo metainfo) throws CommandException, IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        boolean done = false;
        try {
            checkOurs(file);
            VerifiedInput in = new VerifiedInput(file, metainfo, channel);
            done = true;
            return in;
        } finally {
            if (!done) {
                channel.close();
            }
        }
    }

    /**
     * Java cannot get the owner of a descriptor, so this checks the name after opening it. In
     * between another file can get that name only if others may write to the folder. Even then each
     * piece is hashed.
     */
    private static void checkOurs(Path file) throws CommandException, IOException {
        if (!file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return;
        }
        Map<String, Object> found = Files.readAttributes(file, "unix:nlink,mode", LinkOption.NOFOLLOW_LINKS);
        String problem = !OwnFolder.isMine(file) ? "belongs to another user"
            : (Integer) found.get("nlink") != 1 ? "has another name as well"
            : ((Integer) found.get("mode") & OTHERS_WRITE) != 0 ? "may be written by others" : null;
        if (problem != null) {
            throw CommandException.failed(file + " " + problem + " and is not used; remove it and run this again");
        }
    }

    private void readAhead() {
        MessageDigest digest = metainfo.newPieceDigest();
        int count = metainfo.layout().pieceCount();
        int piece = 0;
        try {
            while (piece < count) {
                ByteBuffer bytes = free.take().clear();
                int first = piece;
                IOException wrong = null;
                try {
                    for (; piece < count && piece < first + atOnce; piece++) {
                        read(piece, bytes, digest);
                    }
                } catch (IOException e) {
                    wrong = e;
                }
                if (piece > first) {
                    ready.put(new Pieces(bytes.flip(), piece - first, null));
                }
                if (wrong != null) {
                    ready.put(new Pieces(null, 0, wrong));
                    return;
                }
            }
        } catch (InterruptedException e) {
            return; // Closed: there is no reader any more.
        }
    }

    /** Appends a piece if it is right. */
    private void read(int piece, ByteBuffer bytes, MessageDigest digest) throws IOException {
        ByteBuffer left = bytes.duplicate().limit(bytes.position() + metainfo.layout().length(piece));
        while (left.hasRemaining()) {
            if (channel.read(left) < 0) {
                throw new EOFException("is shorter than its torrent says");
            }
        }
        digest.update(left.position(bytes.position()));
        if (!metainfo.isPieceHash(piece, digest.digest())) {
            throw new IOException("has changed since it was verified (piece " + piece + ")");
        }
        bytes.position(left.limit());
    }

    /** Whether every piece was right and has been read. */
    public boolean isAllVerified() {
        return piecesTaken == metainfo.layout().pieceCount() && !current.hasRemaining();
    }

    /** @return false at the end */
    private boolean fill() throws IOException {
        if (failure != null) {
            throw failure;
        }
        while (!current.hasRemaining()) {
            if (piecesTaken == metainfo.layout().pieceCount()) {
                return false;
            }
            if (piecesTaken > 0) {
                free.add(current);
            }
            Pieces next;
            try {
                next = ready.take();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted");
            }
            failure = next.failure;
            if (failure != null) {
                throw failure;
            }
            piecesTaken += next.count;
            current = next.bytes;
        }
        return true;
    }

    @Override
    public int read() throws IOException {
        return fill() ? current.get() & 0xff : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(length, current.remaining());
        current.get(bytes, offset, count);
        return count;
    }

    /**
     * The bytes that are available without waiting. {@link java.util.zip.GZIPInputStream} uses it
     * to find another member.
     */
    @Override
    public int available() {
        return current.hasRemaining() || piecesTaken < metainfo.layout().pieceCount() ? Math.max(1, current.remaining()) : 0;
    }

    @Override
    public void close() throws IOException {
        reader.interrupt();
        channel.close();
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
