package murder.tools.fleet;

import java.util.List;
import java.util.concurrent.TimeUnit;
import murder.order.Content;

/**
 * The terms of a {@link Rollout}.
 *
 * @param hosts that get the release
 * @param makers that pack it; none if its content is known
 * @param target the destination in orders
 * @param tag of the release
 * @param known content, or null
 * @param activates whether the release becomes active; otherwise it is only staged
 * @param waves of the activation, as {@link Wave#parse} reads them
 * @param gated whether a gate runs after each wave
 * @param tolerance how many hosts may fail
 * @param timeoutNs the time limit for staging, from the order with the content on; 0 to compute it
 *     from the payload and the rate
 * @param linkBytesPerSecond of each host, 0 if unknown
 * @param tracker for messages
 * @param source that is packed, for messages
 */
record RolloutTerms(List<String> hosts, List<String> makers, String target, String tag, Content known, boolean activates,
             String waves, boolean gated, Tolerance tolerance, long timeoutNs, long linkBytesPerSecond, String tracker,
             String source) {
    /** A slow link and a slow disk. */
    private static final long SLOW_BYTES_PER_SECOND = 250_000;
    private static final long LEAST_NS = TimeUnit.MINUTES.toNanos(15);
    /** The factor by which a host may be slower than its link. */
    private static final long PATIENCE = 20;

    long stageNs(long length) {
        double seconds = (double) length / (linkBytesPerSecond == 0 ? SLOW_BYTES_PER_SECOND : linkBytesPerSecond / PATIENCE + 1);
        return timeoutNs > 0 ? timeoutNs : LEAST_NS + (long) (seconds * 1e9);
    }
}
