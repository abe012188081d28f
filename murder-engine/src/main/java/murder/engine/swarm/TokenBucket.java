package murder.engine.swarm;

/**
 * A rate limit on elapsed nanoseconds. It holds at most a tenth of a second of its rate, but at
 * least one largest block. So every block passes in the end.
 */
public final class TokenBucket {
    private static final long SECOND_NS = 1_000_000_000L;
    /** A higher limit means no limit. The bytes of a second, in billionths, still fit a long. */
    private static final long MAX_BYTES_PER_SECOND = 9_000_000_000L;

    private long bytesPerSecond;
    private long tokens;
    /** Billionths of a byte that do not make a token yet. */
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

    /** Returns unused bytes. */
    public void giveBack(int bytes) {
        tokens = Math.min(burst(), tokens + bytes);
    }

    /**
     * The time when this many bytes may pass, if nothing else passes before; {@code nowNs} if at
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

    /** Exact for any number of calls: fractions of a byte are kept. */
    private void refill(long nowNs) {
        long elapsedNs = nowNs - lastNs;
        lastNs = nowNs;
        // Whole seconds and the rest separately, so that no product overflows.
        long wholeSeconds = Math.min(elapsedNs / SECOND_NS, 1_000_000_000L);
        long gained = elapsedNs % SECOND_NS * bytesPerSecond + fraction;
        tokens = Math.min(burst(), tokens + wholeSeconds * bytesPerSecond + gained / SECOND_NS);
        fraction = gained % SECOND_NS;
    }
}
