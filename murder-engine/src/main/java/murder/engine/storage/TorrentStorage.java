package murder.engine.storage;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import murder.metainfo.Metainfo;
import murder.metainfo.PieceLayout;
import murder.wire.Bitfield;
import murder.wire.nio.PayloadSink;

/**
 * The bytes of one torrent on disk.
 *
 * <pre>
 *   open -> check -> allocate -> write..., verify, read... -> complete -> close
 *              \________________________________________________^   (close at any time)
 *   a download:  check(RESUME), allocate(), write/verify/read, complete(), deleteResume() when nothing is to be seeded later, close()
 *   a seeder:    check(TRUST), read..., close()
 * </pre>
 *
 * Files are called {@code NAME.part} until {@link #complete()}; what has the final name before is not touched until then. Methods marked
 * <em>loop</em> are called by one thread, the engine's loop, and never wait for the disk but to open or map a file. Listeners and
 * futures are called by worker threads and must only post.
 *
 * <p>A write goes to the lane of its piece (see {@link DiskWorkers}), which writes it to the file by position and hashes it. The first
 * write that fails ends writing: nothing more is taken, and a new storage on the same files goes on from what was verified. Reading
 * goes on.
 */
public final class TorrentStorage implements AutoCloseable {
    private interface Job<T> {
        T run() throws StorageException;
    }

    private final Parts parts;
    private final PieceLayout layout;
    private final DiskWorkers workers;
    private final MappedWindows windows;
    private final int firstLane;

    /** Each element belongs to the lane of its piece, as do those of {@code verified}; before, to {@link #check}. */
    private final PieceHash[] hashing;
    private final boolean[] verified;
    private final AtomicInteger verifiedCount = new AtomicInteger();

    private final AtomicReference<StorageException> failure = new AtomicReference<>();
    private final AtomicInteger pending = new AtomicInteger();
    private final Object idle = new Object();
    private volatile boolean closed;
    private volatile boolean trusted;
    private boolean checkStarted;
    private volatile boolean checked;
    private volatile boolean allocated;

    private TorrentStorage(Metainfo metainfo, Path target, Path resumeFile, DiskWorkers workers, StorageOptions options, Disk disk)
            throws StorageException {
        FileTable table = new FileTable(metainfo, target);
        Directories directories = new Directories(table.root());
        OpenFiles files = new OpenFiles(disk, directories, options.maxOpenFiles());
        Payload payload = new Payload(table, files);
        ResumeFile resume = resumeFile == null ? null : new ResumeFile(resumeFile,
            new ResumeFile.Identity(metainfo.infoHash(), metainfo.layout().pieceCount(), table.target()), disk);
        this.parts = new Parts(metainfo, table, directories, files, payload, resume, disk, workers, options);
        this.layout = metainfo.layout();
        this.workers = workers;
        this.windows = new MappedWindows(table, files, payload, options);
        this.firstLane = Math.floorMod(metainfo.infoHash().low(), workers.laneCount());
        this.hashing = new PieceHash[layout.pieceCount()];
        this.verified = new boolean[layout.pieceCount()];
    }

    /**
     * Opens nothing yet and changes nothing.
     *
     * @param target the file itself of a single-file torrent, the directory that holds the files of any other; it need not exist. If it is
     *     a symbolic link it is followed, links below it are not
     * @param resumeFile where to keep what is verified; null for nowhere
     * @throws StorageException if this system cannot name the files
     */
    public static TorrentStorage open(Metainfo metainfo, Path target, Path resumeFile, DiskWorkers workers, StorageOptions options)
            throws StorageException {
        return open(metainfo, target, resumeFile, workers, options, new Disk());
    }

    static TorrentStorage open(Metainfo metainfo, Path target, Path resumeFile, DiskWorkers workers, StorageOptions options, Disk disk)
            throws StorageException {
        return new TorrentStorage(metainfo, target, resumeFile, workers, options, disk);
    }

    /**
     * Finds out which pieces are there. To be called once, first. The future fails with a {@link StorageException}.
     *
     * @param bytesChecked told how many bytes of the payload are hashed or known to be missing, as it goes up to all of them; not
     *     called if the resume file is believed or nothing is to be hashed
     */
    public CompletableFuture<Bitfield> check(CheckMode mode, LongConsumer bytesChecked) {
        if (checkStarted) {
            throw new IllegalStateException("checked already");
        }
        checkStarted = true;
        trusted = mode == CheckMode.TRUST;
        CompletableFuture<Bitfield> result = new CompletableFuture<>();
        pending.incrementAndGet();
        inBackground(() -> new Check(parts, bytesChecked, () -> closed).run(mode)).thenCompose(found -> found)
            .whenComplete((have, e) -> {
                if (e == null) {
                    remember(have);
                    result.complete(new Bitfield(have));
                } else {
                    result.completeExceptionally(e instanceof CompletionException ? e.getCause() : e);
                }
                done();
            });
        return result;
    }

