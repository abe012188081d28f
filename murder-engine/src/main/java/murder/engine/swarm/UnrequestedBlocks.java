package murder.engine.swarm;

import java.util.LinkedHashSet;
import java.util.Set;
import murder.wire.Violation;
import murder.wire.WireException;

/**
 * Judges the blocks of one peer that answer no outstanding request. A block that crossed a cancel
 * or a choke is honest. Of the others a peer may send a few more than it answered: without BEP 6
 * several chokes and unchokes may cross, and an honest peer then sends some blocks twice.
 */
final class UnrequestedBlocks {
    private static final int LIMIT = 64;
    /**
     * Beyond this the oldest is forgotten: without BEP 6 most requests that were taken back are
     * never answered.
     */
    private static final int TAKEN_BACK_LIMIT = 4096;

    /**
     * Requests that were cancelled, or voided by a choke, and not answered since. Null until there
     * is one, as on most connections.
     */
    private Set<Long> takenBack;
    private int answered;
    private int unrequested;

    /** The request is void, but its blocks may be on the way. */
    void onTakenBack(long run) {
        if (takenBack == null) {
            takenBack = new LinkedHashSet<>();
        }
        takenBack.add(run);
        if (takenBack.size() > TAKEN_BACK_LIMIT) {
            takenBack.remove(takenBack.iterator().next());
        }
    }

    /** Returns whether the request was taken back and not answered; now it is. */
    boolean answersTakenBack(long run) {
        return takenBack != null && takenBack.remove(run);
    }

    /** Blocks came that were requested. */
    void onAnswer(int blocks) {
        answered += blocks;
    }

    /** Blocks came that were never requested, or sent before. */
    void onUnrequested(int blocks) throws WireException {
        unrequested += blocks;
        if (unrequested > LIMIT + answered) {
            throw new WireException(Violation.UNEXPECTED_BLOCK, unrequested + " blocks that were not asked for");
        }
    }
}
