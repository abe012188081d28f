package murder.engine.storage;

import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import murder.metainfo.Metainfo;
import murder.wire.Bitfield;

/**
 * Writes, hashes and verifies the pieces of one torrent. All work on a piece runs in its lane of
 * {@link DiskWorkers}, in the order of the calls. After the first failed write it takes no more
 * blocks.
 */
final class PieceLanes implements WriteRun.Target {
    private final Metainfo metainfo;
    private final Path target;
    private final Payload payload;
    private final Resume resume;
    private final DiskWorkers workers;
    private final OpenWork work;
    private final int firstLane;
    /**
     * Each element belongs to the lane of its piece, like those of {@code verified}. Before that it
     * belongs to the caller of {@link #remember}.
     */
    private final PieceHash[] hashing;
    private final boolean[] verified;
    private final AtomicInteger verifiedCount = new AtomicInteger();
    private final AtomicReference<StorageException> failure = new AtomicReference<>();

    /** @param target names the torrent's place in log lines */
    PieceLanes(Metainfo metainfo, Path target, Payload payload, Resume resume, DiskWorkers workers, OpenWork work) {
        this.metainfo = metainfo;
        this.target = target;
        this.payload = payload;
        this.resume = resume;
        this.workers = workers;
        this.work = work;
        this.firstLane = Math.floorMod(metainfo.infoHash().low(), workers.laneCount());
        this.hashing = new PieceHash[metainfo.layout().pieceCount()];
        this.verified = new boolean[metainfo.layout().pieceCount()];
    }

    // ---- which pieces are there ----

    /** Sets the result of the check. Once, before any other call. */
    void remember(Bitfield have) {
        for (int piece = have.nextSet(0); piece >= 0; piece = have.nextSet(piece + 1)) {
            verified[piece] = true;
        }
        verifiedCount.set(have.count());
    }

    /** The verified pieces. Only while no verification can run. */
    Bitfield have() {
        Bitfield have = new Bitfield(verified.length);
        for (int piece = 0; piece < verified.length; piece++) {
            if (verified[piece]) {
                have.set(piece);
            }
        }
        return have;
    }

    /** How many pieces are verified. Any thread. */
    int verifiedCount() {
        return verifiedCount.get();
    }

    // ---- orders of the loop ----

    /** See {@link TorrentStorage#write}. */
    boolean write(int piece, int begin, ByteBuffer blocks, FailureListener onFailure) {
        return failure.get() == null && !work.isClosed() && workers.writes().add(this, piece, begin, blocks, onFailure);
    }

    /** See {@link TorrentStorage#verify}. */
    void verify(int piece, PieceListener listener) {
        inLane(piece, () -> verifyNow(piece, listener));
    }

    /** See {@link TorrentStorage#discard}. */
    void discard(int piece) {
        inLane(piece, () -> forget(piece));
    }

    private int lane(int piece) {
        return (firstLane + piece) % workers.laneCount();
    }

    /** Runs after all earlier jobs of the piece. Does nothing after the close. */
    private void inLane(int piece, Runnable task) {
        workers.flush();
        if (work.begin() && !workers.execute(lane(piece), () -> {
            try {
                task.run();
            } finally {
                work.end();
            }
        })) {
            tooLate();
            work.end();
        }
    }

    private void tooLate() {
        Log.LOG.log(Level.DEBUG, "the disk workers are closed, {0} is not", target);
    }

    // ---- runs of blocks ----

    @Override
    public boolean begin() {
        return work.begin();
    }

    @Override
    public void submit(WriteRun run) {
        if (!workers.append(lane(run.piece), run)) {
            tooLate();
            end(run);
        }
    }

    @Override
    public void write(WriteRun run) {
        try {
            if (failure.get() == null && !verified[run.piece]) {
                hashOf(run.piece).write(run.begin, run.bytes, workers.scratch(lane(run.piece)));
            }
        } catch (StorageException e) {
            tellFirst(e, run.onFailure);
        } catch (RuntimeException e) {
            tellFirst(StorageException.fault(target, e), run.onFailure);
        } finally {
            end(run);
        }
    }

    private void tellFirst(StorageException e, FailureListener listener) {
        if (fail(e)) {
            listener.onFailure(e);
        }
    }

    private void end(WriteRun run) {
        workers.writes().onDone(run);
        work.end();
    }

    // ---- in the lane of the piece ----

    private PieceHash hashOf(int piece) {
        if (hashing[piece] == null) {
            hashing[piece] = new PieceHash(payload, piece, workers.digests().take(metainfo), workers.times());
        }
        return hashing[piece];
    }

    /** Returns whether it is the first failure of the disk. A failure by closing does not count. */
    private boolean fail(StorageException e) {
        boolean first = !work.isClosed() && failure.compareAndSet(null, e);
        Log.LOG.log(first ? Level.WARNING : Level.DEBUG, "{0}", e.getMessage());
        return first;
    }

    private void verifyNow(int piece, PieceListener listener) {
        StorageException before = failure.get();
        if (before != null) {
            listener.onFailure(before);
            return;
        }
        boolean good;
        try {
            good = verified[piece] || metainfo.isPieceHash(piece, hashOf(piece).finish(workers.scratch(lane(piece))));
            forget(piece);
            if (good && !verified[piece]) {
                resume.mark(piece);
                verified[piece] = true;
                verifiedCount.incrementAndGet();
            }
        } catch (StorageException e) {
            failVerification(e, listener);
            return;
        } catch (RuntimeException e) {
            failVerification(StorageException.fault(target, e), listener);
            return;
        }
        listener.onPieceVerified(piece, good);
    }

    private void failVerification(StorageException e, PieceListener listener) {
        fail(e);
        if (!work.isClosed()) {
            listener.onFailure(e);
        }
    }

    private void forget(int piece) {
        PieceHash hash = hashing[piece];
        if (hash != null) {
            hashing[piece] = null;
            workers.digests().giveBack(hash.digest());
        }
    }
}
