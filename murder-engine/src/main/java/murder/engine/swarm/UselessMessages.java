package murder.engine.swarm;

/**
 * Counts messages of one peer that change nothing: a CANCEL or REJECT without a request, a known
 * piece, an unchanged flag. Honest peers send some, because messages cross. A peer that sends
 * thousands more of them than useful messages attacks this side.
 */
final class UselessMessages {
    private static final int LIMIT = 4096;

    /** The useless messages minus the useful ones. */
    private int beyond;

    /** Counts a message. @param changed whether it changes something */
    boolean isOneTooMany(boolean changed) {
        beyond = changed ? Math.max(beyond - 1, 0) : beyond + 1;
        return beyond > LIMIT;
    }
}
