package murder.engine.swarm;

/**
 * A piece with requested or received blocks. Knows for each block the peers with a request for it,
 * at most two, and the peer that sent it. Lives from the first request until the piece is verified
 * or its hash fails.
 */
final class ActivePiece {
    private final int piece;
    private final PeerConnection[] asked;
    private final PeerConnection[] askedAgain;
    private final PeerConnection[] sources;
    private int receivedCount;
    private int freeFrom;
    /** When its last block came, or when it was begun. */
    private long lastBlockNs;
    /** The peer that requests the free blocks; null when it chokes, stalls or has left. */
    PeerConnection owner;
    /**
     * Only the owner may get requests: the next hash decides about this suspect (see
     * {@link Suspects}).
     */
    boolean exclusive;
    boolean verifying;
    /** Whether it is in the list of pieces without an owner. */
    boolean isListed;

    ActivePiece(long nowNs, int piece, int blockCount) {
        this.piece = piece;
        this.lastBlockNs = nowNs;
        this.asked = new PeerConnection[blockCount];
        this.askedAgain = new PeerConnection[blockCount];
        this.sources = new PeerConnection[blockCount];
    }

    int piece() {
        return piece;
    }

    int blockCount() {
        return asked.length;
    }

    boolean isReceived(int block) {
        return sources[block] != null;
    }

    boolean isComplete() {
        return receivedCount == sources.length;
    }

    /** The first free block, neither received nor requested, or -1. */
    int nextFree() {
        while (freeFrom < asked.length && (asked[freeFrom] != null || sources[freeFrom] != null)) {
            freeFrom++;
        }
        return freeFrom < asked.length ? freeFrom : -1;
    }

    /** The first block that has not arrived, requested or not. */
    int firstLacking() {
        int block = 0;
        while (sources[block] != null) {
            block++;
        }
        return block;
    }

    /** The free blocks from {@link #nextFree} on, at most this many; there is at least one. */
    long freeRun(int atMost) {
        int first = nextFree();
        int end = first + 1;
        while (end < asked.length && end - first < atMost && asked[end] == null && sources[end] == null) {
            end++;
        }
        return BlockRun.of(piece, first, end - first);
    }

    /** Whether each of the blocks has exactly one outstanding request. */
    boolean isAskedOnce(long run) {
        for (int block = BlockRun.first(run); block < BlockRun.end(run); block++) {
            if (asked[block] == null || askedAgain[block] != null) {
                return false;
            }
        }
        return true;
    }

    void onRequested(long run, PeerConnection peer) {
        for (int block = BlockRun.first(run); block < BlockRun.end(run); block++) {
            if (asked[block] == null) {
                asked[block] = peer;
            } else {
                askedAgain[block] = peer;
            }
        }
    }

    boolean isReceived(long run) {
        for (int block = BlockRun.first(run); block < BlockRun.end(run); block++) {
            if (sources[block] == null) {
                return false;
            }
        }
        return true;
    }

    /**
     * The peer will not send the blocks: the request was cancelled or rejected, or the peer has
     * left.
     */
    void onReleased(long run, PeerConnection peer) {
        for (int block = BlockRun.first(run); block < BlockRun.end(run); block++) {
            onReleased(block, peer);
        }
    }

    private void onReleased(int block, PeerConnection peer) {
        if (askedAgain[block] == peer) {
            askedAgain[block] = null;
        } else if (asked[block] == peer) {
            asked[block] = askedAgain[block];
            askedAgain[block] = null;
            freeFrom = Math.min(freeFrom, block);
        }
    }

    /** The peer with the first request for the block, or null. */
    PeerConnection asked(int block) {
        return asked[block];
    }

    /** The peer with the second request for the block, or null. */
    PeerConnection askedAgain(int block) {
        return askedAgain[block];
    }

    /** Whether no block has come for so long that those who were asked probably send none. */
    boolean isStuck(long nowNs) {
        return !verifying && nowNs - lastBlockNs >= SwarmConfig.USELESS_NS;
    }

    /** Whether the peer owes a block. */
    boolean isAskedOf(PeerConnection peer) {
        for (int block = 0; block < asked.length; block++) {
            if (asked[block] == peer || askedAgain[block] == peer) {
                return true;
            }
        }
        return false;
    }

    /** Whether any block has an outstanding request. */
    boolean isAsked() {
        for (PeerConnection peer : asked) {
            if (peer != null) {
                return true;
            }
        }
        return false;
    }

    void onReceived(long nowNs, int block, PeerConnection source) {
        lastBlockNs = nowNs;
        sources[block] = source;
        asked[block] = null;
        askedAgain[block] = null;
        receivedCount++;
    }

    /** The senders of the blocks. */
    PeerConnection[] sources() {
        return sources;
    }

    /** The only sender of all blocks, or null if there were several. */
    PeerConnection onlySource() {
        for (PeerConnection source : sources) {
            if (source != sources[0]) {
                return null;
            }
        }
        return sources[0];
    }
}
