package murder.engine.swarm;

import java.util.ArrayList;
import java.util.List;
import murder.metainfo.PieceLayout;

/**
 * The pieces that are started and not verified yet, and the peers that request their free blocks.
 * If possible a piece has one owner, so that it is complete soon and this host can pass it on.
 *
 * <p>A piece is in exactly one state, and only this class changes it:
 *
 * <pre>
 * missing ──first request──→ requested ──last block──→ verifying ──hash right──→ have
 *    ↑                           │                         │
 *    ├──started over, alone──────┘                         │
 *    └──────────────────hash wrong─────────────────────────┘
 * </pre>
 */
final class ActivePieces {
    private final Swarm swarm;
    private final PieceLayout layout;
    private final PiecePicker picker;
    private final Suspects suspects;
    private final SwarmTotals totals;
    private final ActivePiece[] byPiece;
    private final List<ActivePiece> active = new ArrayList<>();
    /**
     * Started pieces that lost their owner. A search drops those that have a new owner or need
     * none.
     */
    private final List<ActivePiece> orphans = new ArrayList<>();

    /** The pieces of one peer. */
    static final class Share {
        /**
         * The piece whose free blocks are requested from this peer, or null. The peer may own
         * others that are fully requested.
         */
        private ActivePiece current;
        /**
         * The piece that the peer got alone as a suspect, or null. It may be done or restarted by
         * now.
         */
        private ActivePiece alone;
    }

    ActivePieces(Swarm swarm, PiecePicker picker, Suspects suspects, SwarmTotals totals) {
        this.swarm = swarm;
        this.layout = swarm.layout();
        this.picker = picker;
        this.suspects = suspects;
        this.totals = totals;
        this.byPiece = new ActivePiece[layout.pieceCount()];
    }

    int count() {
        return active.size();
    }

    /** The {@code i}th piece, oldest first. */
    ActivePiece get(int i) {
        return active.get(i);
    }

    /** Whether nothing waits for peers, but hashes do for what has come. O(pieces that are active). */
    boolean isChecking() {
        for (int i = 0; i < active.size(); i++) {
            if (!active.get(i).verifying) {
                return false;
            }
        }
        return !active.isEmpty();
    }

    /** The piece of this index, or null if it is not active. */
    ActivePiece find(int piece) {
        return byPiece[piece];
    }

    // ---- owners ----

    /**
     * The piece whose free blocks to request from the peer. A peer without a piece gets one if
     * possible. Null if there is none.
     */
    ActivePiece assigned(long nowNs, PeerConnection peer) {
        Share share = peer.share;
        if (share.current == null || share.current.nextFree() < 0) {
            share.current = assign(nowNs, peer);
        }
        return share.current;
    }

    /** Finds a piece for the peer to own: first a started one without an owner, else the rarest. */
    private ActivePiece assign(long nowNs, PeerConnection peer) {
        if (hasAlone(peer) && peer.share.alone.nextFree() >= 0) {
            // It continues the piece after a choke. No other peer may, even if it is no suspect any
            // more.
            return peer.share.alone;
        }
        boolean suspect = suspects.isSuspect(peer);
        if (suspect && owns(peer)) {
            return null;
        }
        ActivePiece orphan = findOrphan(peer);
        if (orphan != null && !suspect) {
            orphan.owner = peer;
            return orphan;
        }
        int piece = picker.pick(peer.pieces());
        if (piece < 0 && suspect) {
            ActivePiece left = orphan != null && !orphan.isAsked() ? orphan : findStuck(nowNs, peer);
            if (left != null) {
                // Nobody else sends this started piece, so the suspect restarts it alone.
                piece = left.piece();
                disown(left);
                startOver(left);
            }
        }
        if (piece < 0) {
            return null;
        }
        picker.take(piece);
        ActivePiece begun = new ActivePiece(nowNs, piece, layout.blockCount(piece));
        begun.owner = peer;
        begun.exclusive = suspect;
        peer.share.alone = suspect ? begun : peer.share.alone;
        byPiece[piece] = begun;
        active.add(begun);
        return begun;
    }

