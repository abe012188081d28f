package murder.order;

import java.util.Locale;

/** The place of a release at its destination. */
public enum Layout {
    /** The directory {@code DESTINATION/TAG}. */
    TAG,
    /** The destination itself. */
    BARE,
    /** A single file in the destination, as it was packed. */
    FILE;

    /** {@return the word for it in orders, such as {@code tag}} */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
