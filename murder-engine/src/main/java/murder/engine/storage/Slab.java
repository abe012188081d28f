package murder.engine.storage;

import java.nio.ByteBuffer;
import murder.metainfo.PieceLayout;

/**
 * Direct memory for payload on its way to a disk thread. One {@link WriteRun} follows the other, so
 * short runs waste no memory. The slab is free again when all runs are written. {@link WriteQueue}
 * fills it, {@link SlabPool} counts its users.
 */
final class Slab {
    /**
     * In bytes: large enough that system calls and thread switches cost little, and small enough
     * for the core's cache.
     */
    static final int LENGTH = 16 * PieceLayout.BLOCK_LENGTH;

    private static final int MAX_RUNS = 16;

    private final ByteBuffer memory = ByteBuffer.allocateDirect(LENGTH);
    private final WriteRun[] runs = new WriteRun[MAX_RUNS];
    private int runCount;
    /** Runs that are not written yet, and one while it is being filled. The pool's. */
    int users;

    Slab() {
        for (int i = 0; i < runs.length; i++) {
            runs[i] = new WriteRun(this, memory.duplicate());
        }
    }

    /** All runs are written: begins again at the front. */
    void clear() {
        memory.clear();
        runCount = 0;
    }

    /** The free bytes. */
    int room() {
        return runCount < runs.length ? memory.remaining() : 0;
    }

    /** Whether the last run can grow by this many bytes. */
    boolean fits(int length) {
        return length <= memory.remaining();
    }

    /** Begins a run where the last one ended. */
    WriteRun begin() {
        WriteRun run = runs[runCount++];
        run.bytes.limit(memory.position()).position(memory.position());
        return run;
    }

    /**
     * Appends the next {@code length} bytes of {@code payload} to the last run and consumes them.
     */
    void append(WriteRun last, ByteBuffer payload, int length) {
        int end = memory.position() + length;
        memory.put(memory.position(), payload, payload.position(), length).position(end);
        payload.position(payload.position() + length);
        last.bytes.limit(end);
    }
}
