package murder.engine.swarm;

import java.util.List;

/**
 * Rate limits that every block must pass. The first one that refuses closes the gate until
 * {@link #reopen}.
 */
final class RateGate {
    private final TokenBucket[] limits;
    private long opensNs = Long.MAX_VALUE;

    RateGate(List<TokenBucket> limits) {
        this.limits = limits.toArray(new TokenBucket[0]);
    }

    /** Tries again, whatever was refused before. Once a turn. */
    void reopen() {
        opensNs = Long.MAX_VALUE;
    }

    boolean isOpen() {
        return opensNs == Long.MAX_VALUE;
    }

    /**
     * When the limit that refused lets the block pass; {@code Long.MAX_VALUE} if the gate is open.
     */
    long opensNs() {
        return opensNs;
    }

    /**
     * Takes the bytes from every limit, or from none if one of them refuses. Returns whether they
     * pass.
     */
    boolean pass(long nowNs, int length) {
        for (TokenBucket limit : limits) {
            if (!limit.has(nowNs, length)) {
                opensNs = limit.readyNs(nowNs, length);
                return false;
            }
        }
        for (TokenBucket limit : limits) {
            limit.take(length);
        }
        return true;
    }

    /** Bytes come that were not held back. */
    void charge(int length) {
        for (TokenBucket limit : limits) {
            limit.take(length);
        }
    }

    /** Bytes that passed will not come. */
    void giveBack(int length) {
        for (TokenBucket limit : limits) {
            limit.giveBack(length);
        }
    }
}
