package murder.engine.storage;

/** How much of the existing data the engine believes. */
public enum CheckMode {
    /**
     * All data is complete: the engine checks existence and lengths, and reads no byte. For seeding
     * files that were just created.
     */
    TRUST,
    /**
     * Believes the resume file if a sample of its pieces is right. Without one hashes all existing
     * data.
     */
    RESUME,
    /** Hashes all existing data. */
    FULL
}
