package murder.engine.swarm;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Whose blocks go out next: one piece per turn and peer, round and round, so that what is sent completes, and can be passed on, soon.
 * Only as much is handed over as the connections take; the rest waits here, where a cancel still reaches it.
 */
final class UploadScheduler {
    private final TokenBucket[] limits;
    /** Peers that asked for something and whose connections take payload, as far as is known, in the order of their turns. */
    private final Deque<PeerConnection> rotation = new ArrayDeque<>();
    private long blockedUntilNs = Long.MAX_VALUE;

    /** @param limits rate limits, all of which each block must pass */
    UploadScheduler(TokenBucket... limits) {
        this.limits = limits;
    }

    /** The peer asked for something, or its connection takes payload again. */
    void onRequest(PeerConnection peer) {
        if (!peer.inRotation) {
            peer.inRotation = true;
            rotation.add(peer);
        }
    }

    /** Hands blocks to the connections until they take no more, nothing is asked for, or a rate limit is reached. */
    void transmit(long nowNs) {
        blockedUntilNs = Long.MAX_VALUE;
        while (!rotation.isEmpty()) {
            PeerConnection peer = rotation.peek();
            if (peer.isClosed() || peer.uploads.isEmpty() || !peer.out().isWritable()) {
                // Its next request, or its connection when it takes payload again, brings it back.
                rotation.poll();
                peer.inRotation = false;
            } else if (sendTurn(nowNs, peer)) {
                rotation.add(rotation.poll());
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
