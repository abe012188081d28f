package murder.engine.swarm;

/**
 * The figures of a {@link Swarm}'s download over the last four seconds.
 *
 * @param measuredNs the time of the measurement; 0 for none
 * @param bytesPerSecond arriving payload, useful or not
 * @param sources peers that owe blocks and have sent some lately, on average
 * @param known addresses and connections of the swarm
 * @param limitedShare of the time in which a rate limit delayed requests, 0 to 1
 * @param checkingShare of the time in which the swarm waited only for hashes, 0 to 1
 * @param roundTripNs the shortest round trip to any peer so far; 0 while unknown
 * @param answerNs the usual time of a peer's answer to a request, with the queue before it; 0 while
 *     unknown
 */
public record DownloadFigures(long measuredNs, long bytesPerSecond, double sources, int known, double limitedShare, double checkingShare,
                              long roundTripNs, long answerNs) {
    /** Of a swarm that has not begun. */
    public static final DownloadFigures NONE = new DownloadFigures(0, 0, 0, 0, 0, 0, 0, 0);
}
