package murder.engine.swarm;

/**
 * Computes how many items should be in flight so that a link is busy: twice the number delivered in
 * the time of the fastest item. That is a bandwidth-delay product with room for jitter.
 */
final class DeliveryPace {
    /** The delivery times of the last items. */
    private final long[] deliveredNs = new long[64];
    private int deliveries;
    private long fastestNs = Long.MAX_VALUE;
    private long usualNs;

    void onDelivered(long nowNs, long tookNs) {
        fastestNs = Math.min(fastestNs, tookNs);
        usualNs = deliveries == 0 ? tookNs : usualNs + (tookNs - usualNs) / 8;
        deliveredNs[deliveries++ % deliveredNs.length] = nowNs;
    }

    /** The time that one of the last items took, or 0 without a delivery. */
    long usualNs() {
        return usualNs;
    }

    /**
     * @return {@code least} until there are enough deliveries; then a value from {@code least} to
     *     {@code most}, at least {@code least}
     */
    int window(int least, int most) {
        if (deliveries < deliveredNs.length) {
            return least;
        }
        long span = deliveredNs[(deliveries - 1) % deliveredNs.length] - deliveredNs[deliveries % deliveredNs.length];
        long inFlight = 2 * fastestNs * (deliveredNs.length - 1) / Math.max(1, span);
        return (int) Math.max(least, Math.min(most, inFlight));
    }
}
