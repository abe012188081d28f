package murder.engine.swarm;

/**
 * Counts messages of one peer that change nothing: a CANCEL or REJECT of nothing, a piece that is
 * known, a flag that is as it was. Honest peers send some, as messages cross. One that sends
 * thousands more of them than others wants this side to be busy.
 */
final class UselessMessages {
    private static final int LIMIT = 4096;

    /** How many came beyond those that changed something. */
    private int beyond;

    /** Counts a message. @param changed whether it changes something */
    boolean isOneTooMany(boolean changed) {
        beyond = changed ? Math.max(beyond - 1, 0) : beyond + 1;
        return beyond > LIMIT;
    }
}
