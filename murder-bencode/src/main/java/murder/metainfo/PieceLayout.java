package murder.metainfo;

/**
 * How a payload is cut into pieces (hashed units) and pieces into blocks (16 KiB request units). Only this class may say
 * that a number from outside is a piece or a block of this torrent; behind that check nobody asks again.
 *
 * @param length payload in bytes, 0 or more
 * @param pieceLength bytes of every piece but the last, at least 1
 */
public record PieceLayout(long length, int pieceLength) {
    /** The request unit that every client uses, in bytes (BEP 3). */
    public static final int BLOCK_LENGTH = 16 * 1024;

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

    public int pieceCount() {
        return (int) countPieces(length, pieceLength);
    }

    /** Whether an index from outside names a piece. */
    public boolean isPiece(int index) {
        return index >= 0 && index < pieceCount();
    }

    /** Offset in the payload of a piece's first byte. */
    public long offset(int piece) {
        return (long) piece * pieceLength;
    }

    /** Bytes in this piece: {@link #pieceLength()} but for the last one. */
    public int length(int piece) {
        return (int) Math.min(pieceLength, length - offset(piece));
    }

    public int blockCount(int piece) {
        return (length(piece) + BLOCK_LENGTH - 1) / BLOCK_LENGTH;
    }

    /** Bytes in a block, the {@code block}th of its piece: 16 KiB but for the last one of a piece. */
    public int blockLength(int piece, int block) {
        return Math.min(BLOCK_LENGTH, length(piece) - block * BLOCK_LENGTH);
    }

    /** Whether numbers from outside name a non-empty range inside one piece. Computed in 64 bits, so nothing wraps. */
    public boolean isRange(int piece, int begin, int rangeLength) {
        return isPiece(piece) && begin >= 0 && rangeLength > 0 && (long) begin + rangeLength <= length(piece);
    }

    /** Whether numbers from outside name exactly one of our blocks. */
    public boolean isBlock(int piece, int begin, int blockLength) {
        return isRange(piece, begin, blockLength) && begin % BLOCK_LENGTH == 0
            && blockLength == blockLength(piece, begin / BLOCK_LENGTH);
    }
}
