package murder.engine;

import java.time.Duration;
import java.util.List;

/**
 * A torrent at one moment: immutable.
 *
 * @param state what it is doing
 * @param length payload in bytes, or 0 while the metadata is unknown
 * @param pieceCount pieces in all, or 0 while the metadata is unknown
 * @param verifiedPieces pieces that are verified and on disk
 * @param verifiedBytes bytes in those pieces
 * @param downloadedBytes payload received in this run, useful or not
 * @param uploadedBytes payload sent in this run
 * @param wastedBytes payload received twice or unasked for
 * @param hashFailedBytes bytes of pieces that failed their hash
 * @param downloadBytesPerSecond over the last seconds
 * @param uploadBytesPerSecond over the last seconds
 * @param peers connections with a finished handshake
 * @param seeds how many of those peers have every piece
 * @param checkedBytes bytes looked at while checking what is on disk
 * @param downloadTime from the start until every piece was verified, or until now
 * @param lastTrackerError what the last failed announce said, or an empty string
 * @param error why the torrent failed, or an empty string
 * @param figures of the download over the last seconds; {@link SlowFigures#NONE} while nothing can
 *     come
 * @param peerList one entry per connection; unmodifiable
 */
public record TorrentStatistics(TorrentState state, long length, int pieceCount, int verifiedPieces, long verifiedBytes,
                                long downloadedBytes, long uploadedBytes, long wastedBytes, long hashFailedBytes,
                                long downloadBytesPerSecond, long uploadBytesPerSecond, int peers, int seeds, long checkedBytes,
                                Duration downloadTime, String lastTrackerError, String error, SlowFigures figures,
                                List<PeerStatistics> peerList) {
    /**
     * {@return what keeps the download from being faster} Null if the torrent is not downloading,
     * or not for long enough to say.
     */
    public SlowCause slowCause() {
        return switch (state) {
            case FETCHING_METADATA, DOWNLOADING -> SlowCause.of(figures);
            case FINISHING -> SlowCause.DISK_SLOW;
            default -> null;
        };
    }

    /** {@return copies of the payload that this host sent: uploaded bytes over the length} */
    public double copiesSent() {
        return length == 0 ? 0 : (double) uploadedBytes / length;
    }
}
