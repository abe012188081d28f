package murder.engine.swarm;

import murder.metainfo.PieceLayout;

/**
 * Decides which blocks to request from which peer: takes peers from {@link AskQueue} and gives them
 * blocks of {@link ActivePieces}. If possible a piece comes from one peer; different pieces come
 * from all peers at once. When every piece is started, it requests outstanding blocks from idle
 * peers too (endgame), and cancels the later of two requests.
 */
final class DownloadScheduler {
    /** A slow peer has no time for a block before it chokes us, but not so often in a row. */
    private static final int MOST_EMPTY_TURNS = 4;

    private final PieceLayout layout;
    private final PiecePicker picker;
    private final AskQueue queue;
    private final ActivePieces pieces;
    private final Suspects suspects;
    private final SwarmTotals totals;
    private final RateGate gate;

    /** What was requested from one peer. */
    static final class Asked {
        private final RequestPipeline pipeline;
        /** Blocks that the peer takes in one request. */
        private int maxRun = 1;
        /** It owes blocks and has sent none since others were asked for them. */
        private boolean isSnubbed;
        /** What it owes was given to others, and nothing was requested since. */
        private boolean isReleased;
        /** It owes blocks that others may be asked for: all that was released, or the block of a probe. */
        private boolean owesFreeBlocks;
        /** How often in a row it let us ask, sent nothing and choked. */
        private int emptyTurns;
        /** When it last sent a block. */
        private long lastBlockNs;
        /** It stalled or refused, and has sent no block since. */
        private boolean isUseless;
        /** For how many ticks it let us ask and was useless. */
        private int uselessTicks;

        Asked(SwarmConfig config) {
            pipeline = new RequestPipeline(config);
        }

        /** Blocks that may be requested at once, for one that is free. */
        private int longestRun() {
            return Math.max(1, Math.min(maxRun, pipeline.room()));
        }
    }

    DownloadScheduler(PieceLayout layout, PiecePicker picker, AskQueue queue, ActivePieces pieces, Suspects suspects,
                      SwarmTotals totals, RateGate gate) {
        this.layout = layout;
        this.picker = picker;
        this.queue = queue;
        this.pieces = pieces;
        this.suspects = suspects;
        this.totals = totals;
        this.gate = gate;
    }

    /** When a limit lets the next request pass; {@code Long.MAX_VALUE} if none holds one back. */
    long nextDeadlineNs() {
        return gate.opensNs();
    }

    /** Blocks that were requested from the peer and have not come. */
    int outstanding(PeerConnection peer) {
        return peer.asked.pipeline.outstanding();
    }

    // ---- asking ----

    /** The peer has another piece that we lack. */
    void onPeerHas(PeerConnection peer, int piece) {
        if (picker.isMissing(piece) || picker.missingCount() == 0 || pieces.isListed(piece)) {
            queue.retry(peer);
        }
    }

    /**
     * The peer tells its limits.
     *
     * @param requests that it keeps, or 0 if it does not say
     * @param bytes that it takes in one request, or 0 if it does not say
     */
    void onPeerLimits(PeerConnection peer, int requests, int bytes) {
        if (requests > 0) {
            peer.asked.pipeline.setPeerLimit(requests);
        }
        if (bytes > 0) {
            peer.asked.maxRun = Math.max(1, Math.min(BlockRun.MAX_BLOCKS, bytes / PieceLayout.BLOCK_LENGTH));
        }
    }

    /** Asks for whatever is worth asking for now. Once a turn. */
    void fill(long nowNs) {
        gate.reopen();
        queue.onTurn();
        while (!queue.isEmpty() && gate.isOpen()) {
            PeerConnection peer = queue.first();
            if (queue.mayBeAsked(peer)) {
                RequestPipeline pipeline = peer.asked.pipeline;
                pipeline.grant(queue.window());
                if (pipeline.isLow()) {
                    pipeline.setLimited(ask(nowNs, peer));
                }
            }
            if (gate.isOpen()) {
                queue.removeFirst();
            }
        }
    }

