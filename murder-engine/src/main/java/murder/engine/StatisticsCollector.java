package murder.engine;

import java.time.Duration;
import java.util.List;
import murder.engine.swarm.DownloadFigures;
import murder.engine.swarm.HostLoad;
import murder.engine.swarm.Swarm;

/**
 * Composes a torrent's statistics from the counts of its stage and from reported times and errors.
 * Loop's thread only.
 */
final class StatisticsCollector {
    /** The requests to its host. Loop's thread only. */
    interface Host {
        /** How much all torrents together have kept the host busy. */
        HostLoad.Sums load(long nowNs);
    }

    private final TransferClock clock;
    private final Host host;
    private final HostLoad load = new HostLoad();
    /** Negative before the start. */
    private long startNs = -1;
    /** Negative until every piece is verified. */
    private long completeNs = -1;
    private String error = "";

    StatisticsCollector(TransferClock clock, Host host) {
        this.clock = clock;
        this.host = host;
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

    /** @param swarm null while no payload can move */
    TorrentStatistics collect(TorrentState state, PayloadCounts counts, Swarm swarm, long checkedBytes, String lastTrackerError) {
        List<PeerStatistics> peers = swarm == null ? List.of() : PeerStatistics.of(swarm.peers());
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
            checkedBytes, downloadTime(), lastTrackerError, error, figures(state, swarm), List.copyOf(peers));
    }

    private SlowFigures figures(TorrentState state, Swarm swarm) {
        if (swarm == null) {
            // Nobody has given the metadata so far.
            return state == TorrentState.FETCHING_METADATA ? SlowFigures.of(downloadTime(), DownloadFigures.NONE, HostLoad.Shares.NONE)
                : SlowFigures.NONE;
        }
        // The swarm looks at nothing while it has no peers.
        boolean isAlone = swarm.peers().isEmpty();
        DownloadFigures download = isAlone ? DownloadFigures.NONE : swarm.totals().download();
        return SlowFigures.of(isAlone ? downloadTime() : Duration.ofNanos(download.measuredNs()), download,
            load.onSums(host.load(clock.nowNs())));
    }

    private Duration downloadTime() {
        if (startNs < 0) {
            return Duration.ZERO;
        }
        return Duration.ofNanos((completeNs < 0 ? clock.nowNs() : completeNs) - startNs);
    }
}
