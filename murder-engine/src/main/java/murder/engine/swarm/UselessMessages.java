package murder.engine.swarm;

/**
 * Counts messages of one peer that change nothing: a CANCEL or REJECT without a request, a request
 * that is rejected, a known piece, an unchanged flag. Honest peers send some, because messages cross. A peer that sends
 * thousands more of them than useful messages attacks this side.
 */
final class UselessMessages {
    private static final int LIMIT = 4096;
    /** What a request for an unannounced piece counts. No honest peer sends one. */
    static final int UNANNOUNCED = 16;

    /** The useless messages minus the useful ones. */
    private int beyond;

    /** Counts a message. @param weight -1 if it changes something, otherwise at least 1 */
    boolean isOneTooMany(int weight) {
        beyond = Math.max(beyond + weight, 0);
        return beyond > LIMIT;
    }
}
