package murder.engine.swarm;

import java.util.ArrayList;
import java.util.List;
import murder.metainfo.PieceLayout;

/**
 * Which blocks are asked of whom. A piece comes whole from one peer if it can, so that it completes, and can be passed on, soon.
 * All connections are asked at once. When nothing is left that nobody was asked for, idle peers are asked for blocks that others owe
 * (endgame), and whoever is late gets a CANCEL.
 *
 * <p>A piece is in exactly one state, and only this class moves it:
 *
 * <pre>
 * missing ──first request──→ requested ──last block──→ verifying ──hash right──→ have
 *    ↑                           │                         │
 *    ├──begun anew, alone────────┘                         │
 *    └──────────────────hash wrong─────────────────────────┘
 * </pre>
 */
final class DownloadScheduler {
    private final Swarm swarm;
    private final PieceLayout layout;
    private final AskQueue queue;
    private final PiecePicker picker;
    private final Suspects suspects;
    private final SwarmTotals totals;
    private final RateGate gate;
    private final ActivePiece[] activeByPiece;
    private final List<ActivePiece> active = new ArrayList<>();
    /** Begun pieces that lost their owner; those that found another, or need none, are dropped when they are met. */
    private final List<ActivePiece> orphans = new ArrayList<>();

    DownloadScheduler(Swarm swarm, PiecePicker picker, AskQueue queue, Suspects suspects, SwarmTotals totals, RateGate gate) {
        this.swarm = swarm;
        this.layout = swarm.layout();
        this.queue = queue;
        this.picker = picker;
        this.suspects = suspects;
        this.totals = totals;
        this.gate = gate;
        this.activeByPiece = new ActivePiece[layout.pieceCount()];
    }

    /** When a rate limit lets the next request pass; {@code Long.MAX_VALUE} if no limit holds one back. */
    long nextDeadlineNs() {
        return gate.opensNs();
    }

    // ---- asking ----

    /** The peer has a piece more that we lack. */
    void onPeerHas(PeerConnection peer, int piece) {
        if (picker.isMissing(piece) || picker.missingCount() == 0 || activeByPiece[piece] != null && activeByPiece[piece].isListed) {
            queue.retry(peer);
        }
    }

    /** Asks for whatever is worth asking for now. Once a turn. */
    void fill(long nowNs) {
        gate.reopen();
        queue.onTurn();
        while (!queue.isEmpty() && gate.isOpen()) {
            PeerConnection peer = queue.first();
            if (queue.mayBeAsked(peer)) {
                peer.pipeline.grant(queue.window());
                if (peer.pipeline.isLow()) {
                    ask(nowNs, peer);
                }
            }
            if (gate.isOpen()) {
                queue.removeFirst();
            }
        }
    }

    private void ask(long nowNs, PeerConnection peer) {
        boolean asked = true;
        while (asked && peer.pipeline.room() > 0) {
            if (peer.current == null && !assign(peer)) {
                asked = endgame(nowNs, peer);
            } else if (peer.current.nextFree() < 0) {
                peer.current = null;
            } else {
                asked = request(nowNs, peer, peer.current, peer.current.freeRun(longestRun(peer)));
            }
        }
        peer.pipeline.setLimited(asked);
    }

    private static int longestRun(PeerConnection peer) {
        return Math.max(1, Math.min(peer.maxRun, peer.pipeline.room()));
    }

    /** Returns false if a rate limit forbids it. */
    private boolean request(long nowNs, PeerConnection peer, ActivePiece piece, long run) {
        if (!gate.pass(nowNs, BlockRun.length(layout, run))) {
            return false;
        }
        piece.onRequested(run, peer);
        peer.sendRequest(nowNs, run);
        return true;
    }

