package murder.engine.swarm;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import murder.wire.Bitfield;

/**
 * Picks the next piece to fetch: the rarest unrequested piece of a peer, ties at random.
 *
 * <p>One array holds the missing pieces, grouped by the number of peers that have them. A HAVE
 * moves a piece one group up by one exchange. Complete peers are only counted. Costs: O(1) for a
 * HAVE, O(groups) to take or return a piece. A pick reads pieces in order of rarity until one fits.
 * It allocates only when a piece becomes more common than all before.
 *
 * <pre>
 * order:  [ 7 3 | 0 9 4 1 | 5 ]      groupEnd: 2, 6, 7
 *           0     1         2        availability, full peers apart
 * </pre>
 */
final class PiecePicker {
    private static final int NOT_MISSING = -1;

    private final RandomGenerator random;
    private final int[] order;
    private final int[] position;
    private final int[] availability;
    private int[] groupEnd = new int[8];
    private int missing;
    private int fullPeers;
    private int generation;

    /** At first every piece that {@code have} lacks is missing, and no peer has a piece. */
    PiecePicker(Bitfield have, RandomGenerator random) {
        this.random = random;
        this.order = new int[have.size()];
        this.position = new int[have.size()];
        this.availability = new int[have.size()];
        Arrays.fill(position, NOT_MISSING);
        for (int piece = have.nextClear(0); piece >= 0; piece = have.nextClear(piece + 1)) {
            giveBack(piece);
        }
    }

    /** Unrequested pieces. */
    int missingCount() {
        return missing;
    }

    /** Unrequested pieces that a connected peer has. */
    int reachableCount() {
        return fullPeers > 0 ? missing : missing - groupEnd[0];
    }

    boolean isMissing(int piece) {
        return position[piece] != NOT_MISSING;
    }

    /** How many connected peers have the piece. */
    int availability(int piece) {
        return availability[piece] + fullPeers;
    }

    /**
     * Changes when a piece becomes missing, and when none is left: an earlier failed pick may now
     * succeed.
     */
    int generation() {
        return generation;
    }

    /** A pick may succeed again, although no piece became missing. */
    void renew() {
        generation++;
    }

    void onHave(int piece) {
        int from = availability[piece]++;
        if (position[piece] != NOT_MISSING) {
            groupEndOf(from + 1);
            // Leaves its group at the group's end. This place is now the start of the next group.
            swap(position[piece], --groupEnd[from]);
            scatter(piece, groupEnd[from], groupEnd[from + 1]);
        }
    }

    void onHaveLost(int piece) {
        int from = availability[piece]--;
        if (position[piece] != NOT_MISSING) {
            int start = groupEnd[from - 1]++;
            swap(position[piece], start);
            scatter(piece, from == 1 ? 0 : groupEnd[from - 2], start + 1);
        }
    }

    void onFullPeer() {
        fullPeers++;
    }

    void onFullPeerLost() {
        fullPeers--;
    }

    /** The rarest missing piece among {@code has}, or -1. Does not take it. */
    int pick(Bitfield has) {
        // Only complete peers have the pieces of the first group, so a search for another peer
        // skips it.
        for (int i = has.isFull() ? 0 : groupEnd[0]; i < missing; i++) {
            if (has.get(order[i])) {
                return order[i];
            }
        }
        return -1;
    }

    /** The piece is no longer missing: it is requested. */
    void take(int piece) {
        int last = availability[piece];
        if (position[piece] == NOT_MISSING) {
            throw new IllegalStateException("piece " + piece + " is not missing");
        }
        // Moves it to the end, one exchange a group.
        for (int group = last; group < groupEnd.length; group++) {
            swap(position[piece], --groupEnd[group]);
        }
        position[piece] = NOT_MISSING;
        if (--missing == 0) {
            generation++;
        }
    }

    /** The piece is missing again. */
    void giveBack(int piece) {
        if (position[piece] != NOT_MISSING) {
            throw new IllegalStateException("piece " + piece + " is missing already");
        }
        int group = availability[piece];
        groupEndOf(group);
        order[missing] = piece;
        position[piece] = missing++;
        for (int g = groupEnd.length - 1; g > group; g--) {
            swap(position[piece], groupEnd[g - 1]);
            groupEnd[g]++;
        }
        groupEnd[group]++;
        scatter(piece, group == 0 ? 0 : groupEnd[group - 1], groupEnd[group]);
        generation++;
    }

    private void groupEndOf(int group) {
        if (group >= groupEnd.length) {
            int old = groupEnd.length;
            groupEnd = Arrays.copyOf(groupEnd, Math.max(group + 1, 2 * old));
            Arrays.fill(groupEnd, old, groupEnd.length, missing);
        }
    }

    /** Puts the piece at a random place of its group. This breaks ties. */
    private void scatter(int piece, int start, int end) {
        swap(position[piece], start + random.nextInt(end - start));
    }

    private void swap(int a, int b) {
        int pieceA = order[a];
        int pieceB = order[b];
        order[a] = pieceB;
        order[b] = pieceA;
        position[pieceB] = a;
        position[pieceA] = b;
    }

    /** Throws if the order contradicts the counts. O(pieces). */
    boolean checkInvariants() {
        int group = 0;
        for (int i = 0; i < missing; i++) {
            while (i >= groupEnd[group]) {
                group++;
            }
            if (position[order[i]] != i || availability[order[i]] != group) {
                throw new IllegalStateException("piece " + order[i] + " stands at " + i + " in group " + group + " with availability "
                    + availability[order[i]]);
            }
        }
        if (groupEnd[groupEnd.length - 1] != missing) {
            throw new IllegalStateException("groups end at " + groupEnd[groupEnd.length - 1] + ", not " + missing);
        }
        return true;
    }
}
