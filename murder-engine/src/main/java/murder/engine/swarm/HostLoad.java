package murder.engine.swarm;

/**
 * How busy a host was over the last two to four seconds, from sums that only grow. A caller that
 * asks seldom gets the time since it asked last. Pure; confined to one thread.
 */
public final class HostLoad {
    private static final long WINDOW_NS = 2_000_000_000L;

    /**
     * Sums since some moment, in nanoseconds.
     *
     * @param nowNs when they were read
     * @param loopNs that the engine's loop was at work
     * @param diskNs that no socket was read because the disks were behind
     * @param hashingNs of all disk threads together
     * @param writingNs of all disk threads together
     */
    public record Sums(long nowNs, long loopNs, long diskNs, long hashingNs, long writingNs) { }

    /**
     * Shares of the time, 0 to 1.
     *
     * @param loop at work
     * @param disk in which no socket was read because the disks were behind
     * @param hashing of what the disk threads did; 0 if they did nothing
     */
    public record Shares(double loop, double disk, double hashing) {
        /** Nothing is known. */
        public static final Shares NONE = new Shares(0, 0, 0);
    }

    private Sums older;
    private Sums newer;

    /** Takes the sums of this moment. */
    public Shares onSums(Sums now) {
        if (newer == null || now.nowNs - newer.nowNs >= WINDOW_NS) {
            older = newer == null ? now : newer;
            newer = now;
        }
        long spanNs = now.nowNs - older.nowNs;
        if (spanNs <= 0) {
            return Shares.NONE;
        }
        long hashingNs = now.hashingNs - older.hashingNs;
        long workNs = hashingNs + now.writingNs - older.writingNs;
        return new Shares(share(now.loopNs - older.loopNs, spanNs), share(now.diskNs - older.diskNs, spanNs), share(hashingNs, workNs));
    }

    private static double share(long part, long whole) {
        return whole <= 0 ? 0 : Math.max(0, Math.min(1, (double) part / whole));
    }
}
