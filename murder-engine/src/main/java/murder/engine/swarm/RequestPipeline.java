package murder.engine.swarm;

/**
 * The outstanding requests of one connection, oldest first, and the limit of their blocks (the
 * window).
 *
 * <p>{@link DownloadScheduler} grants the window. A long path gets more: twice its bandwidth-delay
 * product. That is the number of blocks that arrive in the time of the fastest answer. The fastest
 * time is never forgotten. Otherwise the window would grow with a queue and make the queue longer,
 * at the cost of all other peers (decision 8).
 */
final class RequestPipeline {
    private final int maxWindow;
    /**
     * The limit of a peer that does not announce one: the smallest default of the public clients.
     */
    private int peerLimit = 250;
    private long[] requests = new long[8];
    private long[] askedNs = new long[8];
    /** The number of received blocks when each request was made. */
    private long[] cameBefore = new long[8];
    private int head;
    private int count;
    private int blocks;
    private int granted;
    /** The window for the path alone. */
    private int pathWindow;
    private boolean limited;
    private long came;
    /** No block has arrived for long: one request is a probe. */
    private boolean probing;
    private long fastestNs = Long.MAX_VALUE;
    private long smoothedNs;
    private long lastAnswerNs;
    private long answeredNs = -1;

    RequestPipeline(SwarmConfig config) {
        this.maxWindow = config.maxWindow();
        this.granted = config.requestWindow();
    }

    /**
     * The peer announced how many requests it keeps (BEP 10 {@code reqq}). This is a limit for
     * outstanding requests.
     */
    void setPeerLimit(int peerQueue) {
        peerLimit = Math.max(1, peerQueue);
    }

    /** Blocks under way. */
    int outstanding() {
        return blocks;
    }

    /** The number of outstanding requests, each of one block or more. */
    int requests() {
        return count;
    }

    int window() {
        return probing ? 1 : Math.min(peerLimit, Math.max(granted, pathWindow));
    }

    /** The number of blocks that may be outstanding at any rate. */
    void grant(int blocksUnderWay) {
        granted = blocksUnderWay;
    }

    /** Whether any request was answered by blocks. */
    boolean hasAnswered() {
        return answeredNs >= 0;
    }

    /** When blocks answered a request last; only if any did. */
    long answeredNs() {
        return answeredNs;
    }

    /** The shortest time between a request and its answer; only if there was any. */
    long fastestNs() {
        return fastestNs;
    }

    /** How long an answer takes, smoothed. */
    long usualNs() {
        return smoothedNs;
    }

    /** The number of further blocks to request. */
    int room() {
        return window() - blocks;
    }

    /** Whether to request more: half of the window has arrived. So requests go out in bunches. */
    boolean isLow() {
        return blocks <= window() / 2;
    }

    /** Whether the last refill filled the window, instead of running out of blocks. */
    void setLimited(boolean byWindow) {
        limited = byWindow;
    }

    void onRequested(long nowNs, long run) {
        if (count == requests.length) {
            grow();
        }
        if (count == 0) {
            lastAnswerNs = nowNs;
        }
        int at = (head + count++) & (requests.length - 1);
        requests[at] = run;
        askedNs[at] = nowNs;
        cameBefore[at] = came;
        blocks += BlockRun.count(run);
    }

    /** The blocks of a request arrived. Returns whether it was outstanding. */
    boolean onBlocks(long nowNs, long run) {
        int at = indexOf(run);
        if (at < 0) {
            return false;
        }
        int slot = (head + at) & (requests.length - 1);
        came += BlockRun.count(run);
        measure(nowNs - askedNs[slot], came - cameBefore[slot], BlockRun.count(run));
        remove(at);
        lastAnswerNs = nowNs;
        answeredNs = nowNs;
        return true;
    }

    /** The request is void: cancelled or rejected. Returns whether it was outstanding. */
    boolean onVoid(long run) {
        int at = indexOf(run);
        if (at >= 0) {
            remove(at);
        }
        return at >= 0;
    }

    /** The {@code i}th outstanding request, oldest first. */
    long run(int i) {
        return requests[(head + i) & (requests.length - 1)];
    }

    /** The outstanding request with the block, or -1. */
    long find(int piece, int block) {
        for (int i = 0; i < count; i++) {
            long run = run(i);
            if (BlockRun.piece(run) == piece && BlockRun.first(run) <= block && block < BlockRun.end(run)) {
                return run;
            }
        }
        return -1;
    }

    /** The first blocks of the run that are either all outstanding or all not. */
    long head(long run) {
        int piece = BlockRun.piece(run);
        int first = BlockRun.first(run);
        boolean isUnderWay = find(piece, first) >= 0;
        int end = first + 1;
        while (end < BlockRun.end(run) && find(piece, end) >= 0 == isUnderWay) {
            end++;
        }
        return BlockRun.of(piece, first, end - first);
    }

    void clear() {
        head = 0;
        count = 0;
        blocks = 0;
    }

    /** Whether the peer owes blocks and has sent none for longer than its own pace explains. */
    boolean isStalled(long nowNs) {
        return count > 0 && nowNs - lastAnswerNs >= Math.max(SwarmConfig.SNUB_NS, Math.min(SwarmConfig.LAST_SNUB_NS, 4 * smoothedNs));
    }

    /** Back to the smallest window, after a stall. */
    void collapse() {
        probing = true;
        pathWindow = 0;
    }

    /**
     * @param meanwhile blocks that came between request and answer, those of the answer included
     */
    private void measure(long latencyNs, long meanwhile, int blocksNow) {
        probing = false;
        smoothedNs = smoothedNs == 0 ? latencyNs : smoothedNs + (latencyNs - smoothedNs) / 8;
        fastestNs = Math.min(fastestNs, latencyNs);
        double product = (double) meanwhile * fastestNs / Math.max(1, latencyNs);
        if (2 * product < pathWindow) {
            pathWindow = Math.max(0, pathWindow - blocksNow);
        } else if (limited) {
            pathWindow = (int) Math.min(Math.min(2 * product, maxWindow), pathWindow + blocksNow);
        }
    }

    private int indexOf(long run) {
        for (int i = 0; i < count; i++) {
            if (run(i) == run) {
                return i;
            }
        }
        return -1;
    }

    /**
     * Answers arrive mostly in order, so this moves the entries before {@code at}, not those
     * behind.
     */
    private void remove(int at) {
        int mask = requests.length - 1;
        blocks -= BlockRun.count(requests[(head + at) & mask]);
        for (int i = at; i > 0; i--) {
            requests[(head + i) & mask] = requests[(head + i - 1) & mask];
            askedNs[(head + i) & mask] = askedNs[(head + i - 1) & mask];
            cameBefore[(head + i) & mask] = cameBefore[(head + i - 1) & mask];
        }
        head = (head + 1) & mask;
        count--;
    }

    private void grow() {
        long[] oldRequests = requests;
        long[] oldAsked = askedNs;
        long[] oldCame = cameBefore;
        int mask = oldRequests.length - 1;
        requests = new long[2 * oldRequests.length];
        askedNs = new long[requests.length];
        cameBefore = new long[requests.length];
        for (int i = 0; i < count; i++) {
            requests[i] = oldRequests[(head + i) & mask];
            askedNs[i] = oldAsked[(head + i) & mask];
            cameBefore[i] = oldCame[(head + i) & mask];
        }
        head = 0;
    }
}
