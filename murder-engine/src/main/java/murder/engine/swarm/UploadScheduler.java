package murder.engine.swarm;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Decides which peer gets blocks next: peers take turns. A turn is one piece, or the requested part
 * of it, so that pieces complete soon and can be passed on. A peer that requests more
 * ({@link DownloadScheduler}) gets more. There is no other priority.
 */
final class UploadScheduler {
    private final RateGate gate;
    /** Peers with requests whose connections probably take payload, in the order of their turns. */
    private final Deque<PeerConnection> rotation = new ArrayDeque<>();

    /** The requests of one peer. */
    static final class Served {
        private final UploadQueue queue;
        private boolean inRotation;

        Served(int queueLimit) {
            queue = new UploadQueue(queueLimit);
        }
    }

    UploadScheduler(RateGate gate) {
        this.gate = gate;
    }

    /** The peer requests a range. Returns false if it has too many outstanding requests. */
    boolean onRequest(PeerConnection peer, int piece, int begin, int length) {
        if (!peer.served.queue.add(piece, begin, length)) {
            return false;
        }
        wake(peer);
        return true;
    }

    /** Cancels a range. Returns whether it was still queued. */
    boolean onCancel(PeerConnection peer, int piece, int begin, int length) {
        return peer.served.queue.remove(piece, begin, length);
    }

    /** A choke drops the requests of the peer. */
    void onChoked(long nowNs, PeerConnection peer) {
        UploadQueue queue = peer.served.queue;
        while (!queue.isEmpty()) {
            peer.writer.reject(nowNs, queue.piece(), queue.begin(), queue.length());
            queue.removeFirst();
        }
        queue.clear();
    }

    /** Queues the peer: it has a request, or its connection takes payload again. */
    void wake(PeerConnection peer) {
        if (!peer.served.inRotation) {
            peer.served.inRotation = true;
            rotation.add(peer);
        }
    }

    /**
     * Hands blocks to the connections until they take no more, no request is left, or a limit is
     * reached.
     */
    void transmit(long nowNs) {
        gate.reopen();
        while (!rotation.isEmpty() && gate.isOpen()) {
            PeerConnection peer = rotation.poll();
            if (!takes(peer)) {
                // Its next request, or a writable connection, queues it again.
                peer.served.inRotation = false;
            } else if (sendTurn(nowNs, peer)) {
                rotation.add(peer);
            } else {
                rotation.addFirst(peer);
            }
        }
    }

    private static boolean takes(PeerConnection peer) {
        return !peer.isClosed() && !peer.served.queue.isEmpty() && peer.writer.isWritable();
    }

    /** When a limit permits the next block; {@code Long.MAX_VALUE} if none delays it. */
    long nextDeadlineNs() {
        return gate.opensNs();
    }

    /** Returns false if a rate limit ended the turn. */
    private boolean sendTurn(long nowNs, PeerConnection peer) {
        UploadQueue queue = peer.served.queue;
        int piece = queue.piece();
        while (!queue.isEmpty() && queue.piece() == piece && peer.writer.isWritable()) {
            int length = queue.length();
            if (!gate.pass(nowNs, length)) {
                return false;
            }
            peer.writer.block(nowNs, piece, queue.begin(), length);
            queue.removeFirst();
        }
        return true;
    }
}
