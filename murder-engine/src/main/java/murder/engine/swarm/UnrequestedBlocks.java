package murder.engine.swarm;

import java.util.LinkedHashSet;
import java.util.Set;
import murder.wire.Violation;
import murder.wire.WireException;

/**
 * Judges the blocks of one peer that answer no outstanding request. A block that crossed a cancel
 * or a choke is honest. Other such blocks are limited by the number of answers of the peer, plus a
 * few. Without BEP 6 several chokes and unchokes may cross, and an honest peer then sends some
 * blocks twice.
 */
final class UnrequestedBlocks {
    private static final int LIMIT = 64;
    /**
     * A full table forgets the oldest: without BEP 6 most withdrawn requests are never answered.
     */
    private static final int TAKEN_BACK_LIMIT = 4096;

    /**
     * Requests that were cancelled, or voided by a choke, and not answered since. Null before the
     * first one, as on most connections.
     */
    private Set<Long> takenBack;
    private int answered;
    private int unrequested;

    /** The request is void, but its blocks may be in flight. */
    void onTakenBack(long run) {
        if (takenBack == null) {
            takenBack = new LinkedHashSet<>();
        }
        takenBack.add(run);
        if (takenBack.size() > TAKEN_BACK_LIMIT) {
            takenBack.remove(takenBack.iterator().next());
        }
    }

    /** Marks a withdrawn request as answered. Returns whether there was one. */
    boolean answersTakenBack(long run) {
        return takenBack != null && takenBack.remove(run);
    }

    /** Requested blocks arrived. */
    void onAnswer(int blocks) {
        answered += blocks;
    }

    /** Blocks arrived that were never requested, or were sent before. */
    void onUnrequested(int blocks) throws WireException {
        unrequested += blocks;
        if (unrequested > LIMIT + answered) {
            throw new WireException(Violation.UNEXPECTED_BLOCK, unrequested + " blocks that were not asked for");
        }
    }
}
