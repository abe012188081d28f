package murder.engine.storage;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.BitSet;
import murder.metainfo.PieceLayout;

/**
 * The hash of one piece while its blocks arrive, confined to the lane of its piece.
 *
 * <pre>
 *   block   0    1    2    3    4    5
 *         [hashed up to here)|    | written, not hashed
 *          ##   ##   ##   ..   ##   ##        when block 3 arrives it is hashed from its buffer, then 4 and 5 are read again
 * </pre>
 *
 * A block that arrives in order is hashed from its buffer, while it is in the processor's cache. One that arrives early is only written,
 * and read again from the kernel's page cache at its turn. So memory is bounded by the queue of blocks, not by the number of pieces in
 * flight.
 */
final class PieceHash {
    private final Payload payload;
    private final int piece;
    private final MessageDigest digest;
    private final BitSet written;
    private int hashedUpTo;

    PieceHash(Payload payload, int piece, MessageDigest digest) {
        this.payload = payload;
        this.piece = piece;
        this.digest = digest;
        this.written = new BitSet(payload.layout().blockCount(piece));
    }

    /**
     * Writes a block and hashes what can be. A block that is there already is ignored, since the bytes that were hashed must stay the
     * bytes on the disk.
     *
     * @param block one whole block; not kept
     * @param scratch for reading early blocks again
     */
    void write(int begin, ByteBuffer block, ByteBuffer scratch) throws StorageException {
        int index = begin / PieceLayout.BLOCK_LENGTH;
        if (written.get(index)) {
            return;
        }
        long offset = payload.layout().offset(piece) + begin;
        payload.zeroPads(offset, block);
        payload.write(offset, block.duplicate());
        written.set(index);
        if (begin == hashedUpTo) {
            hashedUpTo += block.remaining();
            digest.update(block);
            int next = written.nextClearBit(index);
            hashFromDisk(Math.min(next * PieceLayout.BLOCK_LENGTH, payload.layout().length(piece)), scratch);
        }
    }

    /** The SHA-1 of the whole piece; what no block brought is read from the disk as it is. Ends the use of this object. */
    byte[] finish(ByteBuffer scratch) throws StorageException {
        hashFromDisk(payload.layout().length(piece), scratch);
        return digest.digest();
    }

    private void hashFromDisk(int end, ByteBuffer scratch) throws StorageException {
        if (end > hashedUpTo) {
            payload.hash(payload.layout().offset(piece) + hashedUpTo, end - hashedUpTo, digest, scratch);
            hashedUpTo = end;
        }
    }

    MessageDigest digest() {
        return digest;
    }
}
