package murder.engine.storage;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongConsumer;
import murder.metainfo.Metainfo;
import murder.metainfo.PieceLayout;
import murder.wire.Bitfield;
import murder.wire.nio.PayloadSink;
import murder.wire.nio.PayloadSource;

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
 * Files are called {@code NAME.part} until {@link #complete()}; Until then a file with the final
 * name stays unchanged. Only the engine's loop calls the methods marked <em>loop</em>. They wait
 * for the disk only to open or map a file. Worker threads call listeners and futures, which must
 * only post.
 *
 * <p>A write goes to the lane of its piece (see {@link DiskWorkers}), which writes it to the file
 * by position and hashes it. After the first failed write it takes no more blocks. A new storage on
 * the same files continues from the verified pieces. Reading still works.
 */
public final class TorrentStorage implements PayloadSource, AutoCloseable {
    private interface Job<T> {
        T run() throws StorageException;
    }

    private final PieceLayout layout;
    private final FileTable table;
    private final Directories directories;
    private final OpenFiles files;
    private final Resume resume;
    private final MappedWindows windows;
    private final Disk disk;
    private final Modes modes;
    private final DiskWorkers workers;
    private final StorageOptions options;
    private final Check check;
    private final PieceLanes pieces;
    private final OpenWork work = new OpenWork();
    private final CompletableFuture<Bitfield> wrongPieces = new CompletableFuture<>();

    private volatile boolean trusted;
    private boolean checkStarted;
    private volatile boolean checked;
    private volatile boolean allocated;

    private TorrentStorage(Metainfo metainfo, Path target, Path resumeFile, DiskWorkers workers, StorageOptions options, Disk disk)
            throws StorageException {
        this.layout = metainfo.layout();
        this.disk = disk;
        this.workers = workers;
        this.options = options;
        this.table = new FileTable(metainfo, target, options.followTarget());
        this.modes = Modes.of(table.root(), options.ownerOnly());
        this.directories = new Directories(table.root(), modes);
        this.files = new OpenFiles(disk, directories, options.maxOpenFiles());
        Payload payload = new Payload(table, files);
        this.resume = new Resume(resumeFile == null ? null : new ResumeFile(resumeFile,
            new ResumeFile.Identity(metainfo.infoSha256(), layout.pieceCount(), table.target()), disk), table, disk);
        this.windows = new MappedWindows(table, files, payload, options, workers.mapper());
        this.check = new Check(table.target(), layout.pieceCount(), resume, options, (wanted, progress) ->
            new HashCheck(metainfo, table, files, workers, wanted, progress, work).run());
        this.pieces = new PieceLanes(metainfo, table.target(), payload, resume, workers, work);
    }

    /**
     * Does not open or change any file yet.
     *
     * @param target the file itself of a single-file torrent, otherwise the directory of the files;
     *     it need not exist. The options say whether it may be a symbolic link. Links below it are
     *     never followed
     * @param resumeFile the list of verified pieces; null for none
     * @throws StorageException if this system cannot name the files
     */
    public static TorrentStorage open(Metainfo metainfo, Path target, Path resumeFile, DiskWorkers workers, StorageOptions options)
            throws StorageException {
        return open(metainfo, target, resumeFile, workers, options, new Disk(workers.descriptors()));
    }

    static TorrentStorage open(Metainfo metainfo, Path target, Path resumeFile, DiskWorkers workers, StorageOptions options, Disk disk)
            throws StorageException {
        return new TorrentStorage(metainfo, target, resumeFile, workers, options, disk);
    }

    /**
     * Finds the pieces on disk. Call it once, first. The future fails with a
     * {@link StorageException}.
     *
     * @param bytesChecked gets the number of bytes that are hashed or known to be missing, up to
     *     all; not called if the storage believes the resume file or has nothing to hash
     */
    public CompletableFuture<Bitfield> check(CheckMode mode, LongConsumer bytesChecked) {
        if (checkStarted) {
            throw new IllegalStateException("checked already");
        }
        checkStarted = true;
        trusted = mode == CheckMode.TRUST;
        if (!work.begin()) {
            return CompletableFuture.failedFuture(closed());
        }
        CompletableFuture<Bitfield> result = new CompletableFuture<>();
        inBackground(() -> trusted ? trust() : find(mode, bytesChecked)).thenCompose(found -> found).whenComplete((found, e) -> {
            if (e == null) {
                pieces.remember(found.have());
                checked = true;
                doubt(found.believed());
                result.complete(new Bitfield(found.have()));
            } else {
                fail(result, e);
            }
            work.end();
        });
        return result;
    }

    private static void fail(CompletableFuture<?> result, Throwable e) {
        result.completeExceptionally(e instanceof CompletionException ? e.getCause() : e);
    }

    /** Hashes the pieces that only the resume file claims, between other work. */
    private void doubt(Bitfield believed) {
        if (believed.isEmpty()) {
            wrongPieces.complete(believed);
            return;
        }
        if (!work.begin()) {
            wrongPieces.completeExceptionally(closed());
            return;
        }
        check.hashBelieved(believed).whenComplete((wrong, e) -> {
            if (e == null) {
                wrongPieces.complete(wrong);
            } else {
                fail(wrongPieces, e);
            }
            work.end();
        });
    }

    /**
     * The pieces that {@link #check} believed and that are wrong. Completes when all believed
     * pieces are hashed: at once if there are none, for example in a new download. If there are
     * wrong pieces, this storage cannot complete. Close it and check with another one, which hashes
     * all pieces. Each call returns a new future.
     */
    public CompletableFuture<Bitfield> wrongPieces() {
        return wrongPieces.copy();
    }

    private CompletableFuture<Check.Found> trust() throws StorageException {
        files.followLinks();
        new Finder(table, directories).findAll();
        Bitfield all = new Bitfield(layout.pieceCount());
        all.setAll();
        return CompletableFuture.completedFuture(new Check.Found(all, new Bitfield(layout.pieceCount())));
    }

    private CompletableFuture<Check.Found> find(CheckMode mode, LongConsumer bytesChecked) throws StorageException {
        new Finder(table, directories).find();
        return check.run(mode == CheckMode.RESUME, bytesChecked);
    }

    /**
     * Makes directories and {@code .part} files with room for missing payload. Call it after
     * {@link #check} and before the first write. The future fails with a {@link StorageException}.
     * Then close the storage and try again with a new one.
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
            Bitfield have = pieces.have();
            new Allocator(table, files, directories, disk, modes, options.reserveFrom(), work).run(have);
            if (!have.isFull()) {
                resume.write(have, false);
            }
            allocated = true;
        }
    }

    /**
     * Takes one block, or consecutive blocks of a piece (loop). It copies the bytes. The lane of
     * the piece writes and hashes them, together with blocks that follow them.
     * {@link DiskWorkers#flush}, {@link #verify} and {@link #discard} end the waiting for more
     * blocks. The first accepted version of a block counts until {@link #discard} or a failed
     * {@link #verify}. Blocks of verified pieces are ignored.
     *
     * @param payload whole blocks of the torrent's {@link PieceLayout}; consumed if accepted
     * @param onFailure called by a worker thread if these blocks are the first that cannot be
     *     written
     * @return false if it takes no block: all buffers are full, writing failed before, or the
     *     storage is closed
     */
    public boolean write(int piece, int begin, ByteBuffer payload, FailureListener onFailure) {
        if (!areBlocks(piece, begin, payload.remaining())) {
            throw new IllegalArgumentException("no blocks: piece " + piece + ", begin " + begin + ", length " + payload.remaining());
        }
        if (!allocated) {
            throw new IllegalStateException("not allocated");
        }
        return pieces.write(piece, begin, payload, onFailure);
    }

    private boolean areBlocks(int piece, int begin, int length) {
        return layout.isRange(piece, begin, length) && begin % PieceLayout.BLOCK_LENGTH == 0
            && (length % PieceLayout.BLOCK_LENGTH == 0 || begin + length == layout.length(piece));
    }

    /**
     * Compares the piece with its hash, after all its queued writes (loop). Blocks without a write
     * are read from the disk. After the close it does not call the listener.
     */
    public void verify(int piece, PieceListener listener) {
        if (!allocated) {
            throw new IllegalStateException("not allocated");
        }
        pieces.verify(piece, listener);
    }

    /**
     * Forgets the blocks of a piece, after its queued writes (loop). All its blocks can be written
     * again.
     */
    public void discard(int piece) {
        pieces.discard(piece);
    }

    /**
     * Finds the bytes of a verified piece (loop), after {@link #allocate}, or after {@link #check}
     * if it found all pieces. The result is slices of mapped windows, copies of small files, and
     * zeros for pads. It has several buffers if the range crosses files or windows. The buffers are
     * read-only and stay valid after {@link #close()}.
     *
     * <p>If another program truncates a mapped file, sending a slice fails with an
     * {@link IOException}. <em>Reading it in Java code</em> fails with an {@link InternalError}, so
     * do not read slices.
     *
     * @param out gets the buffers, in order
     * @throws StorageException if the file has changed
     */
    @Override
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
        return checked && pieces.verifiedCount() == layout.pieceCount();
    }

    /**
     * Waits for {@link #wrongPieces}. Then forces all bytes to the device, sets executable bits,
     * gives the files their final names and makes the symbolic links. When the future completes,
     * the tree is in place and survives a crash of the machine. May be repeated. After
     * {@link CheckMode#TRUST} it does nothing. The future may fail with a {@link StorageException}.
     * Then the call can be repeated without the cause, unless pieces are wrong. It fails with an
     * {@link IllegalStateException} if pieces are missing.
     */
    public CompletableFuture<Void> complete() {
        requireChecked();
        if (!isFull()) {
            return CompletableFuture.failedFuture(new IllegalStateException(
                pieces.verifiedCount() + " of " + layout.pieceCount() + " pieces are verified"));
        }
        return wrongPieces.thenCompose(wrong -> wrong.isEmpty() ? inBackground(this::completeNow) : CompletableFuture.failedFuture(
            new StorageException(StorageException.Reason.CHANGED, table.target(), table.target()
                + " has changed since it was verified (pieces: " + wrong.count() + "): start again")));
    }

    private Void completeNow() throws StorageException {
        if (!trusted) {
            allocateNow();
            new Finisher(table, files, directories, disk).run();
            resume.write(pieces.have(), true);
        }
        return null;
    }

    /** Removes the resume file and records no more pieces. Deletes no data. */
    public void deleteResume() throws StorageException {
        resume.delete();
    }

    /**
     * Takes no more work, waits for queued work at most {@link StorageOptions#closeTimeout()}, and
     * closes all files. Keeps the resume file, and still records pieces that are verified
     * meanwhile. It forces no data to disk: that could take minutes, and the page cache survives
     * the end of the process. May be repeated.
     */
    @Override
    public void close() {
        work.close();
        workers.flush();
        work.await(options.closeTimeout());
        try {
            resume.close();
            files.close();
        } catch (IOException e) {
            Log.LOG.log(Level.WARNING, "closing the files of {0}: {1}", table.target(), e.getMessage());
        }
    }

    private void requireChecked() {
        if (!checked) {
            throw new IllegalStateException("not checked");
        }
    }

    private <T> CompletableFuture<T> inBackground(Job<T> job) {
        CompletableFuture<T> result = new CompletableFuture<>();
        if (!work.begin()) {
            result.completeExceptionally(closed());
        } else if (!workers.executeInBackground(() -> run(job, result))) {
            result.completeExceptionally(closed());
            work.end();
        }
        return result;
    }

    private <T> void run(Job<T> job, CompletableFuture<T> result) {
        try {
            result.complete(job.run());
        } catch (StorageException e) {
            result.completeExceptionally(e);
        } catch (RuntimeException e) {
            result.completeExceptionally(StorageException.fault(table.target(), e));
        } finally {
            // Has an effect only after an Error, which the thread's handler gets. So nobody waits
            // forever.
            result.completeExceptionally(new IllegalStateException("a job on " + table.target() + " broke off"));
            work.end();
        }
    }

    private StorageException closed() {
        return new StorageException(StorageException.Reason.IO, table.target(), "the storage is closed");
    }
}
