package murder.engine;

import murder.engine.swarm.Swarm;
import murder.metainfo.PieceLayout;
import murder.wire.Bitfield;

/**
 * The payload on disk and the bytes moved, at one moment.
 *
 * @param length of the payload in bytes; 0 while the metadata is unknown
 * @param pieceCount 0 while the metadata is unknown
 * @param leftBytes to download; 1 while the metadata is unknown, because a tracker takes 0 for a
 *     seeder
 */
record PayloadCounts(long length, int pieceCount, int verifiedPieces, long verifiedBytes, long leftBytes, long downloadedBytes,
                     long uploadedBytes, long wastedBytes, long hashFailedBytes) {
    /** The metadata is unknown. */
    static final PayloadCounts UNKNOWN = new PayloadCounts(0, 0, 0, 0, 1, 0, 0, 0, 0);

    /** The content of the disk is unknown, and nothing was moved. */
    static PayloadCounts unchecked(PieceLayout layout) {
        return new PayloadCounts(layout.length(), layout.pieceCount(), 0, 0, layout.length(), 0, 0, 0, 0);
    }

    static PayloadCounts of(Swarm swarm) {
        PieceLayout layout = swarm.layout();
        long verified = verifiedBytes(layout, swarm.have());
        return new PayloadCounts(layout.length(), layout.pieceCount(), swarm.have().count(), verified, layout.length() - verified,
            swarm.totals().downloaded(), swarm.totals().uploaded(), swarm.totals().wasted(), swarm.totals().hashFailed());
    }

    /** The same payload, plus the bytes that an earlier swarm of the torrent moved. */
    PayloadCounts plusMoved(PayloadCounts earlier) {
        return new PayloadCounts(length, pieceCount, verifiedPieces, verifiedBytes, leftBytes, downloadedBytes + earlier.downloadedBytes,
            uploadedBytes + earlier.uploadedBytes, wastedBytes + earlier.wastedBytes, hashFailedBytes + earlier.hashFailedBytes);
    }

    private static long verifiedBytes(PieceLayout layout, Bitfield have) {
        int count = have.count();
        int lastPiece = layout.pieceCount() - 1;
        long bytes = (long) count * layout.pieceLength();
        return count > 0 && have.get(lastPiece) ? bytes - layout.pieceLength() + layout.length(lastPiece) : bytes;
    }
}
