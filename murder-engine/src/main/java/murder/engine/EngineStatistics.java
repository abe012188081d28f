package murder.engine;

import java.util.List;

/**
 * An engine at one moment: all its torrents together.
 *
 * @param torrents in the engine now
 * @param connections open, dialled and accepted, also those whose handshake is not done
 * @param peers connections with a finished handshake
 * @param downloadedBytes payload received since the start, useful or not, also by torrents that
 *     were removed
 * @param uploadedBytes payload sent since the start, also by torrents that were removed
 * @param wastedBytes payload received twice or unasked for since the start
 * @param hashFailedBytes bytes of pieces that failed their hash since the start
 * @param downloadBytesPerSecond over the last seconds
 * @param uploadBytesPerSecond over the last seconds
 * @param diskQueueBytes received payload that waits to be written and hashed, in units of 256 KiB
 */
public record EngineStatistics(int torrents, int connections, int peers, long downloadedBytes, long uploadedBytes, long wastedBytes,
                               long hashFailedBytes, long downloadBytesPerSecond, long uploadBytesPerSecond, long diskQueueBytes) {
    static final EngineStatistics NOTHING = new EngineStatistics(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** @param connections of the engine, also those that are no torrent's yet */
    EngineStatistics with(List<TorrentStatistics> all, int connections, long diskQueueBytes) {
        EngineStatistics sum = this;
        for (TorrentStatistics one : all) {
            sum = sum.plus(one);
        }
        return new EngineStatistics(all.size(), connections, sum.peers, sum.downloadedBytes, sum.uploadedBytes, sum.wastedBytes,
            sum.hashFailedBytes, sum.downloadBytesPerSecond, sum.uploadBytesPerSecond, diskQueueBytes);
    }

    /** Keeps the counts of a removed torrent, which has no peers any more. */
    EngineStatistics plus(TorrentStatistics one) {
        return new EngineStatistics(0, 0, peers + one.peers(), downloadedBytes + one.downloadedBytes(),
            uploadedBytes + one.uploadedBytes(), wastedBytes + one.wastedBytes(), hashFailedBytes + one.hashFailedBytes(),
            downloadBytesPerSecond + one.downloadBytesPerSecond(), uploadBytesPerSecond + one.uploadBytesPerSecond(), 0);
    }
}
