package murder.engine.sim;

import java.util.Arrays;

/** The traffic of the network, and the load of the uplinks over time. */
final class Traffic {
    private static final int BINS = 1024;
    private static final long FIRST_BIN_NS = 1_000_000;

    private long payload;
    private long crossZonePayload;
    /**
     * Busy nanoseconds of all uplinks in each span of time. If the spans run out, each becomes
     * twice as long.
     */
    private final long[] busyNs = new long[BINS];
    private long binNs = FIRST_BIN_NS;

    /** A turn with this many bytes of a block was sent. */
    void onSent(SimHost from, SimHost to, int bytes) {
        payload += bytes;
        from.onPayloadSent(bytes);
        if (from.profile.zone() != to.profile.zone()) {
            crossZonePayload += bytes;
        }
    }

    /** Records a busy uplink from one time to another. */
    void onBusy(long fromNs, long toNs) {
        while (toNs >= BINS * binNs) {
            halve();
        }
        long at = fromNs;
        int bin = (int) (at / binNs);
        while (at < toNs) {
            long end = Math.min(toNs, (bin + 1) * binNs);
            busyNs[bin++] += end - at;
            at = end;
        }
    }

    private void halve() {
        for (int i = 0; i < BINS / 2; i++) {
            busyNs[i] = busyNs[2 * i] + busyNs[2 * i + 1];
        }
        Arrays.fill(busyNs, BINS / 2, BINS, 0);
        binNs *= 2;
    }

    long payload() {
        return payload;
    }

    long crossZonePayload() {
        return crossZonePayload;
    }

    /** The load of the uplinks from 0 to {@code endNs}, in equal steps. */
    double[] utilisation(long endNs, int uplinks, int steps) {
        double[] curve = new double[steps];
        for (int bin = 0; bin < BINS; bin++) {
            // A bin counts for the steps that it overlaps.
            double from = (double) bin * binNs * steps / endNs;
            double to = (double) (bin + 1) * binNs * steps / endNs;
            for (int step = (int) from; step < Math.min(to, steps); step++) {
                curve[step] += busyNs[bin] * (Math.min(to, step + 1) - Math.max(from, step)) / (to - from);
            }
        }
        for (int step = 0; step < steps; step++) {
            curve[step] /= (double) endNs / steps * uplinks;
        }
        return curve;
    }
}
