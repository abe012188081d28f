package murder.tools.agent;

import murder.order.Patch;

/**
 * The state of the patch to a release on this host. Only in memory: after a restart the host makes
 * or fetches it again. Immutable.
 *
 * @param stand its state
 * @param patch its name; null while it is made, and if none was made
 * @param source fingerprint of the source if this host made it; empty otherwise
 */
record HeldPatch(Stand stand, Patch patch, String source) {
    /** The state of a patch. */
    enum Stand {
        /** This host makes it. */
        MAKING,
        /** This host made it. */
        MADE,
        /** It came from other hosts. */
        FETCHED,
        /** This host made its release with it. */
        APPLIED,
        /** It is useless here: the host fetches the whole payload. */
        REFUSED
    }

    static HeldPatch of(Stand stand, Patch patch) {
        return new HeldPatch(stand, patch, "");
    }

    boolean is(Stand one) {
        return stand == one;
    }
}
