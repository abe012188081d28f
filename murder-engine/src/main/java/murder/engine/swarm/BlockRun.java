package murder.engine.swarm;

import murder.metainfo.PieceLayout;

/**
 * The blocks of one request: one block, or several consecutive blocks of a piece if both peers take
 * longer requests. Packed in a long, so that queues need no objects.
 */
final class BlockRun {
    /** Blocks of the longest request that is made or served. */
    static final int MAX_BLOCKS = SwarmConfig.MAX_REQUEST_LENGTH / PieceLayout.BLOCK_LENGTH;
    private static final int COUNT_SHIFT = 24;
    private static final int FIRST_MASK = (1 << COUNT_SHIFT) - 1;

    private BlockRun() {
    }

    static long of(int piece, int first, int count) {
        return (long) piece << 32 | count << COUNT_SHIFT | first;
    }

    /** The run of whole blocks for a range of a peer, or -1 if the range is not a run. */
    static long ofRange(PieceLayout layout, int piece, int begin, int length) {
        if (!layout.isRange(piece, begin, length) || begin % PieceLayout.BLOCK_LENGTH != 0 || length > SwarmConfig.MAX_REQUEST_LENGTH
            || length % PieceLayout.BLOCK_LENGTH != 0 && begin + length != layout.length(piece)) {
            return -1;
        }
        return of(piece, begin / PieceLayout.BLOCK_LENGTH, (length + PieceLayout.BLOCK_LENGTH - 1) / PieceLayout.BLOCK_LENGTH);
    }

    static int piece(long run) {
        return (int) (run >>> 32);
    }

    static int first(long run) {
        return (int) run & FIRST_MASK;
    }

    static int count(long run) {
        return (int) run >>> COUNT_SHIFT;
    }

    /** The end, exclusive. */
    static int end(long run) {
        return first(run) + count(run);
    }

    /** Offset in the piece, in bytes. */
    static int begin(long run) {
        return first(run) * PieceLayout.BLOCK_LENGTH;
    }

    /** In bytes; less than whole blocks at the end of the payload. */
    static int length(PieceLayout layout, long run) {
        return Math.min(count(run) * PieceLayout.BLOCK_LENGTH, layout.length(piece(run)) - begin(run));
    }
}
