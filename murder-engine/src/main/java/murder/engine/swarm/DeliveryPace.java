package murder.engine.swarm;

/**
 * Says how many things should be in flight so that a link is busy: twice the number delivered in
 * the time of the fastest one. That is a bandwidth-delay product with room for jitter.
 */
final class DeliveryPace {
    /** When the last ones were delivered. */
    private final long[] deliveredNs = new long[64];
    private int deliveries;
    private long fastestNs = Long.MAX_VALUE;
    private long usualNs;

    void onDelivered(long nowNs, long tookNs) {
        fastestNs = Math.min(fastestNs, tookNs);
        usualNs = deliveries == 0 ? tookNs : usualNs + (tookNs - usualNs) / 8;
        deliveredNs[deliveries++ % deliveredNs.length] = nowNs;
    }

    /** How long one of the last took, or 0 if none was delivered. */
    long usualNs() {
        return usualNs;
    }

    /**
     * @return {@code least} until enough was delivered, then {@code least} or more, but not more
     *     than {@code most} unless that is less
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
