package murder.tools.agent;

import java.util.concurrent.TimeUnit;

/**
 * How long a host holds a payload back, because a patch to it is being made from the release that
 * it has. A patch saves nearly all of the payload, and until it is there, sixteen hosts that fetch
 * take the link and the processor from its maker. But nobody knows whether a patch comes. So it
 * costs a host at most a twentieth of the time that the payload takes, and half a minute. Pure.
 */
final class Patience {
    private static final int SHARE = 20;
    /** A host that shows no progress for a minute counts as failed. */
    private static final long MAX_NS = TimeUnit.SECONDS.toNanos(30);
    /** For this long the payload comes at full speed, which shows how long the rest takes. */
    private static final long MEASURED_NS = TimeUnit.MILLISECONDS.toNanos(500);

    private long firstNs;
    private long firstBytes;
    private long untilNs;
    private boolean measured;

    /**
     * {@return whether the payload waits now}
     *
     * @param bytes of the payload that have come
     * @param length of the payload in bytes
     * @param nowNs the time
     */
    boolean holdsBack(long bytes, long length, long nowNs) {
        if (measured) {
            return nowNs - untilNs < 0;
        }
        if (firstBytes == 0) {
            firstBytes = bytes;
            firstNs = nowNs;
        } else if (bytes > firstBytes && nowNs - firstNs >= MEASURED_NS) {
            measured = true;
            double bytesPerNs = (double) (bytes - firstBytes) / (nowNs - firstNs);
            untilNs = nowNs + Math.min(MAX_NS, (long) ((length - bytes) / bytesPerNs / SHARE));
            return untilNs > nowNs;
        }
        return false;
    }
}