    /** Finds the peer a piece to own: first one that was begun and has no owner, else the rarest. */
    private boolean assign(PeerConnection peer) {
        boolean suspect = suspects.isSuspect(peer);
        if (suspect && owns(peer)) {
            return false;
        }
        ActivePiece orphan = findOrphan(peer);
        if (orphan != null && !suspect) {
            orphan.owner = peer;
            peer.current = orphan;
            return true;
        }
        int piece = picker.pick(peer.pieces);
        if (piece < 0 && orphan != null && !orphan.isAsked()) {
            // Only a suspect comes here. If it alone has what was begun with others, that is begun anew with it alone.
            piece = orphan.piece();
            startOver(orphan);
        }
        if (piece < 0) {
            return false;
        }
        picker.take(piece);
        ActivePiece begun = new ActivePiece(piece, layout.blockCount(piece));
        begun.owner = peer;
        begun.exclusive = suspect;
        activeByPiece[piece] = begun;
        active.add(begun);
        peer.current = begun;
        return true;
    }

    /** A piece that was begun, has blocks to ask for and nobody who asks for them, and that the peer has; or null. */
    private ActivePiece findOrphan(PeerConnection peer) {
        for (int i = orphans.size() - 1; i >= 0; i--) {
            ActivePiece piece = orphans.get(i);
            if (!isOrphan(piece)) {
                orphans.set(i, orphans.get(orphans.size() - 1));
                orphans.remove(orphans.size() - 1);
                piece.isListed = false;
            } else if (peer.has(piece.piece())) {
                return piece;
            }
        }
        return null;
    }

    private boolean isOrphan(ActivePiece piece) {
        return piece.owner == null && !piece.exclusive && !piece.verifying && activeByPiece[piece.piece()] == piece
            && piece.nextFree() >= 0;
    }

    private void listAsOrphan(ActivePiece piece) {
        if (!piece.isListed && isOrphan(piece)) {
            piece.isListed = true;
            orphans.add(piece);
        }
    }

    private boolean owns(PeerConnection peer) {
        for (ActivePiece piece : active) {
            if (piece.owner == peer && !piece.verifying) {
                return true;
            }
        }
        return false;
    }

    /**
     * No piece is left for the peer to own. When none is left for anybody, it helps with those of others: with a block that nobody was
     * asked for yet, or if it is idle with one that somebody else owes. Returns whether it was asked for a block.
     */
    private boolean endgame(long nowNs, PeerConnection peer) {
        if (picker.missingCount() > 0) {
            if (picker.pick(peer.pieces) < 0) {
                queue.giveUp(peer);
            }
            return false;
        }
        if (suspects.isSuspect(peer)) {
            return false;
        }
        ActivePiece late = null;
        long owed = -1;
        for (int i = active.size() - 1; i >= 0; i--) {
            ActivePiece piece = active.get(i);
            if (!piece.exclusive && !piece.verifying && peer.has(piece.piece())) {
                if (piece.nextFree() >= 0) {
                    return request(nowNs, peer, piece, piece.freeRun(longestRun(peer)));
                }
                if (owed < 0) {
                    late = piece;
                    owed = piece.nextDuplicate(peer, peer.maxRun);
                }
            }
        }
        return owed >= 0 && peer.pipeline.outstanding() == 0 && request(nowNs, peer, late, owed);
    }

    // ---- answers ----

    /** Blocks that the layout knows came. Returns which of them are wanted, a bit each. */
    int onBlocks(long nowNs, PeerConnection peer, long run) {
        queue.wake(peer);
        int index = BlockRun.piece(run);
        queue.onArrived(nowNs, BlockRun.length(layout, run));
        ActivePiece piece = activeByPiece[index];
        if (piece == null || piece.exclusive && piece.owner != peer) {
            totals.onWasted(BlockRun.length(layout, run));
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
            piece.verifying = true;
            disown(piece);
            swarm.verify(index);
        }
        return wanted;
    }

    /** Whoever owes nothing with a request any more but what has come is told not to answer it. */
    private void cancel(long nowNs, PeerConnection asked, PeerConnection source, ActivePiece piece, int block) {
        if (asked != null && asked != source) {
            long run = asked.pipeline.find(piece.piece(), block);
            if (run >= 0 && piece.isReceived(run)) {
                asked.pipeline.onVoid(run);
                asked.sendCancel(nowNs, run);
                queue.wake(asked);
            }
        }
    }

