package murder.engine.swarm;

/**
 * The outstanding requests of one connection, oldest first, and the limit of their blocks (window).
 *
 * <p>The window is what {@link DownloadScheduler} grants. A long path gets more: twice its
 * bandwidth-delay product, which is what arrives in the time of the fastest answer. The fastest
 * time is never forgotten: a window that follows a standing queue makes the queue longer, at the
 * cost of all others (decision 8).
 */
final class RequestPipeline {
    private final int maxWindow;
    /**
     * What a peer that does not tell its limit surely keeps: the smallest default among the public
     * clients.
     */
    private int peerLimit = 250;
    private long[] requests = new long[8];
    private long[] askedNs = new long[8];
    /** How many blocks had come when each was made. */
    private long[] cameBefore = new long[8];
    private int head;
    private int count;
    private int blocks;
    private int granted;
    /** What the path alone would take. */
    private int pathWindow;
    private boolean limited;
    private long came;
    /** Nothing came for long: one request is a probe. */
    private boolean probing;
    private long fastestNs = Long.MAX_VALUE;
    private long smoothedNs;
    private long lastAnswerNs;

    RequestPipeline(SwarmConfig config) {
        this.maxWindow = config.maxWindow();
        this.granted = config.requestWindow();
    }

    /**
     * The peer announced how many requests it keeps (BEP 10 {@code reqq}): never more are
     * outstanding.
     */
    void setPeerLimit(int peerQueue) {
        peerLimit = Math.max(1, peerQueue);
    }

    /** Blocks under way. */
    int outstanding() {
        return blocks;
    }

    /** Requests under way, each of one block or more. */
    int requests() {
        return count;
    }

    int window() {
        return probing ? 1 : Math.min(peerLimit, Math.max(granted, pathWindow));
    }

    /** This many blocks may be outstanding, however slowly they arrive. */
    void grant(int blocksUnderWay) {
        granted = blocksUnderWay;
    }

    /** How many more blocks may be asked for. */
    int room() {
        return window() - blocks;
    }

    /**
     * Whether it is time to ask for more: half of the window has come in. Between the halves
     * requests go out in one go.
     */
    boolean isLow() {
        return blocks <= window() / 2;
    }

    /**
     * Whether the last refill ended because the window was full, not because nothing was left to
     * ask for.
     */
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

    /** The blocks of a request came. Returns whether they were asked for. */
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
        return true;
    }

    /** The request is void: cancelled or refused. Returns whether it was under way. */
    boolean onVoid(long run) {
        int at = indexOf(run);
        if (at >= 0) {
            remove(at);
        }
        return at >= 0;
    }

    /** The {@code i}th request under way, oldest first. */
    long run(int i) {
        return requests[(head + i) & (requests.length - 1)];
    }

    /** The request under way that names the block, or -1. */
    long find(int piece, int block) {
        for (int i = 0; i < count; i++) {
            long run = run(i);
            if (BlockRun.piece(run) == piece && BlockRun.first(run) <= block && block < BlockRun.end(run)) {
                return run;
            }
        }
        return -1;
    }

    /** The first blocks of the run that are all under way, or all not. */
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

    /**
     * Whether the peer owes blocks and has sent none for a time that its own pace does not explain.
     */
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
     * Answers come mostly in order, so what stands before {@code at} is moved, not what stands
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
