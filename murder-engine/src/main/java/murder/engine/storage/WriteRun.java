package murder.engine.storage;

import java.nio.ByteBuffer;

/**
 * Consecutive blocks of one piece. The piece's lane writes, and usually hashes, them together.
 * Slabs reuse their runs, so a block allocates no run.
 */
final class WriteRun implements Runnable {
    /**
     * The storage of these bytes. The queue and the lanes know a torrent's storage only by this
     * interface.
     */
    interface Target {
        /**
         * Starts a run. Returns false if the target takes no more; then there is nothing to undo.
         */
        boolean begin();

        /** Hands a finished run to the lane of its piece. */
        void submit(WriteRun run);

        /**
         * Writes the run and returns it with {@link WriteQueue#onDone}. In the lane of its piece.
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

    /** Whether the block at this place continues the run. */
    boolean isContinuedBy(Target otherTarget, int otherPiece, int otherBegin) {
        return target == otherTarget && piece == otherPiece && begin + bytes.remaining() == otherBegin;
    }

    @Override
    public void run() {
        target.write(this);
    }
}