    void onRejected(PeerConnection peer, long run) {
        if (peer.pipeline.onVoid(run)) {
            release(peer, run);
            if (!peer.peerChoking) {
                // Its pieces are for peers that send them.
                queue.rest(peer);
                disownAll(peer);
            }
            queue.wake(peer);
        }
    }

    /** Without BEP 6 a choke voids what was asked; with it, each request is refused by a message of its own. */
    void onChoked(PeerConnection peer) {
        if (peer.isFast()) {
            disownAll(peer);
        } else {
            releaseAll(peer);
        }
    }

    void onDisconnected(PeerConnection peer) {
        queue.updateSource(peer);
        releaseAll(peer);
    }

    /** The peer owes blocks and sends none: others may be asked for them. One request stays as a probe. */
    void onStalled(long nowNs, PeerConnection peer) {
        peer.snubbed = true;
        for (int i = peer.pipeline.requests() - 1; i >= 0; i--) {
            long run = peer.pipeline.run(i);
            release(peer, run);
            if (i > 0) {
                peer.pipeline.onVoid(run);
                peer.sendCancel(nowNs, run);
            }
        }
        peer.pipeline.collapse();
        disownAll(peer);
        queue.wake(peer);
    }

    private void releaseAll(PeerConnection peer) {
        for (int i = 0; i < peer.pipeline.requests(); i++) {
            release(peer, peer.pipeline.run(i));
        }
        peer.takeBackAll();
        disownAll(peer);
    }

    private void release(PeerConnection peer, long run) {
        ActivePiece piece = activeByPiece[BlockRun.piece(run)];
        if (piece != null) {
            piece.onReleased(run, peer);
            if (piece.owner == peer && peer.current != piece) {
                disown(piece);
            }
            listAsOrphan(piece);
            picker.renew();
        }
    }

    private void disownAll(PeerConnection peer) {
        for (int i = active.size() - 1; i >= 0; i--) {
            ActivePiece piece = active.get(i);
            if (piece.owner == peer) {
                disown(piece);
                if (piece.exclusive && !piece.verifying) {
                    // What a suspect sent of it is not to be mixed with what others send.
                    startOver(piece);
                }
                picker.renew();
            }
        }
    }

    private void disown(ActivePiece piece) {
        if (piece.owner != null && piece.owner.current == piece) {
            piece.owner.current = null;
        }
        if (!piece.exclusive) {
            piece.owner = null;
            listAsOrphan(piece);
        }
    }

    private void startOver(ActivePiece piece) {
        for (int block = 0; block < piece.blockCount(); block++) {
            if (piece.isReceived(block)) {
                totals.onWasted(layout.blockLength(piece.piece(), block));
            }
        }
        forget(piece);
        picker.giveBack(piece.piece());
        swarm.discard(piece.piece());
    }

    /** The hash of a piece is known. Returns the piece, which is active no more. */
    ActivePiece onPieceVerified(int pieceIndex, boolean good) {
        ActivePiece piece = activeByPiece[pieceIndex];
        if (piece == null || !piece.verifying) {
            throw new IllegalStateException("piece " + pieceIndex + " was not being verified");
        }
        forget(piece);
        if (!good) {
            totals.onHashFailed(layout.length(pieceIndex));
            picker.giveBack(pieceIndex);
        }
        return piece;
    }

    private void forget(ActivePiece piece) {
        active.remove(piece);
        activeByPiece[piece.piece()] = null;
    }

    /** Throws if a piece is in two states at once. O(pieces). */
    boolean checkInvariants() {
        picker.checkInvariants();
        for (int piece = 0; piece < activeByPiece.length; piece++) {
            int states = (activeByPiece[piece] != null ? 1 : 0) + (picker.isMissing(piece) ? 1 : 0) + (swarm.have().get(piece) ? 1 : 0);
            if (states != 1) {
                throw new IllegalStateException("piece " + piece + " is in " + states + " states");
            }
        }
        return true;
    }
}
