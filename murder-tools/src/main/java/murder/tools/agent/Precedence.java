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
    private static final long STALLS_NS = TimeUnit.SECONDS.toNanos(2);

    private final InfoSha256 small;
    private long sent;
    /** When it last moved. */
    private long sinceNs;
    private boolean over;

    Precedence(InfoSha256 small, long nowNs) {
        this.small = small;
        this.sinceNs = nowNs;
    }

    InfoSha256 small() {
        return small;
    }

    /** The small payload is not here any more. */
    void end() {
        over = true;
    }

    /** @param nowSent bytes of the small payload that have left; {@code length} for one copy */
    void onSent(long nowSent, long length, long nowNs) {
        if (nowSent > sent) {
            sent = nowSent;
            sinceNs = nowNs;
        }
        over |= sent >= length || nowNs - sinceNs > (sent == 0 ? BEGINS_NS : STALLS_NS);
    }

    /** Whether the large payload waits now. */
    boolean holdsBack() {
        return sent > 0 && !over;
    }

    /** Whether the large payload waits no more. */
    boolean isOver() {
        return over;
    }
}
