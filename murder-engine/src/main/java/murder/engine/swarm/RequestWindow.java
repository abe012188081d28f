package murder.engine.swarm;

/**
 * The unit in which {@link DownloadScheduler} counts the outstanding requests to each source. It is
 * the number of blocks that one source delivers in {@value #REFILL_MS} ms at the best rate so far.
 * More requests would not bring blocks sooner: they would cause congestion. A full queue before a
 * host's own link drops packets that have already used the sender's link (decision 11).
 *
 * <p>The best rate is never forgotten, so hosts on equal links get equal windows. Otherwise a host
 * with fewer outstanding requests would get less, and would then request less again.
 */
final class RequestWindow {
    /** A window below its limit is refilled up to eighty times a second, each time by half. */
    static final int REFILL_MS = 25;
    private static final long PERIOD_NS = 50_000_000L;
    /**
     * A busy host reads bytes that arrived over a longer time, so a fast period counts only half.
     */
    private static final int SMOOTHING = 2;
    /**
     * Windows of long pieces are up to this many times longer, because each refill wakes two hosts.
     */
    private static final int LONGEST = 4;

    private final int blockLength;
    private final int most;
    private long bytes;
    private long startNs = -1;
    private long lastNs;
    private long bestBytesPerSecond;

    /**
     * @param usual the limit in blocks. For pieces of more than four times this many blocks it is a
     *     quarter of a piece, up to four times the usual limit. It is never more than a piece
     */
    RequestWindow(int usual, int blocksOfPiece, int blockLength) {
        this.blockLength = blockLength;
        this.most = Math.min(blocksOfPiece, Math.max(usual, Math.min(LONGEST * usual, blocksOfPiece / 4)));
    }

    /**
     * A period ends when blocks arrive, and all of them count: after a pause many blocks arrive at
     * one moment.
     */
    void onArrived(long nowNs, int count) {
        if (startNs < 0) {
            startNs = nowNs;
            lastNs = nowNs;
            return;
        }
        if (nowNs > lastNs && lastNs - startNs >= PERIOD_NS) {
            long rate = (long) (bytes * 1e9 / (lastNs - startNs));
            bestBytesPerSecond += Math.max(0, rate - bestBytesPerSecond) / SMOOTHING;
            startNs = lastNs;
            bytes = 0;
        }
        bytes += count;
        lastNs = nowNs;
    }

    /** In blocks, one or more; one until the rate is known. */
    int blocks(int sources) {
        long come = bestBytesPerSecond * REFILL_MS / 1000 / sources / blockLength;
        return (int) Math.max(1, Math.min(most, come));
    }
}
