package murder.engine.swarm;

/**
 * The unit in which {@link DownloadScheduler} counts the outstanding requests to each source: the
 * blocks that one source delivers in {@value #REFILL_MS} ms at the best rate so far. More requests
 * would not bring blocks sooner; the blocks would wait in queues on the way. A full queue before a
 * host's own link drops packets that have already used the sender's link (decision 11).
 *
 * <p>The best rate is never forgotten, so hosts on equal links come to equal windows. Otherwise a
 * host with fewer outstanding requests would be served less, request less, and so on.
 */
final class RequestWindow {
    /**
     * A window that is not cut off at the most is refilled up to eighty times a second, each time
     * by half of it.
     */
    static final int REFILL_MS = 25;
    private static final long PERIOD_NS = 50_000_000L;
    /**
     * A busy host finds in its sockets what came in more time than it seems, so one fast period is
     * only half believed.
     */
    private static final int SMOOTHING = 2;
    /** Windows of long pieces are up to this many times longer: each refill wakes up two hosts. */
    private static final int LONGEST = 4;

    private final int blockLength;
    private final int most;
    private long bytes;
    private long startNs = -1;
    private long lastNs;
    private long bestBytesPerSecond;

    /**
     * @param usual the most blocks; for pieces of more than four times as many a quarter of a
     *     piece, up to four times the usual. Never more than a piece
     */
    RequestWindow(int usual, int blocksOfPiece, int blockLength) {
        this.blockLength = blockLength;
        this.most = Math.min(blocksOfPiece, Math.max(usual, Math.min(LONGEST * usual, blocksOfPiece / 4)));
    }

    /**
     * A period ends with a moment at which something came, all of which counts: after a pause much
     * comes at one moment.
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
