package murder.metainfo;

/**
 * The division of a payload into pieces (hashed units) and of pieces into blocks (16 KiB request
 * units). Only this class decides whether a number from outside is a piece or a block of this
 * torrent. No other code checks again.
 *
 * @param length payload in bytes, 0 or more
 * @param pieceLength bytes of every piece but the last, at least 1
 */
public record PieceLayout(long length, int pieceLength) {
    /** The request unit that every client uses, in bytes (BEP 3). */
    public static final int BLOCK_LENGTH = 16 * 1024;

    /**
     * Checks the numbers.
     *
     * @param length at least 0
     * @param pieceLength at least 1
     * @throws IllegalArgumentException if one is out of range, or there are too many pieces
     */
    public PieceLayout {
        if (length < 0) {
            throw new IllegalArgumentException("negative length " + length);
        }
        if (pieceLength < 1) {
            throw new IllegalArgumentException("piece length " + pieceLength + " is not positive");
        }
        if (countPieces(length, pieceLength) > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(length + " bytes are too many pieces of " + pieceLength);
        }
    }

    /** Cannot overflow, unlike the usual rounding up. */
    static long countPieces(long length, int pieceLength) {
        return length / pieceLength + (length % pieceLength == 0 ? 0 : 1);
    }

    /** {@return the number of pieces} */
    public int pieceCount() {
        return (int) countPieces(length, pieceLength);
    }

    /**
     * {@return whether an index from outside names a piece}
     *
     * @param index any number
     */
    public boolean isPiece(int index) {
        return index >= 0 && index < pieceCount();
    }

    /**
     * {@return the offset in the payload of a piece's first byte}
     *
     * @param piece index from 0
     */
    public long offset(int piece) {
        return (long) piece * pieceLength;
    }

    /**
     * {@return the bytes in this piece: {@link #pieceLength()} except for the last one}
     *
     * @param piece index from 0
     */
    public int length(int piece) {
        return (int) Math.min(pieceLength, length - offset(piece));
    }

    /**
     * {@return the number of blocks in this piece}
     *
     * @param piece index from 0
     */
    public int blockCount(int piece) {
        return (length(piece) + BLOCK_LENGTH - 1) / BLOCK_LENGTH;
    }

    /**
     * {@return the bytes in a block: 16 KiB except for the last one of a piece}
     *
     * @param piece index from 0
     * @param block index in its piece, from 0
     */
    public int blockLength(int piece, int block) {
        return Math.min(BLOCK_LENGTH, length(piece) - block * BLOCK_LENGTH);
    }

    /**
     * {@return whether numbers from outside name a non-empty range inside one piece} It computes in
     * 64 bits, so nothing wraps.
     *
     * @param piece any number
     * @param begin any number
     * @param rangeLength any number
     */
    public boolean isRange(int piece, int begin, int rangeLength) {
        return isPiece(piece) && begin >= 0 && rangeLength > 0 && (long) begin + rangeLength <= length(piece);
    }
}
