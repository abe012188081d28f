package murder.engine.swarm;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Makes a complete host send every piece once before any piece twice. For this it announces
 * (reveals) each piece to one peer first (compare BEP 16). It does not reveal a piece that another
 * peer has already. When no piece is left, it announces all pieces to all peers. From then on the
 * host is an ordinary seeder.
 *
 * <p>It keeps few pieces revealed and undelivered: enough to keep the uplink busy, and few enough
 * that each piece arrives soon. The number depends on the time of a piece and the pace of
 * deliveries. It is at least one for each peer. Otherwise peers with full links would hold all
 * revealed pieces for a long time.
 */
final class FirstSeeder {
    /**
     * After this many time-outs in a row a peer gets all announcements: it wants other pieces or
     * none, or it blocks the revealed ones.
     */
    private static final int MAX_IGNORED = 3;
    private static final int MAX_WINDOW = 1024;
    /** A requested piece may take this many times the usual time. */
    private static final int LATE = 3;

    private final List<PeerConnection> peers;
    private final PiecePicker picker;
    private final int minWindow;
    private final Deque<Integer> toReveal = new ArrayDeque<>();
    /** Pieces that were not revealed because another peer had them. */
    private final List<Integer> elsewhere = new ArrayList<>();
    /** By piece, in the order in which they were revealed. */
    private final Map<Integer, Revealed> underWay = new LinkedHashMap<>();
    /**
     * By piece, the last one that was requested and not delivered in time. A slow peer may still
     * deliver it.
     */
    private final Map<Integer, Revealed> late = new HashMap<>();
    private final DeliveryPace pace = new DeliveryPace();
    private int next;

    /** The pieces revealed to one peer. Only the peers of a first seeder have one. */
    static final class Reveals {
        /** Revealed pieces that the peer does not have yet. */
        private int count;
        /** Revealed pieces in a row that the peer did not request or did not take. */
        private int ignored;
        /** The time of the peer's last piece, or 0: its own link may be slow. */
        private long tookNs;
        private boolean isToldAll;

        private int load() {
            return count + ignored;
        }
    }

    private static final class Revealed {
        final int piece;
        final PeerConnection peer;
        final long sinceNs;
        boolean asked;

        Revealed(int piece, PeerConnection peer, long sinceNs) {
            this.piece = piece;
            this.peer = peer;
            this.sinceNs = sinceNs;
        }
    }

    FirstSeeder(List<PeerConnection> peers, PiecePicker picker, int pieceCount, int minWindow, RandomGenerator random) {
        this.peers = peers;
        this.picker = picker;
        this.minWindow = minWindow;
        int[] order = new int[pieceCount];
        for (int piece = 0; piece < pieceCount; piece++) {
            int at = random.nextInt(piece + 1);
            order[piece] = order[at];
            order[at] = piece;
        }
        for (int piece : order) {
            toReveal.add(piece);
        }
    }

    /**
     * Reveals pieces while there is room. Returns false when no piece is left to reveal. Then all
     * pieces may be announced to all peers.
     */
    boolean reveal(long nowNs) {
        while (underWay.size() < pace.window(Math.max(minWindow, peers.size()), MAX_WINDOW)) {
            Integer piece = nextToReveal();
            if (piece == null) {
                return false;
            }
            PeerConnection peer = leastLoaded();
            if (peer == null) {
                toReveal.addFirst(piece);
                return true;
            }
            peer.reveals.count++;
            underWay.put(piece, new Revealed(piece, peer, nowNs));
            peer.writer.have(nowNs, piece);
        }
        return true;
    }

    /** The next piece that nobody else has, or null. */
    private Integer nextToReveal() {
        for (Integer piece = toReveal.poll(); piece != null; piece = toReveal.poll()) {
            if (picker.availability(piece) == 0) {
                return piece;
            }
            elsewhere.add(piece);
        }
        // The peers that had them may have left.
        elsewhere.stream().filter(piece -> picker.availability(piece) == 0).forEach(toReveal::add);
        elsewhere.clear();
        return toReveal.poll();
    }

