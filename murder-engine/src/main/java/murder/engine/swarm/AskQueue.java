package murder.engine.swarm;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Decides which peers may get requests, and for how many blocks. A turn looks only at the peers in
 * this queue: a change may have made a request to them possible.
 *
 * <p>Each source gets a small window ({@link RequestWindow}). So all hosts of one rate have about
 * the same number of outstanding requests and get about the same service. A host that is behind
 * requests up to {@value #MAX_BEHIND} times as much. It is behind if it knows many pieces that it
 * has not requested from anybody (decision 8).
 */
final class AskQueue {
    /** The greatest number of windows for a source of a host that is behind. */
    private static final int MAX_BEHIND = 4;
    /**
     * Windows that few sources get together, whole ones for each. A single source gets as much as
     * it sends in 0.2 s.
     */
    private static final int UNDER_WAY = 8;

    private final PiecePicker picker;
    private final RequestWindow window;
    private final List<PeerConnection> peers;
    /** Peers in the order of their wake-ups. */
    private final Deque<PeerConnection> queue = new ArrayDeque<>();
    private int sources;
    private int generation;

    /** Whether and why one peer may be asked. */
    static final class Place {
        private boolean isQueued;
        private boolean isSource;
        /** It refused a request without choking us: it gets requests again after the next tick. */
        private boolean isResting;
        /** The number of its pieces that we lack. */
        private int wanted;
        /** The picker's generation when it last had nothing for this peer, or -1. */
        private int hopelessGeneration = -1;
    }

    /** @param peers the swarm's connections, a live view */
    AskQueue(PiecePicker picker, RequestWindow window, List<PeerConnection> peers) {
        this.picker = picker;
        this.window = window;
        this.peers = peers;
    }

    // ---- the queue ----

    /** Queues the peer, because a request may be possible now. */
    void wake(PeerConnection peer) {
        if (!peer.place.isQueued && !peer.isClosed()) {
            peer.place.isQueued = true;
            queue.add(peer);
        }
    }

    /** The same, even if the peer had no useful piece a moment ago. */
    void retry(PeerConnection peer) {
        peer.place.hopelessGeneration = -1;
        wake(peer);
    }

    /** Queues all peers, because a request to any of them may be possible now. */
    void wakeAll() {
        for (int i = 0; i < peers.size(); i++) {
            wake(peers.get(i));
        }
    }

    /** Queues all peers if the picker has new pieces. Once a turn. */
    void onTurn() {
        if (generation != picker.generation()) {
            generation = picker.generation();
            wakeAll();
        }
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    PeerConnection first() {
        return queue.peek();
    }

    void removeFirst() {
        queue.poll().place.isQueued = false;
    }

    // ---- sources ----

    boolean mayBeAsked(PeerConnection peer) {
        Place place = peer.place;
        return place.isSource && !place.isResting && place.hopelessGeneration != picker.generation();
    }

    /** The number of the peer's pieces that we lack. */
    int wanted(PeerConnection peer) {
        return peer.place.wanted;
    }

    /** The peer has more pieces that we lack. */
    void addWanted(PeerConnection peer, int pieces) {
        peer.place.wanted += pieces;
        updateSource(peer);
    }

    /**
     * This piece is no longer missing. We lose interest in peers without another piece that we
     * lack.
     */
    void onVerified(long nowNs, int piece) {
        for (int i = 0; i < peers.size(); i++) {
            PeerConnection peer = peers.get(i);
            if (peer.has(piece) && removeWanted(peer)) {
                peer.setInterested(nowNs, false);
            }
        }
    }

    /** We have got one of the peer's pieces. Returns whether we lack no other piece of the peer. */
    boolean removeWanted(PeerConnection peer) {
        boolean last = --peer.place.wanted == 0;
        if (last) {
            updateSource(peer);
        }
        return last;
    }

    /**
     * Updates whether this peer counts as a source: connected, unchoked, and has a piece that we
     * lack.
     */
    void updateSource(PeerConnection peer) {
        boolean isSource = !peer.isClosed() && !peer.peerChoking() && peer.place.wanted > 0;
        if (isSource != peer.place.isSource) {
            peer.place.isSource = isSource;
            sources += isSource ? 1 : -1;
        }
    }

    /** The picker has no piece for the peer. The peer waits until that changes. */
    void giveUp(PeerConnection peer) {
        peer.place.hopelessGeneration = picker.generation();
    }

    /** The peer refuses requests. An immediate retry could loop forever. */
    void rest(PeerConnection peer) {
        peer.place.isResting = true;
    }

    void onTick(PeerConnection peer) {
        if (peer.place.isResting) {
            peer.place.isResting = false;
            wake(peer);
        }
    }

    // ---- windows ----

    void onArrived(long nowNs, int bytes) {
        window.onArrived(nowNs, bytes);
    }

    /**
     * The limit of outstanding blocks at each source. A host counts as one window behind for each
     * unrequested piece per source.
     */
    int window() {
        int behind = Math.min(MAX_BEHIND, 1 + picker.reachableCount() / sources);
        return window.blocks(sources) * Math.max(behind, UNDER_WAY / sources);
    }
}
