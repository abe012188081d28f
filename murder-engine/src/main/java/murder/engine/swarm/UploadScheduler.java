package murder.engine.swarm;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * Whose blocks go out next. A turn is a piece, or what a peer asked for of it, so that what is sent completes, and can be passed on,
 * soon. The turn is that of the peer which has told of the fewest pieces, since the slowest host counts; among equals they take turns.
 *
 * <p>What was handed to a connection is beyond recall: no cancel reaches it, and nobody poorer overtakes it. So only as many turns are
 * under way at once as keep the uplink busy. A turn is under way until the peer says that it has the piece, or wants it no more, or for
 * several times as long as that takes as a rule: then it waits for that peer's link or disk, not for ours.
 */
final class UploadScheduler {
    /**
     * Turns under way at least; and half as many again as there are connections. Fewer leave uplinks idle, as some peers are served by
     * many at once and take long; more let each wait longer (decision 7).
     */
    private static final int MIN_WINDOW = 16;
    private static final int MAX_WINDOW = 4096;
    /** A peer with so many turns under way comes after all that have fewer, however poor it is: its link may be the slow one. */
    private static final int FAIR_SHARE = 4;
    /** What a turn may take before any has ended. */
    private static final long FIRST_LATE_NS = 200_000_000L;
    private static final long MAX_LATE_NS = 2_000_000_000L;

    private final List<PeerConnection> peers;
    private final TokenBucket[] limits;
    /** Peers that asked for something and whose connections take payload, as far as is known, in the order of their turns. */
    private final Deque<PeerConnection> rotation = new ArrayDeque<>();
    /** Turns under way, oldest first. */
    private final Deque<Turn> turns = new ArrayDeque<>();
    /** Of the turns that ended by word of the peer. */
    private final DeliveryPace pace = new DeliveryPace();
    private long smoothedNs;
    private long blockedUntilNs = Long.MAX_VALUE;

    private record Turn(PeerConnection peer, int piece, long sinceNs) {
    }

    /**
     * @param peers the swarm's connections, a live view
     * @param limits rate limits, all of which each block must pass
     */
    UploadScheduler(List<PeerConnection> peers, TokenBucket... limits) {
        this.peers = peers;
        this.limits = limits;
    }

    /** The peer asked for something, or its connection takes payload again. */
    void onRequest(PeerConnection peer) {
        if (!peer.inRotation) {
            peer.inRotation = true;
            rotation.add(peer);
        }
    }

    /** The peer has the piece: if it was sent to it, that turn is over. */
    void onPeerHas(long nowNs, PeerConnection peer, int piece) {
        Turn turn = end(peer, piece);
        if (turn != null) {
            long tookNs = nowNs - turn.sinceNs;
            smoothedNs = smoothedNs == 0 ? tookNs : smoothedNs + (tookNs - smoothedNs) / 8;
            pace.delivered(nowNs, tookNs);
        }
    }

    /** The peer wants no more of the piece. */
    void onCancel(PeerConnection peer, int piece) {
        end(peer, piece);
    }

    void onDisconnected(PeerConnection peer) {
        turns.removeIf(turn -> turn.peer == peer);
    }

    /** Hands blocks to the connections until they take no more, nothing is asked for, or a limit is reached. */
    void transmit(long nowNs) {
        blockedUntilNs = Long.MAX_VALUE;
        if (rotation.isEmpty()) {
            return;
        }
        long lateNs = smoothedNs == 0 ? FIRST_LATE_NS : Math.min(MAX_LATE_NS, 4 * smoothedNs);
        while (!turns.isEmpty() && nowNs - turns.peek().sinceNs >= lateNs) {
            turns.poll().peer.turns--;
        }
        int window = window();
        boolean sent = true;
        while (sent && !rotation.isEmpty()) {
            if (turns.size() >= window) {
                blockedUntilNs = turns.peek().sinceNs + lateNs;
                return;
            }
            PeerConnection peer = next();
            sent = peer != null && sendTurn(nowNs, peer);
        }
    }

    /** When a limit lets the next block pass; {@code Long.MAX_VALUE} if none holds one back. */
    long nextDeadlineNs() {
        return blockedUntilNs;
    }

    private int window() {
        return pace.window(Math.max(MIN_WINDOW, peers.size() + peers.size() / 2), MAX_WINDOW);
    }

    /** The peer whose turn it is, or null if nobody who asked takes payload. */
    private PeerConnection next() {
        PeerConnection best = null;
        for (Iterator<PeerConnection> i = rotation.iterator(); i.hasNext();) {
            PeerConnection peer = i.next();
            if (peer.isClosed() || peer.uploads.isEmpty() || !peer.out().isWritable()) {
                // Its next request, or its connection when it takes payload again, brings it back.
                i.remove();
                peer.inRotation = false;
            } else if (best == null || comesBefore(peer, best)) {
                best = peer;
            }
        }
        return best;
    }

    private static boolean comesBefore(PeerConnection a, PeerConnection b) {
        boolean isServed = a.turns >= FAIR_SHARE;
        return isServed == b.turns >= FAIR_SHARE ? a.pieces.count() < b.pieces.count() : !isServed;
    }

    /** Returns false if a rate limit ended the turn. */
    private boolean sendTurn(long nowNs, PeerConnection peer) {
        UploadQueue queue = peer.uploads;
        int piece = queue.piece(0);
        boolean begun = false;
        while (!queue.isEmpty() && queue.piece(0) == piece && peer.out().isWritable()) {
            int length = queue.length(0);
            if (!mayPass(nowNs, length)) {
                return false;
            }
            for (TokenBucket limit : limits) {
                limit.take(length);
            }
            if (!begun) {
                begun = true;
                begin(nowNs, peer, piece);
            }
            peer.block(nowNs, piece, queue.begin(0), length);
            queue.removeFirst();
        }
        return true;
    }

    private void begin(long nowNs, PeerConnection peer, int piece) {
        // Other clients do not tell a seeder what they have got: of theirs no turn would end.
        if (peer.maxRun > 1) {
            // A piece that went out in several turns is under way once, since the last.
            end(peer, piece);
            turns.add(new Turn(peer, piece, nowNs));
            peer.turns++;
        }
        rotation.remove(peer);
        rotation.add(peer);
    }

    private Turn end(PeerConnection peer, int piece) {
        if (peer.turns == 0) {
            return null;
        }
        for (Iterator<Turn> i = turns.iterator(); i.hasNext();) {
            Turn turn = i.next();
            if (turn.peer == peer && turn.piece == piece) {
                i.remove();
                peer.turns--;
                return turn;
            }
        }
        return null;
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
