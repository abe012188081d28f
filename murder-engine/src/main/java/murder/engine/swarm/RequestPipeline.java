package murder.engine.swarm;

/**
 * The requests under way on one connection, oldest first, and how many blocks they may come to.
 *
 * <p>The window follows the time a block takes from request to arrival, as TCP Vegas follows round trips: while it stays near the
 * smallest seen, the path is not full and the window grows by a block per block; when it is several times that, the blocks only wait in
 * the sender's queue and the window shrinks. So a fast pair keeps a bandwidth-delay product under way, and a sender with many takers
 * is asked for little by each.
 */
final class RequestPipeline {
    /** Queueing that is always allowed: below it, timer and thread turns are mistaken for a full path. */
    private static final long GROW_SLACK_NS = 5_000_000L;
    private static final long SHRINK_SLACK_NS = 50_000_000L;
    /** The smallest latency is forgotten after this long, because paths change. */
    private static final long BASE_MEMORY_NS = 10_000_000_000L;

    private final int minWindow;
    private final int maxWindow;
    /** What a peer that does not tell its limit surely keeps: the smallest default among the public clients. */
    private int peerLimit = 250;
    private long[] requests = new long[8];
    private long[] askedNs = new long[8];
    private int head;
    private int count;
    private int blocks;
    private int window;
    private boolean limited;
    private long baseNs = Long.MAX_VALUE;
    private long nextBaseNs = Long.MAX_VALUE;
    private long baseSinceNs;
    private long smoothedNs;
    private long lastAnswerNs;

    RequestPipeline(SwarmConfig config) {
        this.minWindow = config.minWindow();
        this.maxWindow = config.maxWindow();
        this.window = config.initialWindow();
    }

    /** The peer told how many requests it keeps (BEP 10 {@code reqq}): never more are under way. */
    void limit(int peerQueue) {
        window = Math.min(window, Math.max(1, peerQueue));
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
        return window;
    }

    /** How many more blocks may be asked for. */
    int room() {
        return window - blocks;
    }

    /** Whether it is time to ask for more: half of the window has come in. Between the halves requests go out in one go. */
    boolean isLow() {
        return blocks <= window / 2;
    }

    /** Whether the last refill ended because the window was full, not because nothing was left to ask for. */
    void limited(boolean byWindow) {
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
        blocks += BlockRun.count(run);
    }

    /** The blocks of a request came. Returns whether they were asked for. */
    boolean onBlocks(long nowNs, long run) {
        int at = indexOf(run);
        if (at < 0) {
            return false;
        }
        measure(nowNs, nowNs - askedNs[(head + at) & (requests.length - 1)], BlockRun.count(run));
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

    void clear() {
        head = 0;
        count = 0;
        blocks = 0;
    }

    /** Whether the peer owes blocks and has sent none for a time that its own pace does not explain. */
    boolean isStalled(long nowNs) {
        return count > 0 && nowNs - lastAnswerNs >= Math.max(SwarmConfig.SNUB_NS, 4 * smoothedNs);
    }

    /** Back to the smallest window, after a stall. */
    void collapse() {
        window = 1;
    }

    private void measure(long nowNs, long latencyNs, int came) {
        smoothedNs = smoothedNs == 0 ? latencyNs : smoothedNs + (latencyNs - smoothedNs) / 8;
        if (nowNs - baseSinceNs > BASE_MEMORY_NS) {
            baseNs = nextBaseNs;
            nextBaseNs = Long.MAX_VALUE;
            baseSinceNs = nowNs;
        }
        nextBaseNs = Math.min(nextBaseNs, latencyNs);
        baseNs = Math.min(baseNs, latencyNs);
        if (latencyNs <= 2 * baseNs + GROW_SLACK_NS) {
            if (limited || window < minWindow) {
                window += came;
            }
        } else if (latencyNs > 4 * baseNs + SHRINK_SLACK_NS) {
            window = Math.max(minWindow, window - came);
        }
        window = Math.min(window, Math.min(maxWindow, peerLimit));
    }

    private int indexOf(long run) {
        for (int i = 0; i < count; i++) {
            if (run(i) == run) {
                return i;
            }
        }
        return -1;
    }

    /** Answers come mostly in order, so what stands before {@code at} is moved, not what stands behind. */
    private void remove(int at) {
        int mask = requests.length - 1;
        blocks -= BlockRun.count(requests[(head + at) & mask]);
        for (int i = at; i > 0; i--) {
            requests[(head + i) & mask] = requests[(head + i - 1) & mask];
            askedNs[(head + i) & mask] = askedNs[(head + i - 1) & mask];
        }
        head = (head + 1) & mask;
        count--;
    }

    private void grow() {
        long[] oldRequests = requests;
        long[] oldAsked = askedNs;
        int mask = oldRequests.length - 1;
        requests = new long[2 * oldRequests.length];
        askedNs = new long[requests.length];
        for (int i = 0; i < count; i++) {
            requests[i] = oldRequests[(head + i) & mask];
            askedNs[i] = oldAsked[(head + i) & mask];
        }
        head = 0;
    }
}
