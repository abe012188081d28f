package murder.engine.storage;

/** How much of what lies on the disk already is believed. */
public enum CheckMode {
    /**
     * Everything is there and right: the engine checks existence and lengths, and reads no byte.
     * For seeding files that were just created.
     */
    TRUST,
    /**
     * The resume file is believed if a sample of its pieces is right; without one everything that
     * is there is hashed.
     */
    RESUME,
    /** Everything that is there is hashed. */
    FULL
}
