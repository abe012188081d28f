package murder.tools.agent;

import murder.order.Patch;

/**
 * The patch to a release, as far as this host has to do with it. Only in memory: after a restart it is made or fetched again. Immutable.
 *
 * @param stand how far it is
 * @param patch which; null while it is made, and if none was made
 * @param source fingerprint of the source from which it was made here; empty otherwise
 */
record HeldPatch(Stand stand, Patch patch, String source) {
    /** How far a patch is. */
    enum Stand {
        /** This host makes it. */
        MAKING,
        /** This host made it. */
        MADE,
        /** It came from other hosts. */
        FETCHED,
        /** The release that is here was made with it. */
        APPLIED,
        /** It is of no use here: the release comes as a whole. */
        REFUSED
    }

    static HeldPatch of(Stand stand, Patch patch) {
        return new HeldPatch(stand, patch, "");
    }

    boolean is(Stand one) {
        return stand == one;
    }
}