    private void remember(Bitfield have) {
        for (int piece = have.nextSet(0); piece >= 0; piece = have.nextSet(piece + 1)) {
            verified[piece] = true;
        }
        verifiedCount.set(have.count());
        checked = true;
    }

    /**
     * Makes directories and {@code .part} files with room for what is missing. Call it after {@link #check} and before the first write. The
     * future fails with a {@link StorageException}; then the storage can be closed and all be tried again.
     */
    public CompletableFuture<Void> allocate() {
        requireChecked();
        return inBackground(() -> {
            allocateNow();
            return null;
        });
    }

    private void allocateNow() throws StorageException {
        if (!trusted && !allocated) {
            new Allocator(parts, () -> closed).run(have());
            allocated = true;
        }
    }

    /** Only while no verification can run. */
    private Bitfield have() {
        Bitfield have = new Bitfield(verified.length);
        for (int piece = 0; piece < verified.length; piece++) {
            if (verified[piece]) {
                have.set(piece);
            }
        }
        return have;
    }

    /**
     * Takes one block, or several of a piece that follow each other (loop). Their bytes are copied, written by position and hashed in the
     * lane of the piece, with others that continue them; {@link DiskWorkers#flush}, {@link #verify} and {@link #discard} end the
     * waiting for such. The first accepted version of a block counts until {@link #discard} or a failed {@link #verify}; blocks of
     * verified pieces are ignored.
     *
     * @param payload whole blocks of the torrent's {@link PieceLayout}; consumed if accepted
     * @param onFailure told, by a worker thread, if these blocks are the first that cannot be written
     * @return false if nothing is taken: all buffers are full, writing failed before, or the storage is closed
     */
    public boolean write(int piece, int begin, ByteBuffer payload, FailureListener onFailure) {
        if (!areBlocks(piece, begin, payload.remaining())) {
            throw new IllegalArgumentException("no blocks: piece " + piece + ", begin " + begin + ", length " + payload.remaining());
        }
        if (!allocated) {
            throw new IllegalStateException("not allocated");
        }
        return failure.get() == null && !closed && workers.writes().add(this, piece, begin, payload, onFailure);
    }

    private boolean areBlocks(int piece, int begin, int length) {
        return layout.isRange(piece, begin, length) && begin % PieceLayout.BLOCK_LENGTH == 0
            && (length % PieceLayout.BLOCK_LENGTH == 0 || begin + length == layout.length(piece));
    }

    /** A run is to be made. @return false, with nothing to be undone, once closed */
    boolean begin() {
        pending.incrementAndGet();
        // Only now: close() looks at the two in the other order.
        if (!closed) {
            return true;
        }
        done();
        return false;
    }

    void submit(WriteRun run) {
        try {
            workers.append(lane(run.piece), run);
        } catch (RejectedExecutionException e) {
            Log.LOG.log(Level.DEBUG, "the disk workers are closed, {0} is not", parts.table().target());
            end(run);
        }
    }

    void writeNow(WriteRun run) {
        try {
            if (failure.get() == null && !verified[run.piece]) {
                hashOf(run.piece).write(run.begin, run.bytes, workers.scratch(lane(run.piece)));
            }
        } catch (StorageException e) {
            if (fail(e)) {
                run.onFailure.onFailure(e);
            }
        } finally {
            end(run);
        }
    }

    private void end(WriteRun run) {
        workers.writes().onDone(run);
        done();
    }

    private PieceHash hashOf(int piece) {
        if (hashing[piece] == null) {
            hashing[piece] = new PieceHash(parts.payload(), piece, workers.takeDigest());
        }
        return hashing[piece];
    }

    /** Returns whether it is the first failure, and one of the disk and not of closing. */
    private boolean fail(StorageException e) {
        boolean first = !closed && failure.compareAndSet(null, e);
        Log.LOG.log(first ? Level.WARNING : Level.DEBUG, "{0}", e.getMessage());
        return first;
    }

    /**
     * Compares the piece with its hash, after all writes that were queued for it (loop). What no write brought is read from the
     * disk as it is. Tells the listener nothing once the storage is closed.
     */
    public void verify(int piece, PieceListener listener) {
        if (!allocated) {
            throw new IllegalStateException("not allocated");
        }
        inLane(piece, () -> verifyNow(piece, listener));
    }

    private void verifyNow(int piece, PieceListener listener) {
        StorageException before = failure.get();
        if (before != null) {
            listener.onFailure(before);
            return;
        }
        boolean good;
        try {
            good = verified[piece] || parts.metainfo().isPieceHash(piece, hashOf(piece).finish(workers.scratch(lane(piece))));
            forget(piece);
            if (good && !verified[piece]) {
                if (parts.resume() != null) {
                    parts.resume().mark(piece);
                }
                verified[piece] = true;
                verifiedCount.incrementAndGet();
            }
        } catch (StorageException e) {
            fail(e);
            if (!closed) {
                listener.onFailure(e);
            }
            return;
        }
        listener.onPieceVerified(piece, good);
    }

