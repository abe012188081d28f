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
 * Files are called {@code NAME.part} until {@link #complete()}; what has the final name before is
 * not touched until then. Methods marked <em>loop</em> are called by one thread, the engine's loop,
 * and never wait for the disk but to open or map a file. Listeners and futures are called by worker
 * threads and must only post.
 *
 * <p>A write goes to the lane of its piece (see {@link DiskWorkers}), which writes it to the file
 * by position and hashes it. The first write that fails ends writing: nothing more is taken, and a
 * new storage on the same files goes on from what was verified. Reading goes on.
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
            new ResumeFile.Identity(metainfo.infoHash(), layout.pieceCount(), table.target()), disk), table, disk);
        this.windows = new MappedWindows(table, files, payload, options, workers.mapper());
        this.check = new Check(table.target(), layout.pieceCount(), resume, options, (wanted, progress) ->
            new HashCheck(metainfo, table, files, workers, wanted, progress, work).run());
        this.pieces = new PieceLanes(metainfo, table.target(), payload, resume, workers, work);
    }

    /**
     * Opens nothing yet and changes nothing.
     *
     * @param target the file itself of a single-file torrent, the directory that holds the files of
     *     any other; it need not exist. If it is a symbolic link, the options say whether it is
     *     followed; links below it are not
     * @param resumeFile where to keep what is verified; null for nowhere
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
     * Finds out which pieces are there. To be called once, first. The future fails with a
     * {@link StorageException}.
     *
     * @param bytesChecked told how many bytes of the payload are hashed or known to be missing, as
     *     it goes up to all of them; not called if the resume file is believed or nothing is to be
     *     hashed
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

    /** Hashes what the resume file alone claims, behind and between what the engine asks for. */
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
     * The pieces that {@link #check} reported on the word of the resume file and that turned out to
     * be wrong. Completes when all such pieces are hashed: at once if there are none, as in a fresh
     * download. If it holds any, this storage cannot complete; close it and check with another one,
     * which hashes all. Each call returns a future of its own.
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
     * Makes directories and {@code .part} files with room for what is missing. Call it after
     * {@link #check} and before the first write. The future fails with a {@link StorageException};
     * then the storage can be closed and all be tried again.
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
     * Takes one block, or several of a piece that follow each other (loop). Their bytes are copied,
     * written by position and hashed in the lane of the piece, with others that continue them;
     * {@link DiskWorkers#flush}, {@link #verify} and {@link #discard} end the waiting for such. The
     * first accepted version of a block counts until {@link #discard} or a failed {@link #verify};
     * blocks of verified pieces are ignored.
     *
     * @param payload whole blocks of the torrent's {@link PieceLayout}; consumed if accepted
     * @param onFailure told, by a worker thread, if these blocks are the first that cannot be
     *     written
     * @return false if nothing is taken: all buffers are full, writing failed before, or the
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
     * Compares the piece with its hash, after all writes that were queued for it (loop). What no
     * write brought is read from the disk as it is. Tells the listener nothing once the storage is
     * closed.
     */
    public void verify(int piece, PieceListener listener) {
        if (!allocated) {
            throw new IllegalStateException("not allocated");
        }
        pieces.verify(piece, listener);
    }

    /**
     * Forgets which blocks of a piece arrived, after the queued ones (loop). They can all be
     * written again.
     */
    public void discard(int piece) {
        pieces.discard(piece);
    }

    /**
     * Finds the bytes of a verified piece (loop), once {@link #allocate} is done or {@link #check}
     * found all pieces: slices of mapped windows, several where the range crosses files or windows;
     * copies of small files; zeros for pads. The buffers are read-only and stay valid after
     * {@link #close()}.
     *
     * <p>If somebody cuts a mapped file short, sending a slice fails with an {@link IOException},
     * and <em>reading it in Java code</em> with an {@link InternalError}: do not.
     *
     * @param out the bytes are added here, in order
     * @throws StorageException if the file is not what it was
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
     * Waits for {@link #wrongPieces}, forces all bytes to the device, sets executable bits, gives
     * the files their final names, makes the symbolic links; when the future completes the tree is
     * there and survives a crash of the machine. May be repeated. After {@link CheckMode#TRUST} it
     * does nothing. The future fails with a {@link StorageException}, then the call can be repeated
     * when the cause is gone, unless pieces are wrong; or with an {@link IllegalStateException} if
     * pieces are missing.
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

    /** Removes the resume file; nothing is noted from now on. Deletes no data. */
    public void deleteResume() throws StorageException {
        resume.delete();
    }

    /**
     * Takes no more, lets queued work end for as long as {@link StorageOptions#closeTimeout()}
     * says, and closes all files. Keeps the resume file; pieces verified while this waits are noted
     * in it. Forces nothing: that could take minutes, and the page cache survives the end of the
     * process. May be repeated.
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
            // Does nothing except after an Error, which goes on to the thread's handler: nobody is
            // left waiting.
            result.completeExceptionally(new IllegalStateException("a job on " + table.target() + " broke off"));
            work.end();
        }
    }

    private StorageException closed() {
        return new StorageException(StorageException.Reason.IO, table.target(), "the storage is closed");
    }
}