    /** Returns false if it ended because nothing was left to ask for, or a rate limit refused. */
    private boolean ask(long nowNs, PeerConnection peer) {
        if (peer.asked.isSnubbed) {
            probe(nowNs, peer);
            return false;
        }
        peer.asked.owesFreeBlocks &= peer.asked.pipeline.outstanding() > 0;
        boolean asked = true;
        while (asked && peer.asked.pipeline.room() > 0) {
            ActivePiece piece = pieces.assigned(peer);
            asked = piece != null ? requestFree(nowNs, peer, piece) : endgame(nowNs, peer);
        }
        return asked;
    }

    /**
     * Requests the first free blocks of the piece. Those that the peer owes already, because others
     * got them while it was silent, count as requested again without a second request. Returns
     * false if a rate limit forbids it.
     */
    private boolean requestFree(long nowNs, PeerConnection peer, ActivePiece piece) {
        long run = piece.freeRun(peer.asked.longestRun());
        if (peer.asked.owesFreeBlocks) {
            run = peer.asked.pipeline.head(run);
            if (peer.asked.pipeline.find(piece.piece(), BlockRun.first(run)) >= 0) {
                piece.onRequested(run, peer);
                return true;
            }
        }
        return request(nowNs, peer, piece, run);
    }

    /** Returns false if a rate limit forbids it. */
    private boolean request(long nowNs, PeerConnection peer, ActivePiece piece, long run) {
        if (!gate.pass(nowNs, BlockRun.length(layout, run))) {
            return false;
        }
        piece.onRequested(run, peer);
        send(nowNs, peer, run);
        return true;
    }

    private static void send(long nowNs, PeerConnection peer, long run) {
        peer.asked.isReleased = false;
        peer.asked.pipeline.onRequested(nowNs, run);
        peer.writer.request(nowNs, run);
    }

    /**
     * Requests one block that proves that a snubbed peer is back. The block stays free for others.
     * The block of a suspect is of a piece that nobody has begun, so that it alone is to blame.
     */
    private void probe(long nowNs, PeerConnection peer) {
        if (peer.asked.pipeline.outstanding() > 0) {
            return;
        }
        int index = picker.pick(peer.pieces());
        int block = 0;
        for (int i = pieces.count() - 1; i >= 0 && !suspects.isSuspect(peer); i--) {
            ActivePiece piece = pieces.get(i);
            if (!piece.exclusive && !piece.verifying && peer.has(piece.piece())) {
                index = piece.piece();
                block = piece.firstLacking();
                break;
            }
        }
        if (index < 0) {
            queue.giveUp(peer);
        } else if (gate.pass(nowNs, layout.blockLength(index, block))) {
            peer.asked.owesFreeBlocks = true;
            send(nowNs, peer, BlockRun.of(index, block, 1));
        }
    }

    /**
     * No piece is left for the peer to own. When none is left for anybody, requests a free block of
     * others' pieces, or from an idle peer one that somebody owes. Returns whether it did.
     */
    private boolean endgame(long nowNs, PeerConnection peer) {
        if (picker.missingCount() > 0) {
            if (picker.pick(peer.pieces()) < 0) {
                queue.giveUp(peer);
            }
            return false;
        }
        if (suspects.isSuspect(peer)) {
            return false;
        }
        ActivePiece late = null;
        long owed = -1;
        for (int i = pieces.count() - 1; i >= 0; i--) {
            ActivePiece piece = pieces.get(i);
            if (!piece.exclusive && !piece.verifying && peer.has(piece.piece())) {
                if (piece.nextFree() >= 0) {
                    return requestFree(nowNs, peer, piece);
                }
                if (owed < 0) {
                    late = piece;
                    owed = findDuplicate(peer, piece);
                }
            }
        }
        return owed >= 0 && peer.asked.pipeline.outstanding() == 0 && request(nowNs, peer, late, owed);
    }

