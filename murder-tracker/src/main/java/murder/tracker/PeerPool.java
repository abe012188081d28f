package murder.tracker;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * The diallable peers of a swarm, or of one zone of it. Two arrays hold the complete and the
 * incomplete ones. A draw of a random subset takes time in proportion to its size.
 */
final class PeerPool {
    /**
     * The limit of useless peers that a draw skips. More of them would be invented ids of one host,
     * and would cost all others time.
     */
    private static final int MAX_PASSED_OVER = 200;
    /**
     * The largest share of one source in an answer with other peers, for any number of invented
     * ids.
     */
    private static final int MAX_PART_OF_ANSWER = 4;

    private final int kind;
    private final List<SwarmPeer> complete = new ArrayList<>();
    private final List<SwarmPeer> incomplete = new ArrayList<>();

    /** @param kind which of its {@link SwarmPeer#slots} a peer has in this pool */
    PeerPool(int kind) {
        this.kind = kind;
    }

    int size() {
        return complete.size() + incomplete.size();
    }

    boolean contains(SwarmPeer peer) {
        int slot = peer.slots[kind];
        List<SwarmPeer> list = listOf(peer);
        return slot >= 0 && slot < list.size() && list.get(slot) == peer;
    }

    void add(SwarmPeer peer) {
        List<SwarmPeer> list = listOf(peer);
        peer.slots[kind] = list.size();
        list.add(peer);
    }

    void remove(SwarmPeer peer) {
        List<SwarmPeer> list = listOf(peer);
        SwarmPeer last = list.remove(list.size() - 1);
        if (last != peer) {
            put(list, peer.slots[kind], last);
        }
        peer.slots[kind] = -1;
    }

    private List<SwarmPeer> listOf(SwarmPeer peer) {
        return peer.complete ? complete : incomplete;
    }

    private void put(List<SwarmPeer> list, int slot, SwarmPeer peer) {
        list.set(slot, peer);
        peer.slots[kind] = slot;
    }

    void copyTo(List<SwarmPeer> all) {
        all.addAll(complete);
        all.addAll(incomplete);
    }

    /**
     * Draws up to {@code wanted} peers for the caller, every set with the same probability: steps
     * of the Fisher-Yates shuffle at the front of both arrays. There are fewer only if no more
     * exist, or if very many are useless: peers at the caller's own address, or of an unwanted
     * kind. Peers beyond the share of their source come last.
     *
     * @param alsoComplete whether complete peers are drawn
     * @param answer a number that differs for each draw in this swarm
     */
    List<SwarmPeer> draw(SwarmPeer caller, int wanted, boolean alsoComplete, Predicate<SwarmPeer> asked, long answer,
                         RandomGenerator random) {
        int left = size();
        int completeLeft = complete.size();
        if (!alsoComplete) {
            left -= completeLeft;
            completeLeft = 0;
        }
        int part = Math.max(1, wanted / MAX_PART_OF_ANSWER);
        List<SwarmPeer> beyond = List.of();
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
            if (peer == caller || peer.announced.address().equals(caller.announced.address()) || !asked.test(peer)) {
                passedOver++;
            } else if (peer.isAlone() || peer.holding.countIn(answer) <= part) {
                drawn.add(peer);
            } else {
                passedOver++;
                beyond = beyond.isEmpty() ? new ArrayList<>() : beyond;
                beyond.add(peer);
            }
        }
        drawn.addAll(beyond.subList(0, Math.min(beyond.size(), wanted - drawn.size())));
        return drawn;
    }

    /** Swaps two places and returns the peer at the first one. */
    private SwarmPeer swap(List<SwarmPeer> list, int a, int b) {
        SwarmPeer peer = list.get(b);
        put(list, b, list.get(a));
        put(list, a, peer);
        return peer;
    }
}
