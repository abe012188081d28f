package murder.engine.storage;

import java.nio.ByteBuffer;

/** Consecutive blocks of one piece, written and as a rule hashed in one go. Used again and again: none is allocated for a block. */
final class WriteRun implements Runnable {
    final Slab slab;
    /** The blocks, between position and limit. */
    final ByteBuffer bytes;

    TorrentStorage storage;
    int piece;
    /** Offset in the piece of the first byte. */
    int begin;
    FailureListener onFailure;

    WriteRun(Slab slab, ByteBuffer bytes) {
        this.slab = slab;
        this.bytes = bytes;
    }

    void of(TorrentStorage ownerStorage, int pieceIndex, int beginInPiece, FailureListener listener) {
        storage = ownerStorage;
        piece = pieceIndex;
        begin = beginInPiece;
        onFailure = listener;
    }

    /** Whether a block with this place follows at once. */
    boolean isContinuedBy(TorrentStorage otherStorage, int otherPiece, int otherBegin) {
        return storage == otherStorage && piece == otherPiece && begin + bytes.remaining() == otherBegin;
    }

    /** In the lane of the piece. */
    @Override
    public void run() {
        storage.writeNow(this);
    }
}
