package murder.tracker;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import murder.metainfo.InfoHash;
import murder.wire.PeerAddress;
import murder.wire.PeerId;

/**
 * The peers of one torrent. Those that can be dialled stand in two arrays, complete and incomplete, from which a random subset is drawn
 * in time proportional to its size. The map is only ever looked up in, so its order decides nothing.
 */
final class Swarm {
    /** Peers at the caller's own address that a draw passes over. More are ids that one host made up, and would cost all others time. */
    private static final int MAX_PASSED_OVER = 200;
    /** So many of those that it is told of a client is taken to dial, the first ones first. */
    private static final int DIALLED = 12;
    private static final Comparator<SwarmPeer> LEAST_DEALT = Comparator.comparingInt(peer -> peer.dealt);

    final InfoHash infoHash;
    /** How many peers told that they became complete. */
    int downloaded;
    /** When the last newcomer came. */
    long grownNs;
    private final Map<PeerId, SwarmPeer> byId = new HashMap<>();
    private final List<SwarmPeer> complete = new ArrayList<>();
    private final List<SwarmPeer> incomplete = new ArrayList<>();
    private int completeCount;

    Swarm(InfoHash infoHash) {
        this.infoHash = infoHash;
    }

    int size() {
        return byId.size();
    }

    int completeCount() {
        return completeCount;
    }

    int incompleteCount() {
        return byId.size() - completeCount;
    }

    SwarmPeer find(PeerId id) {
        return byId.get(id);
    }

    void add(SwarmPeer peer) {
        byId.put(peer.announced.peerId(), peer);
        enlist(peer);
    }

    void remove(SwarmPeer peer) {
        byId.remove(peer.announced.peerId());
        delist(peer);
    }

    void update(SwarmPeer peer, PeerAddress address, boolean nowComplete) {
        if (peer.complete == nowComplete && peer.announced.address().equals(address)) {
            return;
        }
        delist(peer);
        peer.announced = new AnnouncedPeer(address, peer.announced.peerId());
        peer.complete = nowComplete;
        enlist(peer);
    }

    /**
     * Draws up to {@code wanted} peers for the caller, every set of them with the same chance: steps of the Fisher-Yates shuffle at the
     * front of both arrays. Those that few others were told of come first, for that is whom clients dial: else whoever came early is
     * dialled by most, and whoever came late by nobody.
     */
    List<AnnouncedPeer> sample(SwarmPeer caller, int wanted, RandomGenerator random) {
        int left = complete.size() + incomplete.size();
        int completeLeft = complete.size();
        if (caller.complete) {
            left -= completeLeft;
            completeLeft = 0;
        }
        List<SwarmPeer> drawn = new ArrayList<>(Math.min(wanted, left));
        int fromComplete = 0;
        int fromIncomplete = 0;
        int passedOver = 0;
        while (drawn.size() < wanted && left > 0 && passedOver <= MAX_PASSED_OVER) {
            int pick = random.nextInt(left--);
            SwarmPeer peer;
            if (pick < completeLeft) {
                completeLeft--;
                peer = swap(complete, fromComplete, fromComplete + pick);
                fromComplete++;
            } else {
                peer = swap(incomplete, fromIncomplete, fromIncomplete + pick - completeLeft);
                fromIncomplete++;
            }
            if (peer != caller && !peer.announced.address().equals(caller.announced.address())) {
                drawn.add(peer);
            } else {
                passedOver++;
            }
        }
        return deal(drawn);
    }

    /** Complete and incomplete peers keep their places: a newcomer's dials are to reach both in proportion. */
    private static List<AnnouncedPeer> deal(List<SwarmPeer> drawn) {
        List<SwarmPeer> byDealt = new ArrayList<>(drawn);
        byDealt.sort(LEAST_DEALT);
        Iterator<SwarmPeer> completes = byDealt.stream().filter(peer -> peer.complete).iterator();
        Iterator<SwarmPeer> incompletes = byDealt.stream().filter(peer -> !peer.complete).iterator();
        List<AnnouncedPeer> dealt = new ArrayList<>(drawn.size());
        for (SwarmPeer place : drawn) {
            SwarmPeer peer = place.complete ? completes.next() : incompletes.next();
            peer.dealt += dealt.size() < DIALLED ? 1 : 0;
            dealt.add(peer.announced);
        }
        return dealt;
    }

    /** Every peer, in an order that depends only on what happened before. */
    List<SwarmPeer> listAll() {
        List<SwarmPeer> all = new ArrayList<>(byId.size());
        all.addAll(complete);
        all.addAll(incomplete);
        if (all.size() < byId.size()) {
            byId.values().stream().filter(peer -> peer.slot < 0)
                .sorted((a, b) -> a.announced.peerId().compareTo(b.announced.peerId())).forEach(all::add);
        }
        return all;
    }

    private void enlist(SwarmPeer peer) {
        completeCount += peer.complete ? 1 : 0;
        if (peer.announced.address().port() != 0) {
            List<SwarmPeer> list = peer.complete ? complete : incomplete;
            peer.slot = list.size();
            list.add(peer);
        }
    }

    private void delist(SwarmPeer peer) {
        completeCount -= peer.complete ? 1 : 0;
        if (peer.slot >= 0) {
            List<SwarmPeer> list = peer.complete ? complete : incomplete;
            SwarmPeer last = list.remove(list.size() - 1);
            if (last != peer) {
                list.set(peer.slot, last);
                last.slot = peer.slot;
            }
            peer.slot = -1;
        }
    }

    /** Swaps two places and returns who now stands at the first. */
    private static SwarmPeer swap(List<SwarmPeer> list, int a, int b) {
        SwarmPeer peer = list.get(b);
        SwarmPeer other = list.get(a);
        list.set(b, other);
        other.slot = b;
        list.set(a, peer);
        peer.slot = a;
        return peer;
    }

    void checkInvariants() {
        int completes = 0;
        for (SwarmPeer peer : byId.values()) {
            completes += peer.complete ? 1 : 0;
            boolean listed = peer.announced.address().port() != 0;
            if (listed != (peer.slot >= 0) || listed && (peer.complete ? complete : incomplete).get(peer.slot) != peer) {
                throw new AssertionError(peer.announced + " stands in the wrong place");
            }
        }
        if (completes != completeCount || complete.size() + incomplete.size() > byId.size()) {
            throw new AssertionError(completes + " complete peers counted, " + completeCount + " believed");
        }
    }
}