    /**
     * Whether the suspect must finish a piece first. Unrequested blocks of shared pieces are for
     * others.
     */
    private boolean owns(PeerConnection peer) {
        boolean owns = false;
        for (ActivePiece piece : active) {
            if (piece.owner == peer && !piece.verifying) {
                if (piece.nextFree() >= 0) {
                    disown(piece);
                } else {
                    owns = true;
                }
            }
        }
        return owns;
    }

    /** Whether the peer has a piece for it alone. */
    boolean hasAlone(PeerConnection peer) {
        ActivePiece alone = peer.share.alone;
        return alone != null && byPiece[alone.piece()] == alone && !alone.verifying;
    }

    /** A started piece that the peer has, with free blocks and no owner, or null. */
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

    /**
     * A started piece that the peer has and that others only owe, or null. Of a flood of silent
     * peers there is always one that owes the last block.
     */
    private ActivePiece findStuck(long nowNs, PeerConnection peer) {
        for (ActivePiece piece : active) {
            if (!piece.exclusive && piece.isStuck(nowNs) && peer.has(piece.piece()) && !piece.isAskedOf(peer)) {
                return piece;
            }
        }
        return null;
    }

    private boolean isOrphan(ActivePiece piece) {
        return piece.owner == null && !piece.exclusive && !piece.verifying && byPiece[piece.piece()] == piece && piece.nextFree() >= 0;
    }

    private void listAsOrphan(ActivePiece piece) {
        if (!piece.isListed && isOrphan(piece)) {
            piece.isListed = true;
            orphans.add(piece);
        }
    }

    /** Whether the piece may be waiting for an owner. */
    boolean isListed(int piece) {
        return byPiece[piece] != null && byPiece[piece].isListed;
    }

    /** The peer will not send these blocks: others may get requests for them. */
    void release(PeerConnection peer, long run) {
        ActivePiece piece = byPiece[BlockRun.piece(run)];
        if (piece != null) {
            piece.onReleased(run, peer);
            if (piece.owner == peer && peer.share.current != piece) {
                disown(piece);
            }
            listAsOrphan(piece);
            picker.renew();
        }
    }

    /** The peer gets no more requests for its pieces. */
    void disownAll(PeerConnection peer) {
        for (int i = active.size() - 1; i >= 0; i--) {
            ActivePiece piece = active.get(i);
            if (piece.owner == peer) {
                disown(piece);
                if (piece.exclusive && !piece.verifying) {
                    // Blocks of a suspect must not mix with those of others.
                    startOver(piece);
                }
                picker.renew();
            }
        }
    }

    /**
     * The peer chokes: others get its pieces, except one that it has alone. That one would
     * otherwise restart at each choke and never end.
     */
    void disownShared(PeerConnection peer) {
        for (int i = active.size() - 1; i >= 0; i--) {
            ActivePiece piece = active.get(i);
            if (piece.owner == peer && !piece.exclusive) {
                disown(piece);
                picker.renew();
            }
        }
    }

    private void disown(ActivePiece piece) {
        if (piece.owner != null && piece.owner.share.current == piece) {
            piece.owner.share.current = null;
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

    // ---- the end ----

    /** Every block has arrived: the hash decides. */
    void verify(ActivePiece piece) {
        piece.verifying = true;
        disown(piece);
        swarm.verify(piece.piece());
    }

    /** The hash of a piece is known. Returns the piece, which is no longer active. */
    ActivePiece onVerified(int index, boolean good) {
        ActivePiece piece = byPiece[index];
        if (piece == null || !piece.verifying) {
            throw new IllegalStateException("piece " + index + " was not being verified");
        }
        forget(piece);
        if (!good) {
            totals.onHashFailed(layout.length(index));
            picker.giveBack(index);
        }
        return piece;
    }

    private void forget(ActivePiece piece) {
        active.remove(piece);
        byPiece[piece.piece()] = null;
    }

    /** Throws if a piece is in two states at once. O(pieces). */
    boolean checkInvariants() {
        picker.checkInvariants();
        for (int piece = 0; piece < byPiece.length; piece++) {
            int states = (byPiece[piece] != null ? 1 : 0) + (picker.isMissing(piece) ? 1 : 0) + (swarm.have().get(piece) ? 1 : 0);
            if (states != 1) {
                throw new IllegalStateException("piece " + piece + " is in " + states + " states");
            }
        }
        return true;
    }
}
