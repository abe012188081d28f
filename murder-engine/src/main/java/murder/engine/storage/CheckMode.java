package murder.engine.storage;

/** How much of what lies on the disk already is believed. */
public enum CheckMode {
    /** Everything is there and right: existence and lengths are looked at, no byte is read. For seeding what was just created. */
    TRUST,
    /** The resume file is believed if a sample of its pieces is right; without one everything that is there is hashed. */
    RESUME,
    /** Everything that is there is hashed. */
    FULL
}
