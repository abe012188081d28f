package murder.benchmarks.bed;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import murder.metainfo.Metainfo;
import murder.metainfo.MetainfoException;

/**
 * The minimum work of a program on the JVM to transfer a payload. A host has one connection to the
 * seeder for each core, for a part of the pieces. On each connection one thread receives, hashes
 * and writes 256 KiB at a time, which stay in the core's cache. There are no requests, no
 * decisions, no other sources and no resume. The extra time of a swarm engine is its own cost.
 */
final class Bare {
    private static final int SLICE = 256 * 1024;
    /** Mapped at once. */
    private static final int WINDOW = 1 << 30;
    /** The first message of a host on a connection: the first byte and the number of bytes. */
    private static final int RANGE_LENGTH = 16;

    private Bare() {
    }

    /**
     * @param args {@code serve FILE ADDRESS PORT}, until it is killed, or
     *     {@code fetch TORRENT TARGET ADDRESS PORT}
     */
    public static void main(String[] args)
        throws IOException, MetainfoException, InterruptedException, ExecutionException {
        if (args[0].equals("serve")) {
            serve(Path.of(args[1]), new InetSocketAddress(args[2], Integer.parseInt(args[3])));
        } else {
            fetch(Metainfo.read(Path.of(args[1])), Path.of(args[2]), new InetSocketAddress(args[3], Integer.parseInt(args[4])));
        }
    }

    private static void serve(Path file, InetSocketAddress address) throws IOException {
        try (FileChannel payload = FileChannel.open(file); ServerSocketChannel server = ServerSocketChannel.open().bind(address)) {
            System.out.println(Run.READY);
            ExecutorService takers = Executors.newCachedThreadPool();
            for (;;) {
                SocketChannel taker = server.accept();
                takers.execute(() -> send(payload, taker));
            }
        }
    }

    private static void send(FileChannel payload, SocketChannel taker) {
        try (taker) {
            ByteBuffer range = ByteBuffer.allocate(RANGE_LENGTH);
            receive(taker, range);
            long at = range.getLong();
            long end = at + range.getLong();
            for (; at < end; at += WINDOW) {
                ByteBuffer mapped = payload.map(FileChannel.MapMode.READ_ONLY, at, Math.min(WINDOW, end - at));
                for (int from = 0; from < mapped.capacity(); from += SLICE) {
                    ByteBuffer slice = mapped.slice(from, Math.min(SLICE, mapped.capacity() - from));
                    while (slice.hasRemaining()) {
                        taker.write(slice);
                    }
                }
            }
        } catch (IOException e) {
            e.printStackTrace(); // The host that took from it says so, too.
        }
    }

    private static void fetch(Metainfo metainfo, Path target, InetSocketAddress address)
        throws IOException, InterruptedException, ExecutionException {
        int threads = Runtime.getRuntime().availableProcessors();
        int pieces = metainfo.layout().pieceCount();
        ExecutorService workers = Executors.newFixedThreadPool(threads);
        try (FileChannel copy = FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            List<Callable<Void>> parts = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int from = (int) ((long) pieces * i / threads);
                int to = (int) ((long) pieces * (i + 1) / threads);
                parts.add(() -> fetch(metainfo, from, to, copy, address));
            }
            for (Future<Void> part : workers.invokeAll(parts)) {
                part.get();
            }
        } finally {
            workers.shutdown();
        }
    }

    private static Void fetch(Metainfo metainfo, int fromPiece, int toPiece, FileChannel copy, InetSocketAddress address)
        throws IOException {
        long at = metainfo.layout().offset(fromPiece);
        long end = Math.min(metainfo.layout().length(), metainfo.layout().offset(toPiece));
        MessageDigest digest = metainfo.newPieceDigest();
        ByteBuffer buffer = ByteBuffer.allocateDirect(SLICE);
        try (SocketChannel seeder = SocketChannel.open(address)) {
            seeder.write(ByteBuffer.allocate(RANGE_LENGTH).putLong(at).putLong(end - at).flip());
            for (int piece = fromPiece; piece < toPiece; piece++) {
                for (int left = metainfo.layout().length(piece); left > 0; left -= buffer.capacity()) {
                    receive(seeder, buffer.limit(Math.min(left, buffer.capacity())));
                    digest.update(buffer.duplicate());
                    while (buffer.hasRemaining()) {
                        at += copy.write(buffer, at);
                    }
                }
                if (!metainfo.isPieceHash(piece, digest.digest())) {
                    throw new IOException("piece " + piece + " is damaged");
                }
            }
        }
        return null;
    }

    /** Fills the buffer up to its limit, from its beginning, and flips it. */
    private static void receive(SocketChannel from, ByteBuffer buffer) throws IOException {
        buffer.rewind();
        while (buffer.hasRemaining()) {
            if (from.read(buffer) < 0) {
                throw new EOFException("the other side is gone");
            }
        }
        buffer.flip();
    }
}
