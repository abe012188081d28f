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
 * more thread does long work without hashing (allocation, {@code fsync}), so that blocks never wait
 * for it.
 *
 * <p>The queues hold runs of blocks in a pool of direct buffers. The pool has a fixed
 * {@link #capacityBytes() size}, which bounds the queues.
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
    private final DiskTimes times = new DiskTimes();

    /**
     * @param threads hashing threads, 1 or more; one per core is right, because hashing takes most
     *     of their time
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
     * Sets the callback that closes sockets when there is no descriptor for a file.
     *
     * @param free called by any thread, returns at once; false if the caller must not wait for it
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
     * Bytes of memory that hold queued payload now, also of torrents that are being closed. Any
     * thread. It counts slabs of 256 KiB; all except the last are full. The engine stops reading
     * from sockets at a limit well below {@link #capacityBytes()}.
     */
    public long queuedBytes() {
        return writes.usedBytes();
    }

    /**
     * Runs a task once, when at most this many bytes are {@link #queuedBytes() queued}: at once, or
     * on the worker thread that makes the room. The task must only post. Any thread.
     *
     * @param atMostBytes 0 or more; blocks that were taken but not {@link #flush flushed} count as
     *     queued
     * @throws IllegalStateException if an earlier task still waits
     */
    public void onRoom(long atMostBytes, Runnable task) {
        writes.onRoom(atMostBytes, task);
    }

    /** Bytes of memory for queued payload, used or free. Any thread. */
    public long heldBytes() {
        return writes.heldBytes();
    }

    /** Drops the free buffers. Torrents that still download make new ones. Any thread. */
    public void release() {
        writes.release();
    }

    /**
     * Waits for queued work, 1.5 s at most, and takes no more. Close the torrents' storage first.
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

    /** Like {@link #execute}, but a sleeping lane may sleep until {@link #flush}. */
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

    /** Hashes files for the task that runs in this lane. The task releases it before it ends. */
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
     * Hands all taken blocks to the writing threads. Consecutive blocks are written together, so
     * call this at the end of a turn.
     */
    public void flush() {
        if (writes.flush()) {
            for (int i = 0; i < lanes.length; i++) {
                lanes[i].wake();
            }
        }
    }

    /** Where the time of these threads goes. Any thread. */
    public DiskTimes times() {
        return times;
    }

    /** Hashes for the pieces of all torrents. */
    Digests digests() {
        return digests;
    }
}
