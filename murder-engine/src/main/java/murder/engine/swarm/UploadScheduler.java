package murder.engine.swarm;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Decides which peer gets blocks next: peers take turns. A turn is one piece, or the requested part
 * of it, so that pieces complete soon and can be passed on. A peer that requests more
 * ({@link DownloadScheduler}) gets more; there is no other order here.
 */
final class UploadScheduler {
    private final RateGate gate;
    /**
     * Peers that asked for something and whose connections take payload, as far as is known, in the
     * order of their turns.
     */
    private final Deque<PeerConnection> rotation = new ArrayDeque<>();

    /** What one peer is to be sent. */
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

    /** The peer asks for a range. Returns false if it has too many requests outstanding. */
    boolean onRequest(PeerConnection peer, int piece, int begin, int length) {
        if (!peer.served.queue.add(piece, begin, length)) {
            return false;
        }
        wake(peer);
        return true;
    }

    /** Returns whether the range was still to be sent; it is no longer. */
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

    /** The peer may be sent something: it asked for it, or its connection takes payload again. */
    void wake(PeerConnection peer) {
        if (!peer.served.inRotation) {
            peer.served.inRotation = true;
            rotation.add(peer);
        }
    }

    /**
     * Hands blocks to the connections until they take no more, nothing is asked for, or a limit is
     * reached.
     */
    void transmit(long nowNs) {
        gate.reopen();
        while (!rotation.isEmpty() && gate.isOpen()) {
            PeerConnection peer = rotation.poll();
            if (!takes(peer)) {
                // Its next request, or its connection when it takes payload again, brings it back.
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

    /** When a limit lets the next block pass; {@code Long.MAX_VALUE} if none holds one back. */
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
