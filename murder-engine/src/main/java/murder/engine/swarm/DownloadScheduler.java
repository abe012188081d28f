package murder.engine.swarm;

import murder.metainfo.PieceLayout;

/**
 * Decides which blocks to request from which peer. It takes peers from {@link AskQueue} and blocks
 * from {@link ActivePieces}. If possible one peer delivers a piece, and all peers deliver different
 * pieces at once. In the endgame every piece is started. Then it also requests outstanding blocks
 * from idle peers, and cancels the second request when the block arrives.
 */
final class DownloadScheduler {
    /** A slow peer may choke us before it sends a block, but not this often in a row. */
    private static final int MOST_EMPTY_TURNS = 4;

    private final PieceLayout layout;
    private final PiecePicker picker;
    private final AskQueue queue;
    private final ActivePieces pieces;
    private final Suspects suspects;
    private final SwarmTotals totals;
    private final RateGate gate;

    /** The requests to one peer. */
    static final class Asked {
        private final RequestPipeline pipeline;
        /** Blocks that the peer takes in one request. */
        private int maxRun = 1;
        /** It owes blocks and has sent none since they were released for other peers. */
        private boolean isSnubbed;
        /** Other peers got its blocks, and it got no request since. */
        private boolean isReleased;
        /** It owes blocks that are free for other peers: released ones, or the block of a probe. */
        private boolean owesFreeBlocks;
        /** How often in a row it unchoked us, sent nothing and choked again. */
        private int emptyTurns;
        /** When it last sent a block. */
        private long lastBlockNs;
        /** It stalled or refused, and has sent no block since. */
        private boolean isUseless;
        /** For how many ticks it was unchoking and useless. */
        private int uselessTicks;

        Asked(SwarmConfig config) {
            pipeline = new RequestPipeline(config);
        }

        /** The most blocks of one request. */
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

    /** When a limit permits the next request; {@code Long.MAX_VALUE} if none delays it. */
    long nextDeadlineNs() {
        return gate.opensNs();
    }

    /** The outstanding requests of the peer, for reading. */
    static RequestPipeline requests(PeerConnection peer) {
        return peer.asked.pipeline;
    }

    // ---- asking ----

    /** The peer has another piece that we lack. */
    void onPeerHas(PeerConnection peer, int piece) {
        if (picker.isMissing(piece) || picker.missingCount() == 0 || pieces.isListed(piece)) {
            queue.retry(peer);
        }
    }

    /**
     * The peer announces its limits.
     *
     * @param requests that it keeps, or 0 for none given
     * @param bytes of its longest request, or 0 for none given
     */
    void onPeerLimits(PeerConnection peer, int requests, int bytes) {
        if (requests > 0) {
            peer.asked.pipeline.setPeerLimit(requests);
        }
        if (bytes > 0) {
            peer.asked.maxRun = Math.max(1, Math.min(BlockRun.MAX_BLOCKS, bytes / PieceLayout.BLOCK_LENGTH));
        }
    }

    /** Sends all requests that are useful now. Once a turn. */
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

    /** Returns false if no block was left to request, or a rate limit refused. */
    private boolean ask(long nowNs, PeerConnection peer) {
        if (peer.asked.isSnubbed) {
            probe(nowNs, peer);
            return false;
        }
        peer.asked.owesFreeBlocks &= peer.asked.pipeline.outstanding() > 0;
        boolean asked = true;
        while (asked && peer.asked.pipeline.room() > 0) {
            ActivePiece piece = pieces.assigned(nowNs, peer);
            asked = piece != null ? requestFree(nowNs, peer, piece) : endgame(nowNs, peer);
        }
        return asked;
    }

    /**
     * Requests the first free blocks of the piece. The peer may owe some of them already, because
     * they were released while it was silent. These count as requested again, without a second
     * request. Returns false if a rate limit forbids it.
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
     * Requests one block as a probe from a snubbed peer. The block stays free for others. The probe
     * of a suspect is in a piece that nobody has started, so that only the suspect can be guilty.
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
     * The peer can own no further piece. If no peer can, requests a free block of others' pieces,
     * or, from an idle peer, one that another peer owes. Returns whether it did.
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
     * The last request of the piece that exactly one other peer owes, or -1. In the endgame an idle
     * peer may get it, if it is not too long for this peer. It is a whole request, so that one
     * CANCEL stops all of it.
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
     * The blocks of a request arrived. Returns whether it was outstanding. If so, {@link #onBlocks}
     * must follow.
     */
    boolean onAnswer(long nowNs, PeerConnection peer, long run) {
        boolean wasOwed = peer.asked.pipeline.onBlocks(nowNs, run);
        if (!wasOwed) {
            // No limit delayed it, so it delays the next blocks.
            gate.charge(BlockRun.length(layout, run));
        }
        return wasOwed;
    }

    /**
     * Requested blocks arrived, even if the request was withdrawn. Returns a bit for each block
     * that is still needed.
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
                piece.onReceived(nowNs, block, peer);
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
     * The request is void, with or without a cancel. Its blocks are free for others, but still
     * count if they arrive.
     */
    private void takeBack(PeerConnection peer, long run) {
        gate.giveBack(BlockRun.length(layout, run));
        peer.takeBack(run);
    }

    /** Cancels a request whose blocks have all arrived from others. */
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
                // Other peers get its pieces.
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
     * The peer unchoked us but did not send. Immediate new requests could loop forever and block
     * others' pieces. So the peer gets one probe a tick.
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

    /** Releases all blocks of the peer. */
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
     * A peer that owes blocks and has sent none for long is snubbed. Its blocks are released for
     * others; one request stays as a probe. A choking peer must reject requests that it will not
     * serve (BEP 6). If it is silent for as long, its requests are void.
     *
     * @return false if the peer unchokes us, but has sent no block for too long since it stalled or
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

    /** Cancels all requests except this many of the oldest. */
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

    /** Throws if a block waits for a peer that does not owe it. O(outstanding blocks). */
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
