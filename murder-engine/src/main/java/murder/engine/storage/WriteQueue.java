package murder.engine.storage;

import java.nio.ByteBuffer;
import murder.metainfo.PieceLayout;

/**
 * Gathers arriving blocks into runs. It hands a run to its lane when the slab is full, when another
 * block does not continue the run, or at {@link #flush}. A flush also wakes sleeping lanes. So disk
 * threads wake, write and hash for many blocks at once. The small blocks of other clients cost
 * hardly more than long ones. Any thread, usually the loop's.
 */
final class WriteQueue {
    private final SlabPool slabs = new SlabPool(SlabPool.defaultCapacityBytes());
    /** The slab in use, or null. */
    private Slab slab;
    /** The last run in the slab, while it may still grow; else null. */
    private WriteRun open;
    /** Whether a run was handed over since the last flush. */
    private boolean submitted;
    /** Waits for room; null while nobody waits. */
    private volatile Runnable onRoom;
    private long roomBytes;

    long capacityBytes() {
        return slabs.capacityBytes();
    }

    /** Bytes of all slabs, used or free. */
    long heldBytes() {
        return slabs.heldBytes();
    }

    /** Bytes of the slabs in use. */
    synchronized long usedBytes() {
        return slabs.usedBytes() - (slab != null && slabs.isDrained(slab) ? Slab.LENGTH : 0);
    }

    /**
     * Takes blocks of one piece, all or none.
     *
     * @param payload whole blocks; consumed if taken
     * @return false if there is no room, or the target takes no more
     */
    synchronized boolean add(WriteRun.Target target, int piece, int begin, ByteBuffer payload, FailureListener onFailure) {
        if (slab != null && open == null && slabs.isDrained(slab)) {
            slab.clear();
        }
        int blocksHere = slab == null ? 0 : slab.room() / PieceLayout.BLOCK_LENGTH;
        if (payload.remaining() > blocksHere * PieceLayout.BLOCK_LENGTH + slabs.availableBytes()) {
            return false;
        }
        for (int at = begin; payload.hasRemaining();) {
            int length = Math.min(payload.remaining(), PieceLayout.BLOCK_LENGTH);
            if (open == null || !open.isContinuedBy(target, piece, at) || !slab.fits(length)) {
                submit();
                if (!target.begin()) {
                    return false;
                }
                begin(length);
                open.of(target, piece, at, onFailure);
            }
            slab.append(open, payload, length);
            at += length;
        }
        return true;
    }

    private void begin(int length) {
        if (slab == null || slab.room() < length) {
            if (slab != null) {
                slabs.leave(slab);
            }
            slab = slabs.take();
        }
        slabs.use(slab);
        open = slab.begin();
    }

    /**
     * Hands over the gathered blocks.
     *
     * @return whether it handed over a run since the last call, so that lanes may sleep
     */
    synchronized boolean flush() {
        submit();
        boolean any = submitted;
        submitted = false;
        return any;
    }

    private void submit() {
        if (open != null) {
            WriteRun run = open;
            open = null;
            submitted = true;
            run.target.submit(run);
        }
    }

    /** Drops the free slabs. */
    synchronized void release() {
        if (slab != null && open == null && slabs.isDrained(slab)) {
            slabs.leave(slab);
            slab = null;
        }
        slabs.release();
    }

    /** A run is written, or will not be. */
    void onDone(WriteRun run) {
        run.of(null, 0, 0, null);
        slabs.leave(run.slab);
        // Read after leaving the slab: onRoom() reads the two in the other order.
        if (onRoom != null) {
            tellIfRoom();
        }
    }

    /** See {@link DiskWorkers#onRoom}. */
    void onRoom(long atMostBytes, Runnable task) {
        synchronized (this) {
            if (onRoom != null) {
                throw new IllegalStateException("somebody waits for room already");
            }
            roomBytes = atMostBytes;
            onRoom = task;
        }
        tellIfRoom();
    }

    private void tellIfRoom() {
        Runnable task = null;
        synchronized (this) {
            if (onRoom != null && usedBytes() <= roomBytes) {
                task = onRoom;
                onRoom = null;
            }
        }
        if (task != null) {
            task.run();
        }
    }
}
