package murder.engine;

import java.time.Duration;
import java.util.List;

/**
 * Composes a torrent's statistics from the counts of its stage and from reported times and errors.
 * Loop's thread only.
 */
final class StatisticsCollector {
    private final TransferClock clock;
    /** Negative before the start. */
    private long startNs = -1;
    /** Negative until every piece is verified. */
    private long completeNs = -1;
    private String error = "";

    StatisticsCollector(TransferClock clock) {
        this.clock = clock;
    }

    void onStarted() {
        startNs = clock.nowNs();
    }

    /** Every piece is verified, or still is. */
    void onComplete() {
        if (completeNs < 0) {
            completeNs = clock.nowNs();
        }
    }

    /** Pieces are missing. */
    void onIncomplete() {
        completeNs = -1;
    }

    void onFailed(String why) {
        error = why;
    }

    TorrentStatistics collect(TorrentState state, PayloadCounts counts, List<PeerStatistics> peers, long checkedBytes,
                              String lastTrackerError) {
        int seeds = 0;
        long down = 0;
        long up = 0;
        for (PeerStatistics peer : peers) {
            seeds += peer.pieces() == counts.pieceCount() ? 1 : 0;
            down += peer.downloadBytesPerSecond();
            up += peer.uploadBytesPerSecond();
        }
        return new TorrentStatistics(state, counts.length(), counts.pieceCount(), counts.verifiedPieces(), counts.verifiedBytes(),
            counts.downloadedBytes(), counts.uploadedBytes(), counts.wastedBytes(), counts.hashFailedBytes(), down, up, peers.size(), seeds,
            checkedBytes, downloadTime(), lastTrackerError, error, List.copyOf(peers));
    }

    private Duration downloadTime() {
        if (startNs < 0) {
            return Duration.ZERO;
        }
        return Duration.ofNanos((completeNs < 0 ? clock.nowNs() : completeNs) - startNs);
    }
}
