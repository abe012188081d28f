package murder.engine.swarm;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Whose blocks go out next: peers take turns. A turn is a piece, or what a peer asked for of it, so that what is sent completes, and can be
 * passed on, soon. Who is served how much follows from how much each asks for ({@link DownloadScheduler}), not from an order here.
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
    void wake(PeerConnection peer) {
        if (!peer.inRotation) {
            peer.inRotation = true;
            rotation.add(peer);
        }
    }

    /** Hands blocks to the connections until they take no more, nothing is asked for, or a limit is reached. */
    void transmit(long nowNs) {
        blockedUntilNs = Long.MAX_VALUE;
        while (!rotation.isEmpty() && blockedUntilNs == Long.MAX_VALUE) {
            PeerConnection peer = rotation.poll();
            if (!takes(peer)) {
                // Its next request, or its connection when it takes payload again, brings it back.
                peer.inRotation = false;
            } else if (sendTurn(nowNs, peer)) {
                rotation.add(peer);
            } else {
                rotation.addFirst(peer);
            }
        }
    }

    private static boolean takes(PeerConnection peer) {
        return !peer.isClosed() && !peer.uploads.isEmpty() && peer.out().isWritable();
    }

    /** When a limit lets the next block pass; {@code Long.MAX_VALUE} if none holds one back. */
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
            peer.sendBlock(nowNs, piece, queue.begin(0), length);
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
