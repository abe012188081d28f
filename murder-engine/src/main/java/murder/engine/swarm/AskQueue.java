package murder.engine.swarm;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Which peers may be asked for blocks, and for how many at a time. A turn looks only at peers for
 * which something changed that may make a request possible: these wait in this queue.
 *
 * <p>Each source gets a small window ({@link RequestWindow}). So all hosts of one rate have about
 * as much outstanding, are served alike, and send each request soon. A host that falls behind asks
 * for up to {@value #MAX_BEHIND} times as much until it has caught up; it is behind if it knows of
 * many pieces that it has requested from nobody (decision 8).
 */
final class AskQueue {
    /** Windows that a source gets at most because the host is behind. */
    private static final int MAX_BEHIND = 4;
    /**
     * Windows that few sources get together, whole ones for each: a single source gets what it
     * sends in 0.2 s.
     */
    private static final int UNDER_WAY = 8;

    private final PiecePicker picker;
    private final RequestWindow window;
    private final List<PeerConnection> peers;
    /** In the order in which they were woken. */
    private final Deque<PeerConnection> queue = new ArrayDeque<>();
    private int sources;
    private int generation;

    /** Whether and why one peer may be asked. */
    static final class Place {
        private boolean isQueued;
        private boolean isSource;
        /** It refused a request without choking us: it may be asked again after the next tick. */
        private boolean isResting;
        /** How many pieces it has that we lack. */
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

    /** Something changed that may make a request to the peer possible. */
    void wake(PeerConnection peer) {
        if (!peer.place.isQueued && !peer.isClosed()) {
            peer.place.isQueued = true;
            queue.add(peer);
        }
    }

    /** The same, even if there was nothing to ask the peer for a moment ago. */
    void retry(PeerConnection peer) {
        peer.place.hopelessGeneration = -1;
        wake(peer);
    }

    /** Something changed that may make a request to any peer possible. */
    void wakeAll() {
        for (int i = 0; i < peers.size(); i++) {
            wake(peers.get(i));
        }
    }

    /** Wakes all peers if the picker has pieces that it did not have before. Once a turn. */
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

    /** How many pieces the peer has that we lack. */
    int wanted(PeerConnection peer) {
        return peer.place.wanted;
    }

    /** The peer has more pieces that we lack. */
    void addWanted(PeerConnection peer, int pieces) {
        peer.place.wanted += pieces;
        updateSource(peer);
    }

    /** No peer is asked for this piece any more. A peer that has nothing else is of no interest. */
    void onVerified(long nowNs, int piece) {
        for (int i = 0; i < peers.size(); i++) {
            PeerConnection peer = peers.get(i);
            if (peer.has(piece) && removeWanted(peer)) {
                peer.setInterested(nowNs, false);
            }
        }
    }

    /**
     * We no longer lack a piece that the peer has. Returns whether it has no other that we lack.
     */
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

    /** The picker has nothing for the peer: no need to look again before that changes. */
    void giveUp(PeerConnection peer) {
        peer.place.hopelessGeneration = picker.generation();
    }

    /** The peer refuses requests. To repeat them at once would never end. */
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
     * Blocks that may be outstanding at each source. A host counts as one window behind for each
     * unrequested piece per source.
     */
    int window() {
        int behind = Math.min(MAX_BEHIND, 1 + picker.reachableCount() / sources);
        return window.blocks(sources) * Math.max(behind, UNDER_WAY / sources);
    }
}
