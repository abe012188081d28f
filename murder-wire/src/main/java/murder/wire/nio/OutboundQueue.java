package murder.wire.nio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The waiting data of one connection, in stream order: bytes of frames, and between them blocks by
 * name. The mark of a block is the number of frame bytes before it; its own 13-byte header is the
 * last of these.
 *
 * <pre>
 *   frames   ........[header 0][header 1].....[header 2]..
 *   marks            0        1               2
 *   stream   ........[header 0] block 0 [header 1] block 1 .....[header 2] block 2 ..
 * </pre>
 *
 * {@link #gather} fetches the bytes of blocks just before writing. So the queue holds 20 bytes for
 * a block of any length. Both parts grow as needed; the owner limits them by
 * {@link #controlBytes()}.
 */
final class OutboundQueue {
    private static final int FIRST_CONTROL_CAPACITY = 256;
    private static final int FIRST_BLOCK_CAPACITY = 16;
    /**
     * An empty queue with more room than this shrinks, so that a burst does not hold memory for
     * good.
     */
    private static final int KEPT_CONTROL_CAPACITY = 1 << 14;

    private static final int KEPT_BLOCK_CAPACITY = 1 << 10;
    /** The size of a block's name: a long and three ints. */
    private static final int BLOCK_BYTES = 20;

    /** Frame bytes not yet written: from {@code controlHead} to its position. */
    private ByteBuffer control = ByteBuffer.allocate(FIRST_CONTROL_CAPACITY);

    private int controlHead;
    /** The number of frame bytes written so far. */
    private long controlWritten;

    /** Blocks: a ring whose length is a power of two. */
    private long[] marks = new long[FIRST_BLOCK_CAPACITY];

    private int[] pieces = new int[FIRST_BLOCK_CAPACITY];
    private int[] begins = new int[FIRST_BLOCK_CAPACITY];
    private int[] lengths = new int[FIRST_BLOCK_CAPACITY];
    private int firstBlock;
    private int blockCount;
    private long payloadBytes;

    /** Frame bytes that wait. */
    int controlBytes() {
        return control.position() - controlHead;
    }

    /** The capacity of all buffers, in bytes. */
    int heldBytes() {
        return control.capacity() + BLOCK_BYTES * marks.length;
    }

    /** Frame bytes and block bytes that wait. */
    long pendingBytes() {
        return controlBytes() + payloadBytes;
    }

    /**
     * A buffer with room for at least this many bytes, to be filled with frames. They count as
     * appended when they are written.
     */
    ByteBuffer reserve(int bytes) {
        if (control.remaining() < bytes) {
            makeRoom(bytes);
        }
        return control;
    }

    /**
     * Moves the waiting bytes to the front. If less than half of the buffer would be free, moves
     * them to a larger one.
     */
    private void makeRoom(int bytes) {
        int waiting = controlBytes();
        int needed = Math.addExact(waiting, bytes);
        // In place, without a view: a busy connection does this every few blocks.
        control.flip().position(controlHead);
        if (needed > control.capacity() / 2) {
            int capacity = Math.max(needed, (int) Math.min(2L * control.capacity(), Integer.MAX_VALUE - 8));
            control = ByteBuffer.allocate(capacity).put(control);
        } else {
            control.compact();
        }
        controlHead = 0;
    }

    /** Appends the bytes of a block after its header. @param length at least 1 */
    void block(int piece, int begin, int length) {
        if (blockCount == marks.length) {
            growBlocks();
        }
        int slot = (firstBlock + blockCount++) & (marks.length - 1);
        marks[slot] = controlWritten + controlBytes();
        pieces[slot] = piece;
        begins[slot] = begin;
        lengths[slot] = length;
        payloadBytes += length;
    }

    private void growBlocks() {
        marks = Arrays.copyOf(marks, 2 * marks.length);
        pieces = Arrays.copyOf(pieces, 2 * pieces.length);
        begins = Arrays.copyOf(begins, 2 * begins.length);
        lengths = Arrays.copyOf(lengths, 2 * lengths.length);
        // The entries before the first block move after the last one.
        System.arraycopy(marks, 0, marks, blockCount, firstBlock);
        System.arraycopy(pieces, 0, pieces, blockCount, firstBlock);
        System.arraycopy(begins, 0, begins, blockCount, firstBlock);
        System.arraycopy(lengths, 0, lengths, blockCount, firstBlock);
    }

    /**
     * Hands the head of the stream to {@code gather}, up to its room, but no further blocks after
     * {@code atMostBytes}.
     *
     * @param source may be null while no block waits
     */
    void gather(GatherBuffers gather, PayloadSource source, int atMostBytes) throws IOException {
        long at = controlWritten;
        int index = controlHead;
        for (int i = 0; i <= blockCount; i++) {
            int slot = (firstBlock + i) & (marks.length - 1);
            int count = i == blockCount ? control.position() - index : (int) (marks[slot] - at);
            int added = gather.addControl(control, index, count);
            if (added < count || i == blockCount || gather.bytes() >= atMostBytes
                    || !gather.addPayload(source, pieces[slot], begins[slot], lengths[slot])) {
                return;
            }
            at += count;
            index += count;
        }
    }

    /** This many bytes of the stream have been written. */
    void consume(long written) {
        long left = written;
        while (left > 0) {
            long untilBlock = blockCount == 0 ? controlBytes() : marks[firstBlock] - controlWritten;
            if (untilBlock > 0) {
                int count = (int) Math.min(left, untilBlock);
                controlHead += count;
                controlWritten += count;
                left -= count;
            } else if (blockCount > 0) {
                int count = (int) Math.min(left, lengths[firstBlock]);
                begins[firstBlock] += count;
                lengths[firstBlock] -= count;
                payloadBytes -= count;
                left -= count;
                if (lengths[firstBlock] == 0) {
                    firstBlock = (firstBlock + 1) & (marks.length - 1);
                    blockCount--;
                }
            } else {
                throw new IllegalStateException("written " + left + " bytes more than were waiting");
            }
        }
        if (pendingBytes() == 0) {
            reset();
        }
    }

    private void reset() {
        control = control.capacity() > KEPT_CONTROL_CAPACITY ? ByteBuffer.allocate(FIRST_CONTROL_CAPACITY) : control.clear();
        controlHead = 0;
        if (marks.length > KEPT_BLOCK_CAPACITY) {
            marks = new long[FIRST_BLOCK_CAPACITY];
            pieces = new int[FIRST_BLOCK_CAPACITY];
            begins = new int[FIRST_BLOCK_CAPACITY];
            lengths = new int[FIRST_BLOCK_CAPACITY];
            firstBlock = 0;
        }
    }
}
