package murder.engine;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import murder.engine.storage.DiskWorkers;

/**
 * Stops reading from sockets while much payload waits for the disks. Further payload waits in the
 * network. A disk thread that makes room again posts a task that resumes reading, so nothing polls.
 * Loop's thread only.
 */
final class DiskThrottle {
    /**
     * The limit for payload that waits for disk and hash, in bytes. Above it the loop reads no
     * sockets. It is half a second of a disk of 32 MB/s.
     */
    private static final long BUDGET_BYTES = 16 << 20;

    /** A socket that carries payload. */
    interface Reader {
        /** Stops reading, or starts it again. */
        void throttle(boolean on);
    }

    private final DiskWorkers disk;
    private final Executor loop;
    private final LongSupplier nowNs;
    private final long budgetBytes;
    private final Set<Reader> readers = new LinkedHashSet<>();
    private boolean on;
    private long onSinceNs;
    private long waitedNs;

    /**
     * @param loop runs tasks on the loop's thread; called by disk threads
     * @param nowNs the loop's time
     */
    DiskThrottle(DiskWorkers disk, Executor loop, LongSupplier nowNs) {
        this.disk = disk;
        this.loop = loop;
        this.nowNs = nowNs;
        this.budgetBytes = Math.min(BUDGET_BYTES, disk.capacityBytes() / 4);
    }

    void add(Reader reader) {
        readers.add(reader);
        reader.throttle(on);
    }

    void remove(Reader reader) {
        readers.remove(reader);
    }

    /** Whether the queue has room for this many more bytes. */
    boolean hasRoom(int bytes) {
        return disk.queuedBytes() + bytes <= disk.capacityBytes();
    }

    /** Notes that blocks were queued or refused. The loop flushes them before it sleeps. */
    void onQueued() {
        if (!on && disk.queuedBytes() > budgetBytes) {
            set(true);
            disk.onRoom(budgetBytes / 2, () -> loop.execute(() -> set(false)));
        }
    }

    /** For how long sockets have not been read because of the disks, in all. */
    long waitedNs() {
        return waitedNs + (on ? nowNs.getAsLong() - onSinceNs : 0);
    }

    private void set(boolean throttled) {
        if (throttled) {
            onSinceNs = nowNs.getAsLong();
        } else if (on) {
            long now = nowNs.getAsLong();
            waitedNs += now - onSinceNs;
            FlightRecord.onDiskWait(now - onSinceNs, budgetBytes);
        }
        on = throttled;
        readers.forEach(reader -> reader.throttle(throttled));
    }
}
