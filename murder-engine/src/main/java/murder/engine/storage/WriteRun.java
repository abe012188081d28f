package murder.engine.storage;

import java.nio.ByteBuffer;

/**
 * Consecutive blocks of one piece, written and usually hashed in one go in the lane of their piece.
 * Slabs reuse their runs, so a block allocates none.
 */
final class WriteRun implements Runnable {
    /**
     * The storage that these bytes belong to. The queue and the lanes know a torrent's storage by
     * this alone.
     */
    interface Target {
        /**
         * Starts a run. Returns false, and nothing is to be undone, if the target takes no more.
         */
        boolean begin();

        /** Hands a run that can grow no more to the lane of its piece. */
        void submit(WriteRun run);

        /**
         * Writes the run and gives it back with {@link WriteQueue#onDone}. In the lane of its
         * piece.
         */
        void write(WriteRun run);
    }

    final Slab slab;
    /** The blocks, between position and limit. */
    final ByteBuffer bytes;

    Target target;
    int piece;
    /** Offset in the piece of the first byte. */
    int begin;
    FailureListener onFailure;

    WriteRun(Slab slab, ByteBuffer bytes) {
        this.slab = slab;
        this.bytes = bytes;
    }

    void of(Target owner, int pieceIndex, int beginInPiece, FailureListener listener) {
        target = owner;
        piece = pieceIndex;
        begin = beginInPiece;
        onFailure = listener;
    }

    /** Whether a block with this place follows at once. */
    boolean isContinuedBy(Target otherTarget, int otherPiece, int otherBegin) {
        return target == otherTarget && piece == otherPiece && begin + bytes.remaining() == otherBegin;
    }

    @Override
    public void run() {
        target.write(this);
    }
}