    /** The peer announces a piece. A revealed piece counts as delivered. */
    void onPeerHas(long nowNs, PeerConnection peer, int piece) {
        Revealed revealed = underWay.remove(piece);
        if (revealed != null) {
            revealed.peer.reveals.count--;
            onDelivered(nowNs, peer, revealed);
        }
        Revealed overdue = late.get(piece);
        if (overdue != null && onDelivered(nowNs, peer, overdue)) {
            late.remove(piece);
        }
    }

    /** Returns whether the announcing peer is the one to which it was revealed. */
    private boolean onDelivered(long nowNs, PeerConnection peer, Revealed revealed) {
        if (revealed.peer != peer) {
            return false;
        }
        peer.reveals.ignored = 0;
        peer.reveals.tookNs = nowNs - revealed.sinceNs;
        pace.onDelivered(nowNs, peer.reveals.tookNs);
        return true;
    }

    /** The peer requests a part of the piece. From now on its time depends on links and queues. */
    void onAsked(PeerConnection peer, int piece) {
        Revealed revealed = underWay.get(piece);
        if (revealed != null && revealed.peer == peer) {
            revealed.asked = true;
        }
    }

    void onDisconnected(PeerConnection peer) {
        for (Iterator<Revealed> i = underWay.values().iterator(); i.hasNext();) {
            Revealed revealed = i.next();
            if (revealed.peer == peer) {
                i.remove();
                toReveal.addFirst(revealed.piece);
            }
        }
        late.values().removeIf(revealed -> revealed.peer == peer);
    }

    /** Reveals pieces to another peer if they were not requested or not taken in time. */
    void onTick(long nowNs) {
        for (Iterator<Revealed> i = underWay.values().iterator(); i.hasNext();) {
            Revealed revealed = i.next();
            if (nowNs - revealed.sinceNs >= (revealed.asked ? deliveryNs(revealed.peer) : SwarmConfig.REVEAL_TIMEOUT_NS)) {
                i.remove();
                revealed.peer.reveals.count--;
                toReveal.addLast(revealed.piece);
                if (revealed.asked) {
                    late.put(revealed.piece, revealed);
                }
                if (++revealed.peer.reveals.ignored == MAX_IGNORED) {
                    revealAll(nowNs, revealed.peer);
                }
            }
        }
    }

    /** The time limit for a requested piece. */
    private long deliveryNs(PeerConnection peer) {
        long usualNs = Math.max(pace.usualNs(), peer.reveals.tookNs);
        return usualNs == 0 ? SwarmConfig.DELIVERY_TIMEOUT_NS
            : Math.max(SwarmConfig.REVEAL_TIMEOUT_NS, Math.min(SwarmConfig.DELIVERY_TIMEOUT_NS, LATE * usualNs));
    }

    /** Announces every piece that the peer lacks, once. */
    static void revealAll(long nowNs, PeerConnection peer) {
        if (peer.reveals.isToldAll) {
            return;
        }
        peer.reveals.isToldAll = true;
        for (int piece = peer.pieces().nextClear(0); piece >= 0; piece = peer.pieces().nextClear(piece + 1)) {
            peer.writer.have(nowNs, piece);
        }
    }

    /**
     * The peer with the fewest revealed pieces in flight, in turn among equals. Pieces that it did
     * not take count, too. A peer that is not interested yet may itself be a seeder.
     */
    private PeerConnection leastLoaded() {
        PeerConnection least = null;
        int start = next;
        for (int i = 0; i < peers.size(); i++) {
            int at = (start + i) % peers.size();
            PeerConnection peer = peers.get(at);
            boolean takes = !peer.isSeed() && peer.reveals.ignored < MAX_IGNORED && (peer.peerInterested() || peer.reveals.count == 0);
            if (takes && (least == null || peer.reveals.load() < least.reveals.load())) {
                least = peer;
                next = at + 1;
            }
        }
        return least;
    }
}
