package murder.engine.sim;

/**
 * Sees to it, by a bucket of its own, that a link of a certain rate never carries more than it can:
 * in any span of time at most rate times span, and the one turn of an uplink that may have been
 * under way when it began.
 */
final class RateCheck {
    private static final double SECOND_NS = 1e9;
    /** The longest turn of an uplink, which comes as a whole, and some small messages with it. */
    private static final double DEPTH_BYTES = SimUplink.LONGEST_TURN_BYTES + (1 << 15);

    private final double bytesPerSecond;
    private double room = DEPTH_BYTES;
    private long lastNs;

    RateCheck(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }

    /** A message of this many bytes is through at that time. */
    void onBytes(long nowNs, int bytes) {
        room = Math.min(DEPTH_BYTES, room + (nowNs - lastNs) * bytesPerSecond / SECOND_NS) - bytes;
        lastNs = nowNs;
        if (room < 0) {
            throw new IllegalStateException("a link of " + bytesPerSecond + " bytes per second carries " + -room + " bytes too many");
        }
    }
}
