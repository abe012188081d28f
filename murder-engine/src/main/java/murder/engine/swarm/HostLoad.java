package murder.engine.swarm;

/**
 * The load of a host over the last two to four seconds, from growing sums. A caller that rarely
 * asks gets the time since its last question. Pure; confined to one thread.
 */
public final class HostLoad {
    private static final long WINDOW_NS = 2_000_000_000L;

    /**
     * Sums since the start, in nanoseconds.
     *
     * @param nowNs the time of reading
     * @param loopNs work of the engine's loop
     * @param diskNs time without reading sockets, because the disks were behind
     * @param hashingNs of all disk threads together
     * @param writingNs of all disk threads together
     */
    public record Sums(long nowNs, long loopNs, long diskNs, long hashingNs, long writingNs) { }

    /**
     * Shares of the time, 0 to 1.
     *
     * @param loop work of the loop
     * @param disk without reading sockets, because the disks were behind
     * @param hashing share of the disk threads' work; 0 without work
     */
    public record Shares(double loop, double disk, double hashing) {
        /** Nothing is known. */
        public static final Shares NONE = new Shares(0, 0, 0);
    }

    private Sums older;
    private Sums newer;

    /** Takes the present sums. */
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
