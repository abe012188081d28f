package murder.engine.swarm;

/** Bytes per second over the last two to four seconds, from counts and the housekeeping tick. */
final class RateMeter {
    private static final int TICKS = 4;

    private final long[] bytes = new long[TICKS];
    private final long[] spanNs = new long[TICKS];
    private int current;
    private long sinceNs;
    private long total;

    /** @param nowNs the start of the measurement */
    RateMeter(long nowNs) {
        sinceNs = nowNs;
    }

    void add(int count) {
        bytes[current] += count;
        total += count;
    }

    /** Ends one interval of the measurement. */
    void onTick(long nowNs) {
        spanNs[current] = nowNs - sinceNs;
        sinceNs = nowNs;
        current = (current + 1) % TICKS;
        bytes[current] = 0;
        spanNs[current] = 0;
    }

    long total() {
        return total;
    }

    long bytesPerSecond() {
        long sum = 0;
        long span = 0;
        for (int i = 0; i < TICKS; i++) {
            if (i != current) {
                sum += bytes[i];
                span += spanNs[i];
            }
        }
        return span == 0 ? 0 : (long) (sum * 1e9 / span);
    }
}
