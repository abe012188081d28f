package murder.engine.swarm;

/**
 * A rate limit on elapsed nanoseconds. Holds at most a tenth of a second of its rate, and never
 * less than one largest block, so that it can always be passed in the end.
 */
public final class TokenBucket {
    private static final long SECOND_NS = 1_000_000_000L;
    /** A limit above this is none; a second's worth, in billionths of a byte, still fits a long. */
    private static final long MAX_BYTES_PER_SECOND = 9_000_000_000L;

    private long bytesPerSecond;
    private long tokens;
    /** Billionths of a byte that were gained and are no token yet. */
    private long fraction;
    private long lastNs;

    /** @param bytesPerSecond 0 for no limit, as is more than 9 GB/s */
    public TokenBucket(long bytesPerSecond) {
        setRate(bytesPerSecond);
        this.tokens = burst();
    }

    /** Changes the limit; 0 lifts it. */
    public void setRate(long newBytesPerSecond) {
        if (newBytesPerSecond < 0) {
            throw new IllegalArgumentException("negative rate " + newBytesPerSecond);
        }
        bytesPerSecond = newBytesPerSecond > MAX_BYTES_PER_SECOND ? 0 : newBytesPerSecond;
        tokens = Math.min(tokens, burst());
    }

    /** Whether this many bytes may pass now. */
    public boolean has(long nowNs, int bytes) {
        if (bytesPerSecond == 0) {
            return true;
        }
        refill(nowNs);
        return tokens >= Math.min(bytes, burst());
    }

    /** Takes bytes that {@link #has} allowed. */
    public void take(int bytes) {
        if (bytesPerSecond != 0) {
            tokens -= bytes;
        }
    }

    /** What was taken was not used. */
    public void giveBack(int bytes) {
        tokens = Math.min(burst(), tokens + bytes);
    }

    /**
     * When this many bytes may pass, given that nothing else passes before; {@code nowNs} if at
     * once.
     */
    public long readyNs(long nowNs, int bytes) {
        if (has(nowNs, bytes)) {
            return nowNs;
        }
        long missing = Math.min(bytes, burst()) - tokens;
        return nowNs + Math.max(1, (missing * SECOND_NS - fraction + bytesPerSecond - 1) / bytesPerSecond);
    }

    private long burst() {
        return Math.max(bytesPerSecond / 10, SwarmConfig.MAX_REQUEST_LENGTH);
    }

    /** Exact, however often it is called: a fraction of a byte gained between two calls is kept. */
    private void refill(long nowNs) {
        long elapsedNs = nowNs - lastNs;
        lastNs = nowNs;
        // Whole seconds and the rest apart, so that no product overflows.
        long wholeSeconds = Math.min(elapsedNs / SECOND_NS, 1_000_000_000L);
        long gained = elapsedNs % SECOND_NS * bytesPerSecond + fraction;
        tokens = Math.min(burst(), tokens + wholeSeconds * bytesPerSecond + gained / SECOND_NS);
        fraction = gained % SECOND_NS;
    }
}
