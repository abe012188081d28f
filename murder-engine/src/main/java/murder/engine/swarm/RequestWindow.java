package murder.engine.swarm;

/**
 * How many blocks a host has under way from each source as long as it keeps up with its peers: as many as come from one in
 * {@value #REFILL_MS} ms at the best rate so far. More would not come sooner, but stand in queues on the way. Where the queue in front of a
 * host's own link is full, whole packets are dropped that have been on their sender's link already: with 64 KiB under way from each of
 * fifteen sources on links of 20 Mbit/s, a sixteenth of all that was sent (decision 11).
 *
 * <p>The best rate is never forgotten, so that hosts on links of one kind come to windows of one size: whoever had less under way would
 * be served less, ask for less, and so on.
 */
final class RequestWindow {
    /** Fast hosts are asked anew up to eighty times a second, each time for half of a window. */
    static final int REFILL_MS = 25;
    private static final long PERIOD_NS = 100_000_000L;
    /** What a busy host finds in its sockets after a pause came in more time than it seems. */
    private static final int SMOOTHING = 4;
    /** Long pieces have windows of up to so many times the usual one: each refill wakes up two hosts. */
    private static final int LONGEST = 4;

    private final int blockLength;
    private final int most;
    private long periodBytes;
    private long periodStartNs = -1;
    private long bestBytesPerSecond;

    /** @param usual the most for pieces of up to four times its length; it is a quarter of longer ones, but never more than a piece */
    RequestWindow(int usual, int blocksOfPiece, int blockLength) {
        this.blockLength = blockLength;
        this.most = Math.min(blocksOfPiece, Math.max(usual, Math.min(LONGEST * usual, blocksOfPiece / 4)));
    }

    void onArrived(long nowNs, int bytes) {
        if (periodStartNs < 0) {
            periodStartNs = nowNs;
        }
        periodBytes += bytes;
        long spanNs = nowNs - periodStartNs;
        if (spanNs >= PERIOD_NS) {
            long rate = (long) (periodBytes * 1e9 / spanNs);
            bestBytesPerSecond += Math.max(0, rate - bestBytesPerSecond) / SMOOTHING;
            periodStartNs = nowNs;
            periodBytes = 0;
        }
    }

    /** In blocks, one or more. */
    int blocks(int sources) {
        long come = bestBytesPerSecond * REFILL_MS / 1000 / sources / blockLength;
        return (int) Math.max(1, Math.min(most, come));
    }
}
