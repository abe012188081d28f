package murder.engine.swarm;

import java.util.Arrays;
import java.util.List;

/**
 * Tells peers of verified pieces, several at a time, since each packet costs both hosts and the link more than the nine bytes in it.
 * What a peer was not told yet rides along with the next request or block to it, and goes by itself after about the time of
 * {@value #PIECES} pieces. A peer that wants nothing of us so far is told at once: it may have nothing to ask anybody for.
 *
 * <p>Peers that have a piece are not told of it, but for those that want nothing of us though they do not say that they have everything:
 * these may be first seeders that revealed it to us. To them it is the receipt, and goes at once: their next piece waits for it.
 */
final class HaveBatch {
    /** Delay in pieces: a few thousandths of the transfer. */
    static final int PIECES = 12;
    private static final long MAX_DELAY_NS = 250_000_000L;

    private final List<PeerConnection> peers;
    /** In the order in which they were verified. */
    private int[] verified = new int[16];
    private int count;
    private long firstNs;
    private long dueNs = Long.MAX_VALUE;

    /** How far one peer has been told. */
    static final class Told {
        /** How many of the verified pieces are announced to it, or need no announcement. */
        private int count;
    }

    /** @param peers the swarm's connections, a live view */
    HaveBatch(List<PeerConnection> peers) {
        this.peers = peers;
    }

    /** The peer is told of all that is verified now by other means. */
    void onConnected(PeerConnection peer) {
        peer.told.count = count;
    }

    void onVerified(long nowNs, ActivePiece done) {
        if (count == verified.length) {
            verified = Arrays.copyOf(verified, 2 * count);
        }
        if (count == 0) {
            firstNs = nowNs;
        }
        verified[count++] = done.piece();
        for (int i = 0; i < peers.size(); i++) {
            PeerConnection peer = peers.get(i);
            if (peer.peerInterested()) {
                continue; // Most do, and whether they have the piece is a look into memory that is not at hand.
            }
            if (!peer.has(done.piece())) {
                tell(nowNs, peer);
            } else if (!peer.isSeed()) {
                peer.writer.have(nowNs, done.piece());
            }
        }
        if (dueNs == Long.MAX_VALUE) {
            dueNs = nowNs + Math.min(MAX_DELAY_NS, PIECES * (nowNs - firstNs) / count);
        }
    }

    /** Tells the peer all that it was not told yet. */
    void tell(long nowNs, PeerConnection peer) {
        Told told = peer.told;
        while (told.count < count) {
            int piece = verified[told.count++];
            if (!peer.has(piece)) {
                peer.writer.have(nowNs, piece);
            }
        }
    }

    void tellAll(long nowNs) {
        dueNs = Long.MAX_VALUE;
        for (int i = 0; i < peers.size(); i++) {
            tell(nowNs, peers.get(i));
        }
    }

    /**
     * Pieces that a peer had already were not announced to it, so it may not know that we are complete; and of two complete peers each
     * must know it of the other, or both keep a connection that is of no use.
     */
    void tellComplete(long nowNs, PeerConnection peer) {
        if (!peer.extensions.sendHandshake()) {
            for (int piece = peer.pieces().nextSet(0); piece >= 0; piece = peer.pieces().nextSet(piece + 1)) {
                peer.writer.have(nowNs, piece);
            }
        }
    }

    void onTurn(long nowNs) {
        if (nowNs >= dueNs) {
            tellAll(nowNs);
        }
    }

    long nextDeadlineNs() {
        return dueNs;
    }
}
