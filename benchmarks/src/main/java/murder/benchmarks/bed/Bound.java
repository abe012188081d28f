package murder.benchmarks.bed;

/**
 * The physical limit of a swarm of equal links: no host can have the payload before its own link
 * has carried it once.
 */
final class Bound {
    /**
     * Of each full Ethernet frame of 1514 bytes this many are payload: the rest is headers of
     * Ethernet, IPv4 and TCP with time stamps.
     */
    private static final double PAYLOAD_SHARE = 1448.0 / 1514.0;

    private Bound() {
    }

    /** Seconds for this many bytes over one link, or NaN if the link has no limit (rate 0). */
    static double seconds(long bytes, long bitsPerSecond) {
        return bitsPerSecond == 0 ? Double.NaN : bytes * 8.0 / bitsPerSecond / PAYLOAD_SHARE;
    }
}