    /**
     * The last request that one other peer owes of the piece, if it is not too long for this peer,
     * or -1: what an idle peer may be asked for in the endgame. Whole requests, so that one CANCEL
     * stops all of the later one.
     */
    private static long findDuplicate(PeerConnection peer, ActivePiece piece) {
        for (int block = piece.blockCount() - 1; block >= 0; block--) {
            PeerConnection owing = piece.asked(block);
            if (owing != null && owing != peer && piece.askedAgain(block) == null) {
                long run = owing.asked.pipeline.find(piece.piece(), block);
                if (run >= 0 && BlockRun.count(run) <= peer.asked.maxRun && piece.isAskedOnce(run)) {
                    return run;
                }
            }
        }
        return -1;
    }

    // ---- answers ----

    /**
     * The blocks of a request came. Returns whether it was outstanding; if so, {@link #onBlocks}
     * must follow.
     */
    boolean onAnswer(long nowNs, PeerConnection peer, long run) {
        boolean wasOwed = peer.asked.pipeline.onBlocks(nowNs, run);
        if (!wasOwed) {
            // No limit held it back, so it holds back what comes next.
            gate.charge(BlockRun.length(layout, run));
        }
        return wasOwed;
    }

    /**
     * Blocks came that were requested, even if the request was taken back. Returns which of them
     * are wanted, a bit each.
     */
    int onBlocks(long nowNs, PeerConnection peer, long run) {
        boolean wasSnubbed = peer.asked.isSnubbed;
        peer.asked.isSnubbed = false;
        peer.asked.isUseless = false;
        peer.asked.uselessTicks = 0;
        peer.asked.emptyTurns = 0;
        peer.asked.lastBlockNs = nowNs;
        queue.wake(peer);
        int index = BlockRun.piece(run);
        queue.onArrived(nowNs, BlockRun.length(layout, run));
        ActivePiece piece = pieces.find(index);
        if (piece == null || piece.exclusive && piece.owner != peer || wasSnubbed && suspects.isSuspect(peer)) {
            totals.onWasted(BlockRun.length(layout, run));
            pieces.release(peer, run);
            return 0;
        }
        int wanted = 0;
        for (int block = BlockRun.first(run); block < BlockRun.end(run); block++) {
            if (piece.isReceived(block)) {
                totals.onWasted(layout.blockLength(index, block));
            } else {
                wanted |= 1 << (block - BlockRun.first(run));
                PeerConnection asked = piece.asked(block);
                PeerConnection askedAgain = piece.askedAgain(block);
                piece.onReceived(block, peer);
                cancel(nowNs, asked, peer, piece, block);
                cancel(nowNs, askedAgain, peer, piece, block);
            }
        }
        if (wanted != 0 && piece.isComplete()) {
            pieces.verify(piece);
        }
        return wanted;
    }

    /**
     * The request is void, with or without a cancel. Its bytes are free for others; they count when
     * they come all the same.
     */
    private void takeBack(PeerConnection peer, long run) {
        gate.giveBack(BlockRun.length(layout, run));
        peer.takeBack(run);
    }

    /** Cancels a request of which every block has come from others. */
    private void cancel(long nowNs, PeerConnection owing, PeerConnection source, ActivePiece piece, int block) {
        if (owing != null && owing != source) {
            long run = owing.asked.pipeline.find(piece.piece(), block);
            if (run >= 0 && piece.isReceived(run)) {
                owing.asked.pipeline.onVoid(run);
                takeBack(owing, run);
                owing.writer.cancel(nowNs, run);
                queue.wake(owing);
            }
        }
    }

    /** Returns whether the request was outstanding. */
    boolean onRejected(PeerConnection peer, long run) {
        boolean wasOutstanding = peer.asked.pipeline.onVoid(run);
        if (wasOutstanding) {
            gate.giveBack(BlockRun.length(layout, run));
            pieces.release(peer, run);
            if (!peer.peerChoking()) {
                // Its pieces are for peers that send them.
                onRefused(peer);
                releaseOwed(peer);
            }
            queue.wake(peer);
        }
        return wasOutstanding;
    }

    /** Without BEP 6 a choke drops all requests; with it, a message rejects each request. */
    void onChoked(PeerConnection peer) {
        queue.updateSource(peer);
        if (peer.asked.pipeline.outstanding() > 0 && ++peer.asked.emptyTurns >= MOST_EMPTY_TURNS) {
            onRefused(peer);
        }
        if (!peer.isFast()) {
            releaseRequests(peer);
        }
        pieces.disownShared(peer);
    }

