package murder.engine;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import murder.engine.storage.DiskWorkers;

/**
 * Stops reading from sockets while much payload waits for the disks. The rest waits in the network.
 * The disk thread that makes room again posts the task that lets sockets be read, so nobody polls.
 * Loop's thread only.
 */
final class DiskThrottle {
    /**
     * Payload that waits for disk and hash, in bytes, above which sockets are not read. Half a
     * second of a disk of 32 MB/s.
     */
    private static final long BUDGET_BYTES = 16 << 20;

    /** A socket that carries payload. */
    interface Reader {
        /** Stops reading, or starts it again. */
        void throttle(boolean on);
    }

    private final DiskWorkers disk;
    private final Executor loop;
    private final long budgetBytes;
    private final Set<Reader> readers = new LinkedHashSet<>();
    private boolean on;

    /** @param loop runs tasks on the loop's thread; called by disk threads */
    DiskThrottle(DiskWorkers disk, Executor loop) {
        this.disk = disk;
        this.loop = loop;
        this.budgetBytes = Math.min(BUDGET_BYTES, disk.capacityBytes() / 4);
    }

    void add(Reader reader) {
        readers.add(reader);
        reader.throttle(on);
    }

    void remove(Reader reader) {
        readers.remove(reader);
    }

    /** Whether the queue takes this many bytes more in any case. */
    boolean hasRoom(int bytes) {
        return disk.queuedBytes() + bytes <= disk.capacityBytes();
    }

    /** Blocks were queued, or tried to be. They are flushed before the loop sleeps. */
    void onQueued() {
        if (!on && disk.queuedBytes() > budgetBytes) {
            set(true);
            disk.onRoom(budgetBytes / 2, () -> loop.execute(() -> set(false)));
        }
    }

    private void set(boolean throttled) {
        on = throttled;
        readers.forEach(reader -> reader.throttle(throttled));
    }
}
