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
 * Blocks in order are hashed from their buffer, while they are in the processor's cache. A block
 * that arrives early is only written. At its turn it is read back from the kernel's page cache. So
 * the queue of blocks bounds the memory, not the number of pieces in flight.
 */
final class PieceHash {
    private final Payload payload;
    private final int piece;
    private final MessageDigest digest;
    private final BitSet written;
    private final DiskTimes times;
    private int hashedUpTo;

    PieceHash(Payload payload, int piece, MessageDigest digest, DiskTimes times) {
        this.times = times;
        this.payload = payload;
        this.piece = piece;
        this.digest = digest;
        this.written = new BitSet(payload.layout().blockCount(piece));
    }

    /**
     * Writes blocks and hashes those in order. Ignores blocks that exist already, because the
     * hashed bytes must stay on the disk.
     *
     * @param blocks whole blocks, one behind the other; consumed
     * @param scratch for reading early blocks again
     */
    void write(int begin, ByteBuffer blocks, ByteBuffer scratch) throws StorageException {
        int start = begin - blocks.position();
        int end = blocks.limit();
        while (blocks.position() < end) {
            int first = (start + blocks.position()) / PieceLayout.BLOCK_LENGTH;
            int last = (start + end - 1) / PieceLayout.BLOCK_LENGTH;
            if (written.get(first)) {
                blocks.position(Math.min(end, (first + 1) * PieceLayout.BLOCK_LENGTH - start));
                continue;
            }
            int next = written.nextSetBit(first);
            if (next >= 0 && next <= last) {
                blocks.limit(next * PieceLayout.BLOCK_LENGTH - start);
            }
            writeNew(start + blocks.position(), blocks, scratch);
            blocks.limit(end);
        }
    }

    /**
     * The kernel lets one thread at a time write to a file, and the others spin. So if another lane
     * is writing, this lane hashes its blocks first.
     */
    private void writeNew(int begin, ByteBuffer blocks, ByteBuffer scratch) throws StorageException {
        long offset = payload.layout().offset(piece) + begin;
        int position = blocks.position();
        int end = begin + blocks.remaining();
        boolean next = begin == hashedUpTo;
        payload.zeroPads(offset, blocks);
        long startNs = System.nanoTime();
        boolean wrote = payload.tryWrite(offset, blocks);
        long writtenNs = System.nanoTime();
        if (next) {
            digest.update(blocks.position(position));
            hashedUpTo = end;
        }
        long hashedNs = System.nanoTime();
        if (!wrote) {
            payload.write(offset, blocks.position(position));
            startNs -= System.nanoTime() - hashedNs;
        }
        times.onWritten(writtenNs - startNs);
        times.onHashed(hashedNs - writtenNs);
        int first = begin / PieceLayout.BLOCK_LENGTH;
        written.set(first, (end + PieceLayout.BLOCK_LENGTH - 1) / PieceLayout.BLOCK_LENGTH);
        if (next) {
            int missing = written.nextClearBit(first);
            hashFromDisk(Math.min(missing * PieceLayout.BLOCK_LENGTH, payload.layout().length(piece)), scratch);
        }
        blocks.position(blocks.limit());
    }

    /**
     * The hash of the complete piece. Missing blocks are read from the disk. This object must not
     * be used again.
     */
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
