package murder.engine.sim;

/**
 * Checks with its own bucket that a link never exceeds its rate. In any span it carries at most
 * rate times span, plus one turn of an uplink that began before.
 */
final class RateCheck {
    private static final double SECOND_NS = 1e9;
    /** The longest turn of an uplink, which arrives at once, with some small messages. */
    private static final double DEPTH_BYTES = SimUplink.LONGEST_TURN_BYTES + (1 << 15);

    private final double bytesPerSecond;
    private double room = DEPTH_BYTES;
    private long lastNs;

    RateCheck(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }

    /** A message of this many bytes has passed at this time. */
    void onBytes(long nowNs, int bytes) {
        room = Math.min(DEPTH_BYTES, room + (nowNs - lastNs) * bytesPerSecond / SECOND_NS) - bytes;
        lastNs = nowNs;
        if (room < 0) {
            throw new IllegalStateException("a link of " + bytesPerSecond + " bytes per second carries " + -room + " bytes too many");
        }
    }
}