    /** Forgets which blocks of a piece came, after what is queued (loop). They can all be written again. */
    public void discard(int piece) {
        inLane(piece, () -> forget(piece));
    }

    private void forget(int piece) {
        PieceHash hash = hashing[piece];
        if (hash != null) {
            hashing[piece] = null;
            workers.giveBack(hash.digest());
        }
    }

    /**
     * Finds the bytes of a verified piece (loop), once {@link #allocate} is done or {@link #check} found all pieces: slices of mapped
     * windows, several where the range crosses files or windows; copies of small files; zeros for pads. The buffers are read-only and stay
     * valid after {@link #close()}.
     *
     * <p>If somebody cuts a mapped file short, sending a slice fails with an {@link IOException}, and <em>reading it in Java code</em>
     * with an {@link InternalError}: do not.
     *
     * @param out the bytes are added here, in order
     * @throws StorageException if the file is not what it was
     */
    public void read(int piece, int begin, int length, PayloadSink out) throws StorageException {
        if (!layout.isRange(piece, begin, length)) {
            throw new IllegalArgumentException("no range: piece " + piece + ", begin " + begin + ", length " + length);
        }
        if (!allocated && !isFull()) {
            throw new IllegalStateException("not allocated");
        }
        windows.read(layout.offset(piece) + begin, length, out);
    }

    private boolean isFull() {
        return checked && verifiedCount.get() == verified.length;
    }

    /**
     * Forces all bytes to the device, sets executable bits, gives the files their final names, makes the symbolic links; when the future
     * completes the tree is there and survives a crash of the machine. May be repeated. After {@link CheckMode#TRUST} it does
     * nothing. The future fails with a {@link StorageException}, then the call can be repeated when the cause is gone; or with an {@link
     * IllegalStateException} if pieces are missing.
     */
    public CompletableFuture<Void> complete() {
        requireChecked();
        if (!isFull()) {
            return CompletableFuture.failedFuture(new IllegalStateException(
                verifiedCount.get() + " of " + verified.length + " pieces are verified"));
        }
        return inBackground(() -> {
            if (!trusted) {
                allocateNow();
                new Finisher(parts).run(have());
            }
            return null;
        });
    }

    /** Removes the resume file; nothing is noted from now on. Deletes no data. */
    public void deleteResume() throws StorageException {
        if (parts.resume() != null) {
            parts.resume().delete();
        }
    }

    /**
     * Takes no more, lets queued work end for as long as {@link StorageOptions#closeTimeout()} says, and closes all files. Keeps the resume
     * file; pieces verified while this waits are noted in it. Forces nothing: that could take minutes, and the page cache survives the end
     * of the process. May be repeated.
     */
    @Override
    public void close() {
        closed = true;
        workers.flush();
        long deadlineNs = System.nanoTime() + parts.options().closeTimeout().toNanos();
        synchronized (idle) {
            try {
                while (pending.get() > 0 && deadlineNs - System.nanoTime() > 0) {
                    TimeUnit.NANOSECONDS.timedWait(idle, deadlineNs - System.nanoTime());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        try {
            if (parts.resume() != null) {
                parts.resume().close();
            }
            parts.files().close();
        } catch (IOException e) {
            Log.LOG.log(Level.WARNING, "closing the files of {0}: {1}", parts.table().target(), e.getMessage());
        }
    }

    private void requireChecked() {
        if (!checked) {
            throw new IllegalStateException("not checked");
        }
    }

    private int lane(int piece) {
        return (firstLane + piece) % workers.laneCount();
    }

    /** After all that was taken for the piece before. Does nothing once closed. */
    private void inLane(int piece, Runnable task) {
        workers.flush();
        if (begin()) {
            try {
                workers.execute(lane(piece), () -> {
                    try {
                        task.run();
                    } finally {
                        done();
                    }
                });
            } catch (RejectedExecutionException e) {
                Log.LOG.log(Level.DEBUG, "the disk workers are closed, {0} is not", parts.table().target());
                done();
            }
        }
    }

    private <T> CompletableFuture<T> inBackground(Job<T> job) {
        CompletableFuture<T> result = new CompletableFuture<>();
        pending.incrementAndGet();
        try {
            if (closed) {
                throw new RejectedExecutionException("closed");
            }
            workers.executeInBackground(() -> {
                try {
                    result.complete(job.run());
                } catch (StorageException e) {
                    result.completeExceptionally(e);
                } finally {
                    // Does nothing but after a programming error, which goes on to the thread's handler: nobody is left waiting.
                    result.completeExceptionally(new IllegalStateException("a job on " + parts.table().target() + " broke off"));
                    done();
                }
            });
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(
                new StorageException(StorageException.Reason.IO, parts.table().target(), "the storage is closed"));
            done();
        }
        return result;
    }

    private void done() {
        if (pending.decrementAndGet() == 0 && closed) {
            synchronized (idle) {
                idle.notifyAll();
            }
        }
    }
}
