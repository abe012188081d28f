package murder.engine;

import java.util.BitSet;
import murder.metainfo.PieceLayout;
import murder.wire.Bitfield;

/**
 * The pieces of a torrent that are verified and on disk, for any thread to read. Only the loop's
 * thread writes.
 */
final class VerifiedPieces {
    private final BitSet pieces = new BitSet();
    private long bytes;

    /** A check found exactly these pieces. */
    synchronized void onChecked(PieceLayout layout, Bitfield have) {
        pieces.clear();
        bytes = 0;
        for (int piece = have.nextSet(0); piece >= 0; piece = have.nextSet(piece + 1)) {
            onVerified(layout, piece);
        }
    }

    synchronized void onVerified(PieceLayout layout, int piece) {
        if (!pieces.get(piece)) {
            pieces.set(piece);
            bytes += layout.length(piece);
        }
    }

    synchronized long bytes() {
        return bytes;
    }

    synchronized BitSet copy() {
        return (BitSet) pieces.clone();
    }
}
