package murder.tools.agent;

import java.util.concurrent.TimeUnit;
import murder.metainfo.InfoSha256;

/**
 * One copy of a small payload goes before a large one, because many hosts wait for the first and few
 * for the second. On a slow link each would get half. Pure.
 */
final class Precedence {
    /** If nobody has asked for the small payload by then, nobody will. */
    private static final long BEGINS_NS = TimeUnit.SECONDS.toNanos(10);
    /** For this long the large payload waits for the first one who asks. */
    private static final long FIRST_NS = TimeUnit.SECONDS.toNanos(2);
    private static final long STALLS_NS = TimeUnit.SECONDS.toNanos(2);

    private final InfoSha256 small;
    private boolean begun;
    private long sent;
    /** When it last moved. */
    private long sinceNs;
    private boolean first;
    private boolean over;

    Precedence(InfoSha256 small) {
        this.small = small;
    }

    InfoSha256 small() {
        return small;
    }

    /** The small payload is not here any more. */
    void end() {
        over = true;
    }

    /**
     * The small payload is in its swarm.
     *
     * @param nowSent bytes of it that have left; {@code length} for one copy
     */
    void onSent(long nowSent, long length, long nowNs) {
        if (nowSent > sent || !begun) {
            begun = true;
            sent = nowSent;
            sinceNs = nowNs;
        }
        first = sent == 0 && nowNs - sinceNs <= FIRST_NS;
        over |= sent >= length || nowNs - sinceNs > (sent == 0 ? BEGINS_NS : STALLS_NS);
    }

    /** Whether the large payload waits now. */
    boolean holdsBack() {
        return (first || sent > 0) && !over;
    }

    /** Whether the large payload waits no more. */
    boolean isOver() {
        return over;
    }
}
