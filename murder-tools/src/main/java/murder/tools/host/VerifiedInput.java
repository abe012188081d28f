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
 * <p>A separate thread reads and hashes one piece ahead. So hashing costs no time while another
 * thread unpacks.
 */
public final class VerifiedInput extends InputStream {
    /** One buffer is filled while the other is used. */
    private static final int BUFFERS = 2;
    private static final int OTHERS_WRITE = 0022;

    /** A piece, or the failure. */
    private record Piece(ByteBuffer bytes, IOException failure) {
    }

    private final Path file;
    private final Metainfo metainfo;
    private final FileChannel channel;
    private final BlockingQueue<ByteBuffer> free = new ArrayBlockingQueue<>(BUFFERS);
    private final BlockingQueue<Piece> ready = new ArrayBlockingQueue<>(BUFFERS + 1);
    private final Thread reader;
    private ByteBuffer current = ByteBuffer.allocate(0);
    private int piecesTaken;

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
        for (int i = 0; i < Math.min(BUFFERS, metainfo.layout().pieceCount()); i++) {
            free.add(ByteBuffer.allocate((int) Math.min(metainfo.layout().pieceLength(), metainfo.layout().length())));
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
        PieceLayout layout = metainfo.layout();
        try {
            for (int piece = 0; piece < layout.pieceCount(); piece++) {
                ByteBuffer bytes = free.take().clear().limit(layout.length(piece));
                while (bytes.hasRemaining()) {
                    if (channel.read(bytes) < 0) {
                        throw new EOFException("is shorter than its torrent says");
                    }
                }
                bytes.flip();
                digest.update(bytes.duplicate());
                if (!metainfo.isPieceHash(piece, digest.digest())) {
                    throw new IOException("has changed since it was verified (piece " + piece + ")");
                }
                ready.put(new Piece(bytes, null));
            }
        } catch (IOException e) {
            ready.add(new Piece(null, e));
        } catch (InterruptedException e) {
            return; // Closed: there is no reader any more.
        }
    }

    /** Whether every piece was right and has been read. */
    public boolean isAllVerified() {
        return piecesTaken == metainfo.layout().pieceCount() && !current.hasRemaining();
    }

    /** @return false at the end */
    private boolean fill() throws IOException {
        while (!current.hasRemaining()) {
            if (piecesTaken == metainfo.layout().pieceCount()) {
                return false;
            }
            if (piecesTaken > 0) {
                free.add(current);
            }
            Piece next;
            try {
                next = ready.take();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted");
            }
            if (next.failure != null) {
                // A further read gets the failure again.
                ready.add(next);
                throw next.failure;
            }
            piecesTaken++;
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
