package murder.tools.agent;

import java.util.Locale;

/** The cause of a failure on a host, for programs. The reason in a report is for people. */
public enum Cause {
    /** The place of the release holds something that must not be replaced. */
    OCCUPIED,
    /** The destination or the link is not below a root of this agent. */
    ROOTS,
    /** The disk is full, or has too little room for the release. */
    SPACE,
    /** This user may not write, or not read. */
    PERMISSION,
    /** The source to pack is missing or cannot travel. */
    SOURCE,
    /** The payload does not come. */
    FETCH,
    /** The payload came and cannot be unpacked. */
    UNPACK,
    /** The order names another content, or contradicts itself. */
    ORDER,
    /** The disk or the system failed in another way. */
    SYSTEM;

    /** {@return the word for it in reports} */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** {@return whether a new try fails, too, unless somebody changes something before} */
    public boolean needsChange() {
        return this == OCCUPIED || this == ROOTS || this == PERMISSION || this == SOURCE || this == ORDER;
    }

    /** The cause with this word, or null. */
    static Cause of(String word) {
        for (Cause cause : values()) {
            if (cause.word().equals(word)) {
                return cause;
            }
        }
        return null;
    }
}
