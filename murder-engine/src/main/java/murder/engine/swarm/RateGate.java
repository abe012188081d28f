package murder.engine.swarm;

import java.util.List;

/** The rate limits of every block. The first refusal closes the gate until {@link #reopen}. */
final class RateGate {
    private final TokenBucket[] limits;
    private long opensNs = Long.MAX_VALUE;

    RateGate(List<TokenBucket> limits) {
        this.limits = limits.toArray(new TokenBucket[0]);
    }

    /** Opens the gate again after a refusal. Once a turn. */
    void reopen() {
        opensNs = Long.MAX_VALUE;
    }

    boolean isOpen() {
        return opensNs == Long.MAX_VALUE;
    }

    /**
     * The time when the refusing limit permits the block; {@code Long.MAX_VALUE} if the gate is
     * open.
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

    /** Counts bytes that arrive without a check. */
    void charge(int length) {
        for (TokenBucket limit : limits) {
            limit.take(length);
        }
    }

    /** Returns bytes that will not arrive. */
    void giveBack(int length) {
        for (TokenBucket limit : limits) {
            limit.giveBack(length);
        }
    }
}
