package murder.engine.swarm;

import java.util.List;

/**
 * Whose blocks go out next: one piece per turn and peer, round and round, so that what is sent completes, and can be passed on, soon.
 * Only as much is handed over as the connections take; the rest waits here, where a cancel still reaches it.
 */
final class UploadScheduler {
    private final List<PeerConnection> peers;
    private final TokenBucket[] limits;
    private int next;
    private long blockedUntilNs = Long.MAX_VALUE;

    /**
     * @param peers the swarm's connections, a live view
     * @param limits rate limits, all of which each block must pass
     */
    UploadScheduler(List<PeerConnection> peers, TokenBucket... limits) {
        this.peers = peers;
        this.limits = limits;
    }

    /** Hands blocks to the connections until they take no more, nothing is asked for, or a rate limit is reached. */
    void transmit(long nowNs) {
        blockedUntilNs = Long.MAX_VALUE;
        int idle = 0;
        while (idle < peers.size()) {
            next = next < peers.size() ? next : 0;
            PeerConnection peer = peers.get(next);
            if (peer.uploads.isEmpty() || !peer.out().isWritable()) {
                idle++;
                next++;
            } else if (sendTurn(nowNs, peer)) {
                idle = 0;
                next++;
            } else {
                return;
            }
        }
    }

    /** When a rate limit lets the next block pass; {@code Long.MAX_VALUE} if no limit holds one back. */
    long nextDeadlineNs() {
        return blockedUntilNs;
    }

    /** Returns false if a rate limit ended the turn. */
    private boolean sendTurn(long nowNs, PeerConnection peer) {
        UploadQueue queue = peer.uploads;
        int piece = queue.piece(0);
        while (!queue.isEmpty() && queue.piece(0) == piece && peer.out().isWritable()) {
            int length = queue.length(0);
            if (!mayPass(nowNs, length)) {
                return false;
            }
            for (TokenBucket limit : limits) {
                limit.take(length);
            }
            peer.block(nowNs, piece, queue.begin(0), length);
            queue.removeFirst();
        }
        return true;
    }

    private boolean mayPass(long nowNs, int length) {
        for (TokenBucket limit : limits) {
            if (!limit.has(nowNs, length)) {
                blockedUntilNs = limit.readyNs(nowNs, length);
                return false;
            }
        }
        return true;
    }
}
