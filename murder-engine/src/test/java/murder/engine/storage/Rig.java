package murder.engine.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import murder.metainfo.Metainfo;
import murder.metainfo.PieceLayout;
import murder.wire.Bitfield;
import murder.wire.nio.PayloadSink;

/**
 * Drives one torrent's storage from a test, as the engine's loop would, and waits for every answer.
 */
final class Rig implements AutoCloseable {
    /** Only a broken test waits as long. */
    private static final long PATIENCE_S = 60;

    final DiskWorkers workers = new DiskWorkers(2, Executors.defaultThreadFactory());
    final TestTorrent torrent;
    final Metainfo metainfo;
    final byte[] payload;
    final PieceLayout layout;
    final Path target;
    final Path resumeFile;
    StorageOptions options = StorageOptions.defaults();
    Disk disk = new Disk();
    TorrentStorage storage;

    Rig(TestTorrent torrent, Path target, Path resumeFile) {
        this.torrent = torrent;
        this.metainfo = torrent.metainfo();
        this.payload = torrent.payload();
        this.layout = metainfo.layout();
        this.target = target;
        this.resumeFile = resumeFile;
    }

    /**
     * A new storage on the same files. The old one, if any, is dropped as a kill drops it: not
     * closed.
     */
    Bitfield open(CheckMode mode) throws Exception {
        storage = TorrentStorage.open(metainfo, target, resumeFile, workers, options, disk);
        return get(storage.check(mode, bytes -> {}));
    }

    Bitfield openAndAllocate(CheckMode mode) throws Exception {
        Bitfield have = open(mode);
        get(storage.allocate());
        return have;
    }

    /** Unwraps what the engine would see. */
    static <T> T get(CompletableFuture<T> future) throws Exception {
        try {
            return future.get(PATIENCE_S, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StorageException s) {
                throw s;
            }
            throw e;
        }
    }

    void write(int piece, int block) {
        write(piece, block, TestTorrent.block(payload, layout, piece, block));
    }

    void write(int piece, int block, ByteBuffer bytes) {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        if (!storage.write(piece, block * PieceLayout.BLOCK_LENGTH, bytes, ended::completeExceptionally)) {
            throw new AssertionError("not taken");
        }
    }

    /** All blocks of a piece, in order, and its verification. */
    boolean fetch(int piece) throws Exception {
        for (int block = 0; block < layout.blockCount(piece); block++) {
            write(piece, block);
        }
        return verify(piece);
    }

    void fetchMissing(Bitfield have) throws Exception {
        for (int piece = have.nextClear(0); piece >= 0; piece = have.nextClear(piece + 1)) {
            if (!fetch(piece)) {
                throw new AssertionError("piece " + piece + " is not good");
            }
        }
    }

    boolean verify(int piece) throws Exception {
        CompletableFuture<Boolean> result = new CompletableFuture<>();
        storage.verify(piece, new PieceListener() {
            @Override
            public void onPieceVerified(int told, boolean good) {
                result.complete(good);
            }

            @Override
            public void onFailure(StorageException failure) {
                result.completeExceptionally(failure);
            }
        });
        return get(result);
    }

    /**
     * The storage's answer as bytes. Reads through a copy, which is safe here as nobody cuts the
     * files.
     */
    byte[] read(int piece, int begin, int length) throws IOException {
        List<ByteBuffer> buffers = new ArrayList<>();
        storage.read(piece, begin, length, into(buffers));
        ByteBuffer all = ByteBuffer.allocate(length);
        buffers.forEach(all::put);
        if (all.hasRemaining()) {
            throw new AssertionError(all.remaining() + " of " + length + " bytes are missing");
        }
        return all.array();
    }

    /** Collects what is read as slices. */
    static PayloadSink into(List<ByteBuffer> slices) {
        return (buffer, index, length) -> slices.add(buffer.slice(index, length));
    }

    byte[] expected(int piece, int begin, int length) {
        int at = (int) layout.offset(piece) + begin;
        return java.util.Arrays.copyOfRange(payload, at, at + length);
    }

    /** With windows so short and files mapped so early that every path of reading is taken. */
    static StorageOptions tiny(int maxOpenFiles, int maxWindows, int windowLength) {
        return new StorageOptions(maxOpenFiles, maxWindows, windowLength, 2, 64 << 20, 16, 7, Duration.ofSeconds(10), true, false);
    }

    @Override
    public void close() throws TimeoutException {
        if (storage != null) {
            storage.close();
        }
        workers.close();
    }
}
