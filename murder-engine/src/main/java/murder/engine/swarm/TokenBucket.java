package murder.engine.swarm;

/**
 * A rate limit on elapsed nanoseconds. Holds at most a tenth of a second of its rate, and never less than one largest block, so
 * that it can always be passed in the end.
 */
public final class TokenBucket {
    private static final long SECOND_NS = 1_000_000_000L;

    private long bytesPerSecond;
    private long tokens;
    private long lastNs;

    /** @param bytesPerSecond 0 for no limit */
    public TokenBucket(long bytesPerSecond) {
        rate(bytesPerSecond);
        this.tokens = burst();
    }

    /** Changes the limit; 0 lifts it. */
    public void rate(long newBytesPerSecond) {
        if (newBytesPerSecond < 0) {
            throw new IllegalArgumentException("negative rate " + newBytesPerSecond);
        }
        bytesPerSecond = newBytesPerSecond;
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

    /** When this many bytes may pass, given that nothing else passes before; {@code nowNs} if at once. */
    public long readyNs(long nowNs, int bytes) {
        if (has(nowNs, bytes)) {
            return nowNs;
        }
        long missing = Math.min(bytes, burst()) - tokens;
        return nowNs + Math.max(1, (missing * SECOND_NS + bytesPerSecond - 1) / bytesPerSecond);
    }

    private long burst() {
        return Math.max(bytesPerSecond / 10, SwarmConfig.MAX_REQUEST_LENGTH);
    }

    private void refill(long nowNs) {
        long elapsed = nowNs - lastNs;
        if (elapsed >= SECOND_NS) {
            tokens = burst();
            lastNs = nowNs;
            return;
        }
        // At most a second times the rate: no overflow below 9 GB/s; beyond that the division comes first.
        long gained = bytesPerSecond < Long.MAX_VALUE / SECOND_NS ? elapsed * bytesPerSecond / SECOND_NS
            : elapsed * (bytesPerSecond / SECOND_NS);
        if (gained > 0) {
            tokens = Math.min(burst(), tokens + gained);
            lastNs = nowNs;
        }
    }
}
