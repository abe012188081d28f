package murder.engine.swarm;

import java.util.List;

/**
 * Measures what a download waits for. Samples the swarm's peers at each tick and keeps the last
 * {@value #TICKS} samples. It costs nothing between ticks.
 */
final class DownloadWatch {
    private static final int TICKS = 8;
    /** A peer that has sent nothing for this time is not a source, even if it owes blocks. */
    private static final long LATELY_NS = 5_000_000_000L;
    /** A handshake takes TCP's round trip and its own one. */
    private static final int ROUND_TRIPS_OF_DIAL = 2;

    private final int[] sources = new int[TICKS];
    private final boolean[] isLimited = new boolean[TICKS];
    private final boolean[] isChecking = new boolean[TICKS];
    private int ticks;
    private int known;
    private long bytesPerSecond;
    private long firstNs;
    private long lastNs;
    private long roundTripNs = Long.MAX_VALUE;
    private long answerNs;

    /** A connection that we dialled is up. @param tookNs since the dial; 0 if unknown */
    void onDialled(long tookNs) {
        if (tookNs > 0) {
            roundTripNs = Math.min(roundTripNs, tookNs / ROUND_TRIPS_OF_DIAL);
        }
    }

    /**
     * @param addresses the number of known addresses
     * @param limited whether a rate limit delays requests
     * @param checking whether the swarm waits only for hashes
     */
    void onTick(long nowNs, List<PeerConnection> peers, int addresses, boolean limited, boolean checking) {
        int now = 0;
        long answersNs = 0;
        bytesPerSecond = 0;
        for (int i = 0; i < peers.size(); i++) {
            RequestPipeline requests = DownloadScheduler.requests(peers.get(i));
            bytesPerSecond += peers.get(i).downloadBytesPerSecond();
            if (requests.hasAnswered()) {
                roundTripNs = Math.min(roundTripNs, requests.fastestNs());
            }
            if (requests.outstanding() > 0 && requests.hasAnswered() && nowNs - requests.answeredNs() < LATELY_NS) {
                now++;
                answersNs += requests.usualNs();
            }
        }
        answerNs = now == 0 ? answerNs : answersNs / now;
        known = Math.max(addresses, peers.size());
        int at = ticks++ % TICKS;
        sources[at] = now;
        isLimited[at] = limited;
        isChecking[at] = checking;
        firstNs = ticks == 1 ? nowNs : firstNs;
        lastNs = nowNs;
    }

    DownloadFigures figures() {
        int looks = Math.min(ticks, TICKS);
        if (looks == 0) {
            return DownloadFigures.NONE;
        }
        double all = 0;
        int limited = 0;
        int checking = 0;
        for (int i = 0; i < looks; i++) {
            all += sources[i];
            limited += isLimited[i] ? 1 : 0;
            checking += isChecking[i] ? 1 : 0;
        }
        return new DownloadFigures(lastNs - firstNs, bytesPerSecond, all / looks, known, (double) limited / looks,
            (double) checking / looks, roundTripNs == Long.MAX_VALUE ? 0 : roundTripNs, answerNs);
    }
}
