package murder.engine.storage;

import java.util.concurrent.atomic.LongAdder;

/**
 * The total time in which disk threads wrote and hashed received blocks. It distinguishes a slow
 * disk from a slow processor. Any thread.
 */
public final class DiskTimes {
    private final LongAdder writingNs = new LongAdder();
    private final LongAdder hashingNs = new LongAdder();

    void onWritten(long tookNs) {
        writingNs.add(tookNs);
    }

    void onHashed(long tookNs) {
        hashingNs.add(tookNs);
    }

    /** Nanoseconds of all threads together in calls that write. */
    public long writingNs() {
        return writingNs.sum();
    }

    /** The same for hashing bytes in memory. */
    public long hashingNs() {
        return hashingNs.sum();
    }
}
