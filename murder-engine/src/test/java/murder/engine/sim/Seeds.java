package murder.engine.sim;

import murder.fuzz.CommitSeed;

/**
 * Which seeds a simulation plays: as many as {@code murder.seeds} says, from {@link CommitSeed} on.
 */
final class Seeds {
    static final int COUNT = Integer.getInteger("murder.seeds", 500);

    private Seeds() {
    }

    /** The first seed. */
    static long base() {
        return CommitSeed.base();
    }
}
