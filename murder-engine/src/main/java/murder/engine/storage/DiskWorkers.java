package murder.engine.storage;

import java.nio.ByteBuffer;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import murder.hash.FileHasher;
import murder.hash.FileMapper;

/**
 * The engine's disk and hashing threads, shared by its torrents. Each thread is a lane with its own
 * queue: work for one piece always goes to one lane, so it runs in order and needs no lock. One
 * more thread takes what may last long without hashing (allocation, {@code fsync}), so that it
 * never stands before a block.
 *
 * <p>The queues hold runs of blocks, which sit in a pool of direct buffers of fixed
 * {@link #capacityBytes() size}: that is their bound.
 *
 * <p>The threads are never interrupted, because an interrupt closes the file channel that a thread
 * is in.
 */
public final class DiskWorkers implements AutoCloseable {
    private static final int SCRATCH_LENGTH = 128 * 1024;
    private static final long CLOSE_TIMEOUT_NS = TimeUnit.MILLISECONDS.toNanos(1500);

    private final Lane[] lanes;
    private final ByteBuffer[] scratch;
    private final FileMapper mapper = new FileMapper();
    private final FileHasher[] hashers;
    private final Lane background;
    private final WriteQueue writes = new WriteQueue();
    private final Digests digests = new Digests();
    private final Descriptors descriptors = new Descriptors();

    /**
     * @param threads hashing threads, 1 or more; as many as there are cores is right, since hashing
     *     is what they spend their time on
     * @param factory makes {@code threads + 1} threads, and another one only if a task dies of a
     *     programming error; daemon threads let the process end while the disk hangs
     */
    public DiskWorkers(int threads, ThreadFactory factory) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads is " + threads + ", below 1");
        }
        lanes = new Lane[threads];
        scratch = new ByteBuffer[threads];
        hashers = new FileHasher[threads];
        for (int i = 0; i < threads; i++) {
            lanes[i] = new Lane(factory);
            scratch[i] = ByteBuffer.allocateDirect(SCRATCH_LENGTH);
            hashers[i] = new FileHasher(mapper);
        }
        background = new Lane(factory);
    }

    /**
     * Names who closes sockets when there is no descriptor for a file.
     *
     * @param free called by any thread, returns at once; false if the caller is not to wait for it
     */
    public void onShortage(BooleanSupplier free) {
        descriptors.onShortage(free);
    }

    Descriptors descriptors() {
        return descriptors;
    }

    /**
     * Bytes of payload that all torrents together can have queued: 64 MiB, or a quarter of the
     * heap's limit if that is less. Stop reading from sockets well before.
     */
    public long capacityBytes() {
        return writes.capacityBytes();
    }

    /**
     * Bytes of memory that hold queued payload now, that of torrents that are being closed
     * included. Any thread. Counts slabs of 256 KiB, of which all but the last are full. The engine
     * stops reading from sockets above a budget well below {@link #capacityBytes()}.
     */
    public long queuedBytes() {
        return writes.usedBytes();
    }

    /**
     * Runs a task once, as soon as at most this many bytes are {@link #queuedBytes() queued}: at
     * once, or in the worker thread that wrote the last bytes too many. The task must only post.
     * Any thread.
     *
     * @param atMostBytes 0 or more; blocks that were taken but not {@link #flush flushed} count as
     *     queued
     * @throws IllegalStateException if an earlier task still waits
     */
    public void onRoom(long atMostBytes, Runnable task) {
        writes.onRoom(atMostBytes, task);
    }

    /** Bytes of memory for queued payload, whether something waits in it or not. Any thread. */
    public long heldBytes() {
        return writes.heldBytes();
    }

    /**
     * Drops the buffers in which nothing waits. Torrents that still download make new ones. Any
     * thread.
     */
    public void release() {
        writes.release();
    }

    /**
     * Lets queued work end, for 1.5 s at most, and takes no more. Close the torrents' storage
     * first.
     */
    @Override
    public void close() {
        flush();
        for (Lane lane : lanes) {
            lane.end();
        }
        background.end();
        long deadlineNs = System.nanoTime() + CLOSE_TIMEOUT_NS;
        try {
            for (Lane lane : lanes) {
                lane.join(deadlineNs - System.nanoTime());
            }
            background.join(deadlineNs - System.nanoTime());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    int laneCount() {
        return lanes.length;
    }

    /** Like {@link #execute}, but a lane that sleeps may sleep until {@link #flush}. */
    boolean append(int lane, Runnable task) {
        return lanes[lane].append(task);
    }

    /** Returns false, and the task will not run, after {@link #close()}. */
    boolean execute(int lane, Runnable task) {
        return lanes[lane].execute(task);
    }

    /** Returns false, and the task will not run, after {@link #close()}. */
    boolean executeInBackground(Runnable task) {
        return background.execute(task);
    }

    /** A cleared buffer that belongs to the task that runs in this lane until it ends. */
    ByteBuffer scratch(int lane) {
        return scratch[lane].clear();
    }

    /** Hashes files for the task that runs in this lane, which releases it before it ends. */
    FileHasher hasher(int lane) {
        return hashers[lane];
    }

    /** Maps files for all torrents of the engine. */
    FileMapper mapper() {
        return mapper;
    }

    WriteQueue writes() {
        return writes;
    }

    /**
     * Hands all blocks that were taken to the threads that write them. Blocks that follow each
     * other are written together, so this is for the end of a turn.
     */
    public void flush() {
        if (writes.flush()) {
            for (int i = 0; i < lanes.length; i++) {
                lanes[i].wake();
            }
        }
    }

    /** Hashes for the pieces of all torrents. */
    Digests digests() {
        return digests;
    }
}
