package murder.engine.swarm;

import java.util.Arrays;
import java.util.List;

/**
 * Announces verified pieces to peers, several at a time, because a packet costs much more than the
 * nine bytes of a HAVE. Pending announcements go with the next request or block to a peer, and
 * alone after about the time of {@value #PIECES} pieces. A peer that is not interested in us gets
 * them at once: it may have nothing to request.
 *
 * <p>It does not announce a piece to a peer that has it, with one exception: a peer that is not
 * interested in us and has not announced all pieces. That peer may be a first seeder that revealed
 * the piece to us. It gets the HAVE at once as a receipt, because its next piece waits for the
 * receipt.
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

    /** How many verified pieces one peer knows. */
    static final class Told {
        /** The number of verified pieces that are announced to it or need no announcement. */
        private int count;
    }

    /** @param peers the swarm's connections, a live view */
    HaveBatch(List<PeerConnection> peers) {
        this.peers = peers;
    }

    /** The peer learns all pieces that are verified now in another way. */
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
                continue; // Most peers do. The test whether they have the piece would read memory that is not in the cache.
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

    /** Sends all pending HAVEs to the peer. */
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
     * Pieces that a peer had already were not announced to it, so it may not know that we are
     * complete. If two complete peers do not know this of each other, they keep a useless
     * connection.
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
