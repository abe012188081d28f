package murder.engine.storage;

import java.security.MessageDigest;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import murder.metainfo.Metainfo;
import murder.wire.Bitfield;

/**
 * Hashes a list of pieces on all lanes at once. Each lane hashes a few MiB and then queues its next
 * task behind newer ones. So a check delays the blocks of other torrents only by milliseconds.
 */
final class HashCheck {
    private static final int BYTES_PER_TURN = 4 << 20;

    private final Metainfo metainfo;
    private final FileTable table;
    private final OpenFiles files;
    private final DiskWorkers workers;
    private final int[] pieces;
    private final LongConsumer progress;
    private final OpenWork work;
    private final Bitfield good;
    private final CompletableFuture<Bitfield> result = new CompletableFuture<>();
    private int next;
    private int lanesAtWork;
    private long bytesDone;

    /**
     * @param progress bytes done so far, with missing pieces; never called by two threads at once
     * @param work tells between pieces whether the storage is closed
     */
    HashCheck(Metainfo metainfo, FileTable table, OpenFiles files, DiskWorkers workers, int[] pieces, LongConsumer progress,
              OpenWork work) {
        this.metainfo = metainfo;
        this.table = table;
        this.files = files;
        this.workers = workers;
        this.pieces = pieces;
        this.progress = progress;
        this.work = work;
        this.good = new Bitfield(metainfo.layout().pieceCount());
    }

    /** The pieces that are right, when all are hashed. */
    CompletableFuture<Bitfield> run() {
        lanesAtWork = workers.laneCount();
        for (int lane = 0; lane < workers.laneCount(); lane++) {
            submit(lane);
        }
        return result;
    }

    private void submit(int lane) {
        if (!workers.execute(lane, () -> turn(lane))) {
            result.completeExceptionally(closed());
        }
    }

    private void turn(int lane) {
        boolean again = false;
        boolean left = false;
        try (MappedReader reader = new MappedReader(table, files, workers.hasher(lane))) {
            for (long bytes = 0; bytes < BYTES_PER_TURN && !left && !result.isDone();) {
                if (work.isClosed()) {
                    throw closed();
                }
                int piece = take();
                if (piece < 0) {
                    left = true;
                } else {
                    bytes += metainfo.layout().length(piece);
                    checked(piece, table.isPresent(piece) && isGood(piece, reader));
                }
            }
            reader.release();
            again = !left && !result.isDone();
        } catch (StorageException e) {
            result.completeExceptionally(e);
        } catch (RuntimeException e) {
            result.completeExceptionally(StorageException.fault(table.target(), e));
        } finally {
            if (!again && !left) {
                // Has an effect only after an Error, which the thread's handler gets. So nobody
                // waits forever.
                result.completeExceptionally(new IllegalStateException("the check of " + table.target() + " broke off"));
            }
        }
        if (again) {
            submit(lane);
        } else if (left) {
            leave();
        }
    }

    private boolean isGood(int piece, MappedReader reader) throws StorageException {
        MessageDigest digest = workers.digests().take(metainfo);
        try {
            reader.hash(metainfo.layout().offset(piece), metainfo.layout().length(piece), digest);
            return metainfo.isPieceHash(piece, digest.digest());
        } finally {
            workers.digests().giveBack(digest);
        }
    }

    private synchronized int take() {
        return next == pieces.length ? -1 : pieces[next++];
    }

    private synchronized void checked(int piece, boolean right) {
        if (right) {
            good.set(piece);
        }
        bytesDone += metainfo.layout().length(piece);
        progress.accept(bytesDone);
    }

    private void leave() {
        boolean last;
        synchronized (this) {
            last = --lanesAtWork == 0;
        }
        if (last) {
            result.complete(good);
        }
    }

    private StorageException closed() {
        return new StorageException(StorageException.Reason.IO, table.target(), "the storage was closed");
    }
}
