package murder.engine.sim;

import java.util.Arrays;
import java.util.BitSet;
import murder.metainfo.PieceLayout;
import murder.wire.Bitfield;

/**
 * A host's disk, which outlives the host. It holds no bytes. It knows its blocks, the bad blocks
 * and the verified pieces. Unverified data is lost with the host.
 */
final class SimStorage {
    private final PieceLayout layout;
    private final long bytesPerSecond;
    private final int blocksPerPiece;
    private final Bitfield verified;
    private final long[] received;
    /** Null until the first bad block. */
    private BitSet bad;
    private long freeNs;

    /** @param bytesPerSecond 0 for no limit */
    SimStorage(PieceLayout layout, long bytesPerSecond, boolean complete) {
        this.layout = layout;
        this.bytesPerSecond = bytesPerSecond;
        this.blocksPerPiece = (layout.pieceLength() + PieceLayout.BLOCK_LENGTH - 1) / PieceLayout.BLOCK_LENGTH;
        this.verified = new Bitfield(layout.pieceCount());
        if (complete) {
            verified.setAll();
        }
        this.received = complete ? new long[0] : new long[(layout.pieceCount() * blocksPerPiece + 63) >>> 6];
    }

    /**
     * Blocks have arrived.
     *
     * @param wanted a bit for each block to write, the lowest for the first
     */
    void onBlocks(long message, int wanted) {
        int first = SimMessage.piece(message) * blocksPerPiece + SimMessage.begin(message) / PieceLayout.BLOCK_LENGTH;
        for (int i = 0; wanted >>> i != 0; i++) {
            int block = first + i;
            if ((wanted & 1 << i) != 0) {
                if (isReceived(block)) {
                    throw new IllegalStateException("taken twice: " + SimMessage.toString(message));
                }
                received[block >>> 6] |= 1L << block;
                if (SimMessage.isDamaged(message)) {
                    bad = bad == null ? new BitSet() : bad;
                    bad.set(block);
                }
            }
        }
    }

    private boolean isReceived(int block) {
        return (received[block >>> 6] & 1L << block) != 0;
    }

    void discard(int piece) {
        int first = piece * blocksPerPiece;
        for (int block = first; block < first + blocksPerPiece && block >>> 6 < received.length; block++) {
            received[block >>> 6] &= ~(1L << block);
        }
        if (bad != null) {
            bad.clear(first, first + blocksPerPiece);
        }
    }

    /** Whether the hash of the piece is right. All its blocks must have arrived. */
    boolean isGood(int piece) {
        int first = piece * blocksPerPiece;
        int end = first + layout.blockCount(piece);
        for (int block = first; block < end; block++) {
            if (!isReceived(block)) {
                throw new IllegalStateException("piece " + piece + " is to be verified before block " + (block - first) + " has come");
            }
        }
        return bad == null || bad.nextSetBit(first) < 0 || bad.nextSetBit(first) >= end;
    }

    /** The time of the answer to an order to verify. */
    long verifiedAtNs(long nowNs, int piece, long verifyNs) {
        if (bytesPerSecond == 0) {
            return nowNs + verifyNs;
        }
        freeNs = Math.max(nowNs, freeNs) + layout.length(piece) * NetworkModel.SECOND / bytesPerSecond;
        return freeNs + verifyNs;
    }

    /** Bytes that wait for the disk; 0 for a disk that keeps up with everything. */
    long queuedBytes(long nowNs) {
        return Math.max(0, freeNs - nowNs) * bytesPerSecond / NetworkModel.SECOND;
    }

    void onVerified(int piece) {
        verified.set(piece);
    }

    boolean isVerified(int piece) {
        return verified.get(piece);
    }

    PieceLayout layout() {
        return layout;
    }

    Bitfield verified() {
        return verified;
    }

    /** The host died: unverified data is lost. */
    void onDeath() {
        Arrays.fill(received, 0);
        for (int piece = verified.nextSet(0); piece >= 0 && received.length > 0; piece = verified.nextSet(piece + 1)) {
            for (int block = piece * blocksPerPiece; block < piece * blocksPerPiece + layout.blockCount(piece); block++) {
                received[block >>> 6] |= 1L << block;
            }
        }
        bad = null;
    }
}