    /**
     * The peer let us ask and then would not send. To ask again at once would go on forever, and
     * what it is asked for would be kept from others each time: it gets a probe a tick.
     */
    private void onRefused(PeerConnection peer) {
        queue.rest(peer);
        onUseless(peer);
    }

    private void onUseless(PeerConnection peer) {
        peer.asked.isUseless = true;
        peer.asked.isSnubbed = true;
        peer.asked.pipeline.collapse();
        pieces.disownAll(peer);
    }

    /** Others may be asked for all that the peer was asked for. */
    private void releaseOwed(PeerConnection peer) {
        peer.asked.isReleased = true;
        peer.asked.owesFreeBlocks = true;
        RequestPipeline pipeline = peer.asked.pipeline;
        for (int i = 0; i < pipeline.requests(); i++) {
            pieces.release(peer, pipeline.run(i));
        }
    }

    void onDisconnected(PeerConnection peer) {
        queue.updateSource(peer);
        releaseRequests(peer);
        pieces.disownAll(peer);
    }

    private void releaseRequests(PeerConnection peer) {
        RequestPipeline pipeline = peer.asked.pipeline;
        for (int i = 0; i < pipeline.requests(); i++) {
            pieces.release(peer, pipeline.run(i));
            takeBack(peer, pipeline.run(i));
        }
        pipeline.clear();
    }

    /**
     * A peer that owes blocks and has sent none for long is snubbed. Others may be asked for them;
     * one request stays as a probe. A peer that chokes us has to refuse what it will not send (BEP
     * 6). If it does neither for as long, it owes nothing any more.
     *
     * @return false if the peer lets us ask, but has sent nothing for too long since it stalled or
     *     refused
     */
    boolean onTick(long nowNs, PeerConnection peer) {
        Asked asked = peer.asked;
        if (peer.peerChoking()) {
            if (asked.pipeline.isStalled(nowNs)) {
                cancelFrom(nowNs, peer, 0);
            }
            if (pieces.hasAlone(peer) && nowNs - asked.lastBlockNs >= SwarmConfig.USELESS_NS) {
                pieces.disownAll(peer);
            }
        } else if (!asked.isReleased && asked.pipeline.isStalled(nowNs)) {
            snub(nowNs, peer);
        }
        if (!peer.amInterested()) {
            asked.isUseless = false;
            asked.uselessTicks = 0;
        } else if (!peer.peerChoking()) {
            asked.uselessTicks += asked.isUseless ? 1 : 0;
        }
        return asked.uselessTicks <= SwarmConfig.USELESS_NS / SwarmConfig.TICK_NS;
    }

    private void snub(long nowNs, PeerConnection peer) {
        releaseOwed(peer);
        cancelFrom(nowNs, peer, 1);
        onUseless(peer);
        queue.wake(peer);
    }

    /** Cancels all requests but so many of the oldest. */
    private void cancelFrom(long nowNs, PeerConnection peer, int kept) {
        RequestPipeline pipeline = peer.asked.pipeline;
        for (int i = pipeline.requests() - 1; i >= kept; i--) {
            long run = pipeline.run(i);
            pipeline.onVoid(run);
            pieces.release(peer, run);
            takeBack(peer, run);
            peer.writer.cancel(nowNs, run);
        }
    }

    /** Throws if a block waits for a peer that does not owe it. O(blocks under way). */
    boolean checkInvariants() {
        for (int i = 0; i < pieces.count(); i++) {
            ActivePiece piece = pieces.get(i);
            for (int block = 0; block < piece.blockCount(); block++) {
                checkOwes(piece.asked(block), piece, block);
                checkOwes(piece.askedAgain(block), piece, block);
            }
        }
        return true;
    }

    private static void checkOwes(PeerConnection peer, ActivePiece piece, int block) {
        if (peer != null && peer.asked.pipeline.find(piece.piece(), block) < 0) {
            throw new IllegalStateException("block " + block + " of piece " + piece.piece() + " waits for " + peer + ", who owes none");
        }
    }
}
