package murder.engine.swarm;

/**
 * A piece with requested or received blocks. Knows for each block which peers were asked, at most
 * two, and which peer sent it. Lives from the first request until the piece is verified or its hash
 * fails.
 */
final class ActivePiece {
    private final int piece;
    private final PeerConnection[] asked;
    private final PeerConnection[] askedAgain;
    private final PeerConnection[] sources;
    private int receivedCount;
    private int freeFrom;
    /** The peer that requests the free blocks; null when it chokes, stalls or has left. */
    PeerConnection owner;
    /**
     * Nobody but the owner may be asked: its next hash decides whether it stays (see
     * {@link Suspects}).
     */
    boolean exclusive;
    boolean verifying;
    /** It stands in the list of pieces that look for an owner. */
    boolean isListed;

    ActivePiece(int piece, int blockCount) {
        this.piece = piece;
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

    /** The first block that has neither come nor is asked for, or -1. */
    int nextFree() {
        while (freeFrom < asked.length && (asked[freeFrom] != null || sources[freeFrom] != null)) {
            freeFrom++;
        }
        return freeFrom < asked.length ? freeFrom : -1;
    }

    /** The first block that has not arrived, whichever peer was asked. */
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

    /** Whether exactly one peer was asked for each of the blocks. */
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

    /** The peer will not send the blocks: they were cancelled or rejected, or it has left. */
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

    /** The peer that was asked for the block, or null. */
    PeerConnection asked(int block) {
        return asked[block];
    }

    /** Who else was asked for the block, or null. */
    PeerConnection askedAgain(int block) {
        return askedAgain[block];
    }

    /** Whether any block is under way. */
    boolean isAsked() {
        for (PeerConnection peer : asked) {
            if (peer != null) {
                return true;
            }
        }
        return false;
    }

    void onReceived(int block, PeerConnection source) {
        sources[block] = source;
        asked[block] = null;
        askedAgain[block] = null;
        receivedCount++;
    }

    /** Who sent each block. */
    PeerConnection[] sources() {
        return sources;
    }

    /** The one peer that sent every block, or null if there were several. */
    PeerConnection onlySource() {
        for (PeerConnection source : sources) {
            if (source != sources[0]) {
                return null;
            }
        }
        return sources[0];
    }
}
