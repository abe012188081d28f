package murder.engine.swarm;

/**
 * Counts messages of one peer that change nothing: a CANCEL or REJECT without a request, a request
 * that is rejected, a known piece, an unchanged flag. Honest peers send some, because messages
 * cross. A peer that sends thousands more of them than useful messages attacks this side.
 */
final class UselessMessages {
    private static final int LIMIT = 4096;
    /** What a request for an unannounced piece counts. No honest peer sends one. */
    static final int UNANNOUNCED = 16;

    /** The useless messages minus the useful ones. */
    private int beyond;
    /** Requests that may still arrive because they crossed the last CHOKE. */
    private int crossing;

    /** This side chokes the peer. @param requests that an honest peer may have outstanding */
    void onChoke(int requests) {
        crossing = requests;
    }

    /** Counts a message. @param changed whether it changes something */
    boolean isOneTooMany(boolean changed) {
        return isOneTooMany(changed ? -1 : 1);
    }

    /**
     * Counts a request that is rejected.
     *
     * @param announced whether this side has the piece
     * @param choked whether this side chokes the peer
     */
    boolean isRejectTooMany(boolean announced, boolean choked) {
        if (announced && choked && crossing > 0) {
            crossing--;
            return false;
        }
        return isOneTooMany(announced ? 1 : UNANNOUNCED);
    }

    private boolean isOneTooMany(int weight) {
        beyond = Math.max(beyond + weight, 0);
        return beyond > LIMIT;
    }
}
