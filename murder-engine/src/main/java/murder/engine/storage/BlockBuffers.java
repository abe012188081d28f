package murder.engine.storage;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import murder.metainfo.PieceLayout;

/**
 * A pool of direct buffers of one block (16 KiB) each. It grows by slabs up to its capacity and never shrinks: its high-water mark is
 * what the link once needed. Any thread.
 */
final class BlockBuffers {
    private static final int BLOCKS_PER_SLAB = 64;
    private static final long MAX_CAPACITY = 64L << 20;

    private final ArrayDeque<ByteBuffer> free = new ArrayDeque<>();
    private final int maxSlabs;
    private int slabs;
    private int inUse;

    BlockBuffers(long capacityBytes) {
        maxSlabs = (int) Math.max(1, capacityBytes / (BLOCKS_PER_SLAB * PieceLayout.BLOCK_LENGTH));
    }

    /** The JVM allows as many direct bytes as heap bytes by default, and mappings and sockets want some too. */
    static long defaultCapacityBytes() {
        return Math.min(MAX_CAPACITY, Runtime.getRuntime().maxMemory() / 4);
    }

    long capacityBytes() {
        return (long) maxSlabs * BLOCKS_PER_SLAB * PieceLayout.BLOCK_LENGTH;
    }

    /** An empty buffer, or null if all are in use. */
    synchronized ByteBuffer take() {
        if (free.isEmpty() && slabs < maxSlabs) {
            ByteBuffer slab = ByteBuffer.allocateDirect(BLOCKS_PER_SLAB * PieceLayout.BLOCK_LENGTH);
            for (int i = 0; i < BLOCKS_PER_SLAB; i++) {
                free.push(slab.slice(i * PieceLayout.BLOCK_LENGTH, PieceLayout.BLOCK_LENGTH));
            }
            slabs++;
        }
        ByteBuffer buffer = free.poll();
        if (buffer == null) {
            return null;
        }
        inUse++;
        return buffer.clear();
    }

    synchronized void giveBack(ByteBuffer buffer) {
        free.push(buffer);
        inUse--;
    }

    synchronized long usedBytes() {
        return (long) inUse * PieceLayout.BLOCK_LENGTH;
    }
}
