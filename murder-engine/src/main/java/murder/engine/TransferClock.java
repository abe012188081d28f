package murder.engine;

import java.util.function.LongSupplier;

/**
 * Time of the loop, and whether a torrent's decisions must run in this turn. Loop's thread only.
 */
final class TransferClock {
    private final LongSupplier nowNs;
    private boolean touched;

    TransferClock(LongSupplier nowNs) {
        this.nowNs = nowNs;
    }

    long nowNs() {
        return nowNs.getAsLong();
    }

    /** Something happened. @return now */
    long touch() {
        touched = true;
        return nowNs.getAsLong();
    }

    boolean isTouched() {
        return touched;
    }

    /** The decisions are about to see all that happened. */
    void clear() {
        touched = false;
    }
}
