package murder.engine.swarm;

/**
 * What a {@link Swarm} sees of its download over the last four seconds.
 *
 * @param measuredNs for how long it has been looked at; 0 for not at all
 * @param bytesPerSecond payload that comes, useful or not
 * @param sources peers that owe blocks and have sent some lately, on average
 * @param known addresses and connections that are known to the swarm
 * @param limitedShare of the time in which a rate limit held requests back, 0 to 1
 * @param checkingShare of the time in which nothing was expected from peers, but the hashes of what had come, 0
 *     to 1
 * @param roundTripNs the shortest round trip to any peer so far; 0 while unknown
 * @param answerNs how long peers usually take to answer a request, what waits before it included; 0
 *     while unknown
 */
public record DownloadFigures(long measuredNs, long bytesPerSecond, double sources, int known, double limitedShare, double checkingShare,
                              long roundTripNs, long answerNs) {
    /** Of a swarm that has not begun. */
    public static final DownloadFigures NONE = new DownloadFigures(0, 0, 0, 0, 0, 0, 0, 0);
}
