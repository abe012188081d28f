package murder.order;

import java.util.Locale;

/** The form in which a release travels. */
public enum Archive {
    /** One file, compressed. */
    TGZ,
    /** One file, not compressed. */
    TAR,
    /** File by file. */
    TREE;

    /** {@return the word for it in orders and on command lines, such as {@code tgz}} */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
