package murder.engine.swarm;

import java.util.ArrayList;
import java.util.List;
import murder.metainfo.PieceLayout;

/**
 * Which blocks are asked of whom. A piece comes whole from one peer if it can, so that it completes, and can be passed on, soon.
 * At most so many connections are asked at once, in rotation; one that alone has a rare piece is always asked. When nothing is left that
 * nobody was asked for, idle peers are asked for blocks that others owe (endgame), and whoever is late gets a CANCEL.
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
    private final SwarmConfig config;
    private final PieceLayout layout;
    private final PiecePicker picker;
    private final Suspects suspects;
    private final List<PeerConnection> peers;
    private final TokenBucket[] limits;
    private final ActivePiece[] activeByPiece;
    private final List<ActivePiece> active = new ArrayList<>();
    private int activePeers;
    private int next;
    private long blockedUntilNs = Long.MAX_VALUE;
    private long wastedBytes;
    private long hashFailedBytes;

    DownloadScheduler(Swarm swarm, PiecePicker picker, Suspects suspects, List<PeerConnection> peers, TokenBucket... limits) {
        this.swarm = swarm;
        this.config = swarm.config();
        this.layout = swarm.layout();
        this.picker = picker;
        this.suspects = suspects;
        this.peers = peers;
        this.limits = limits;
        this.activeByPiece = new ActivePiece[layout.pieceCount()];
    }

    long wastedBytes() {
        return wastedBytes;
    }

    long hashFailedBytes() {
        return hashFailedBytes;
    }

    /** When a rate limit lets the next request pass; {@code Long.MAX_VALUE} if no limit holds one back. */
    long nextDeadlineNs() {
        return blockedUntilNs;
    }

    // ---- asking ----

    /** Asks for whatever is worth asking for now. Once a turn. */
    void fill(long nowNs) {
        blockedUntilNs = Long.MAX_VALUE;
        activePeers = 0;
        boolean waiting = false;
        for (int i = 0; i < peers.size(); i++) {
            PeerConnection peer = peers.get(i);
            // The one request that stays with a peer that stalled is no reason to ask nobody else.
            activePeers += peer.pipeline.outstanding() > 0 && !peer.snubbed ? 1 : 0;
            waiting |= peer.pipeline.outstanding() == 0 && mayAsk(peer);
        }
        boolean crowded = waiting && activePeers >= config.activeDownloads();
        for (int i = 0; i < peers.size(); i++) {
            PeerConnection peer = peers.get(i);
            // In a crowd, a slow sender's turn ends with its piece; a fast one has a wide window and keeps its place.
            boolean hasBegun = peer.current != null && peer.current.nextFree() >= 0;
            boolean keepsTurn = !crowded || hasBegun || peer.pipeline.window() > config.initialWindow();
            if (peer.pipeline.outstanding() > 0 && peer.pipeline.isLow() && keepsTurn && mayAsk(peer)) {
                ask(nowNs, peer, true);
            }
        }
        int start = next;
        for (int i = 0; waiting && i < peers.size(); i++) {
            int at = (start + i) % peers.size();
            PeerConnection peer = peers.get(at);
            if (peer.pipeline.outstanding() == 0 && mayAsk(peer)) {
                boolean any = activePeers < config.activeDownloads();
                ask(nowNs, peer, any);
                if (peer.pipeline.outstanding() > 0) {
                    activePeers++;
                    next = any ? at + 1 : next;
                }
            }
        }
    }

    private boolean mayAsk(PeerConnection peer) {
        return !peer.peerChoking && !peer.resting && peer.wanted > 0 && peer.hopelessGeneration != picker.generation();
    }

    /** @param any whether any piece will do; otherwise only one that nobody else has */
    private void ask(long nowNs, PeerConnection peer, boolean any) {
        boolean asked = true;
        while (asked && peer.pipeline.room() > 0) {
            if (peer.current == null && !assign(peer, any)) {
                asked = endgame(nowNs, peer);
            } else if (peer.current.nextFree() < 0) {
                peer.current = null;
            } else {
                asked = request(nowNs, peer, peer.current, peer.current.nextFree());
            }
        }
        peer.pipeline.limited(asked);
    }

    /** Returns false if a rate limit forbids it. */
    private boolean request(long nowNs, PeerConnection peer, ActivePiece piece, int block) {
        int length = layout.blockLength(piece.piece(), block);
        if (!mayPass(nowNs, length)) {
            return false;
        }
        for (TokenBucket limit : limits) {
            limit.take(length);
        }
        piece.onRequested(block, peer);
        peer.request(nowNs, piece.piece(), block);
        return true;
    }

    private boolean mayPass(long nowNs, int length) {
        for (TokenBucket limit : limits) {
            if (!limit.has(nowNs, length)) {
                blockedUntilNs = Math.min(blockedUntilNs, limit.readyNs(nowNs, length));
                return false;
            }
        }
        return true;
    }

    /** Finds the peer a piece to own: first one that was begun and has no owner, else the rarest. */
    private boolean assign(PeerConnection peer, boolean any) {
        boolean suspect = suspects.isSuspect(peer);
        if (suspect && owns(peer)) {
            return false;
        }
        ActivePiece orphan = orphan(peer);
        if (orphan != null && !suspect) {
            orphan.owner = peer;
            peer.current = orphan;
            return true;
        }
        int piece = any ? picker.pick(peer.pieces) : picker.pickRare(peer.pieces, 1);
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
    private ActivePiece orphan(PeerConnection peer) {
        for (int i = 0; i < active.size(); i++) {
            ActivePiece piece = active.get(i);
            if (piece.owner == null && !piece.exclusive && peer.has(piece.piece()) && piece.nextFree() >= 0) {
                return piece;
            }
        }
        return null;
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
                peer.hopelessGeneration = picker.generation();
            }
            return false;
        }
        if (suspects.isSuspect(peer)) {
            return false;
        }
        ActivePiece late = null;
        int lateBlock = -1;
        for (int i = active.size() - 1; i >= 0; i--) {
            ActivePiece piece = active.get(i);
            if (!piece.exclusive && !piece.verifying && peer.has(piece.piece())) {
                if (piece.nextFree() >= 0) {
                    return request(nowNs, peer, piece, piece.nextFree());
                }
                if (lateBlock < 0) {
                    late = piece;
                    lateBlock = piece.nextDuplicate(peer);
                }
            }
        }
        return lateBlock >= 0 && peer.pipeline.outstanding() == 0 && request(nowNs, peer, late, lateBlock);
    }

    // ---- answers ----

    /** A block that the layout knows came. Returns whether its bytes are wanted. */
    boolean onBlock(long nowNs, PeerConnection peer, int pieceIndex, int block, int length) {
        swarm.wantsFill();
        ActivePiece piece = activeByPiece[pieceIndex];
        if (piece == null || piece.isReceived(block) || piece.exclusive && piece.owner != peer) {
            wastedBytes += length;
            return false;
        }
        cancel(nowNs, piece.asked(block), peer, pieceIndex, block);
        cancel(nowNs, piece.askedAgain(block), peer, pieceIndex, block);
        piece.onReceived(block, peer);
        if (piece.isComplete()) {
            piece.verifying = true;
            disown(piece);
            swarm.verify(pieceIndex);
        }
        return true;
    }

    private static void cancel(long nowNs, PeerConnection asked, PeerConnection source, int pieceIndex, int block) {
        if (asked != null && asked != source && asked.pipeline.onVoid(pieceIndex, block)) {
            asked.cancel(nowNs, pieceIndex, block);
        }
    }

    /** Bytes came that are of no use. */
    void onUseless(int length) {
        wastedBytes += length;
    }

    void onRejected(PeerConnection peer, int pieceIndex, int block) {
        if (peer.pipeline.onVoid(pieceIndex, block)) {
            release(peer, pieceIndex, block);
            if (!peer.peerChoking) {
                // To ask again at once would go on for ever, and keep the piece from those who would send it.
                peer.resting = true;
                disownAll(peer);
            }
            swarm.wantsFill();
        }
    }

    /** Without BEP 6 a choke voids what was asked; with it, each request is refused by a message of its own. */
    void onChoked(PeerConnection peer) {
        if (peer.isFast()) {
            disownAll(peer);
        } else {
            releaseAll(peer);
        }
        swarm.wantsFill();
    }

    void onDisconnected(PeerConnection peer) {
        releaseAll(peer);
        swarm.wantsFill();
    }

    /** The peer owes blocks and sends none: others may be asked for them. One request stays as a probe. */
    void onStalled(long nowNs, PeerConnection peer) {
        peer.snubbed = true;
        for (int i = peer.pipeline.outstanding() - 1; i >= 0; i--) {
            int piece = peer.pipeline.piece(i);
            int block = peer.pipeline.block(i);
            release(peer, piece, block);
            if (i > 0) {
                peer.pipeline.onVoid(piece, block);
                peer.cancel(nowNs, piece, block);
            }
        }
        peer.pipeline.collapse();
        disownAll(peer);
        swarm.wantsFill();
    }

    private void releaseAll(PeerConnection peer) {
        for (int i = 0; i < peer.pipeline.outstanding(); i++) {
            release(peer, peer.pipeline.piece(i), peer.pipeline.block(i));
        }
        peer.takeBackAll();
        disownAll(peer);
    }

    private void release(PeerConnection peer, int pieceIndex, int block) {
        ActivePiece piece = activeByPiece[pieceIndex];
        if (piece != null) {
            piece.onReleased(block, peer);
            if (piece.owner == peer && peer.current != piece) {
                disown(piece);
            }
            picker.touch();
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
                picker.touch();
            }
        }
    }

    private static void disown(ActivePiece piece) {
        if (piece.owner != null && piece.owner.current == piece) {
            piece.owner.current = null;
        }
        if (!piece.exclusive) {
            piece.owner = null;
        }
    }

    private void startOver(ActivePiece piece) {
        for (int block = 0; block < piece.blockCount(); block++) {
            wastedBytes += piece.isReceived(block) ? layout.blockLength(piece.piece(), block) : 0;
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
        swarm.wantsFill();
        if (!good) {
            hashFailedBytes += layout.length(pieceIndex);
            picker.giveBack(pieceIndex);
        }
        return piece;
    }

    private void forget(ActivePiece piece) {
        active.remove(piece);
        activeByPiece[piece.piece()] = null;
    }

    boolean isActive(int piece) {
        return activeByPiece[piece] != null;
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
