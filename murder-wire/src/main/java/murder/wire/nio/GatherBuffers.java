package murder.wire.nio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.util.Arrays;

/**
 * Prepares one gathering write. A loop has one of these for all its connections. Frame bytes are
 * copied into a direct buffer, because the JDK would copy each heap buffer into a temporary one.
 * Slices of blocks go to the kernel without a copy. Views of mapped windows are kept for the next
 * write, so that a block allocates no object.
 */
final class GatherBuffers implements PayloadSink {
    private static final int CONTROL_CAPACITY = 1 << 16;
    /** Pairs of header and block in a write. */
    private static final int MAX_BLOCKS = 64;
    /**
     * Buffers in a write: well below the kernel's {@code IOV_MAX} of 1024, but more than two for
     * each block, because a block may lie in many files.
     */
    private static final int MAX_BUFFERS = 512;

    private final ByteBuffer control = ByteBuffer.allocateDirect(CONTROL_CAPACITY);
    /** Windows into {@code control}, made once. */
    private final ByteBuffer[] windows = new ByteBuffer[MAX_BLOCKS + 1];

    private final ByteBuffer[] buffers = new ByteBuffer[MAX_BUFFERS];
    /**
     * The direct buffer for each place in {@code buffers}, from this write or an earlier one, and a
     * view of it.
     */
    private final ByteBuffer[] given = new ByteBuffer[MAX_BUFFERS];

    private final ByteBuffer[] views = new ByteBuffer[MAX_BUFFERS];
    private int windowCount;
    private int bufferCount;
    private long bytes;
    /** The present block: its fetched bytes, and whether all of it fits. */
    private long got;

    private boolean whole;

    GatherBuffers() {
        for (int i = 0; i < windows.length; i++) {
            windows[i] = control.duplicate();
        }
    }

    /** Ready for the next write. */
    void clear() {
        control.clear();
        Arrays.fill(buffers, 0, bufferCount, null);
        windowCount = 0;
        bufferCount = 0;
        bytes = 0;
    }

    /** Drops all buffers, so that their memory can be freed. */
    void forget() {
        clear();
        Arrays.fill(given, null);
        Arrays.fill(views, null);
    }

    /** Bytes gathered so far. */
    long bytes() {
        return bytes;
    }

    /**
     * Takes up to {@code count} bytes of {@code from}, starting at {@code index}.
     *
     * @return how many were taken
     */
    int addControl(ByteBuffer from, int index, int count) {
        if (windowCount == windows.length || bufferCount == buffers.length) {
            return 0;
        }
        int taken = Math.min(count, control.remaining());
        if (taken > 0) {
            int start = control.position();
            control.put(start, from, index, taken).position(start + taken);
            buffers[bufferCount++] = windows[windowCount++].limit(start + taken).position(start);
            bytes += taken;
        }
        return taken;
    }

    /** Fetches a block. @return whether all of it fits and there may be room for another */
    boolean addPayload(PayloadSource source, int piece, int begin, int length) throws IOException {
        got = 0;
        whole = true;
        source.read(piece, begin, length, this);
        if (got != length) {
            throw new IllegalStateException("payload source gave " + got + " bytes for piece " + piece + ", begin " + begin
                    + ", length " + length);
        }
        return whole;
    }

    @Override
    public void add(ByteBuffer buffer, int index, int length) {
        got += length;
        whole &= bufferCount < buffers.length;
        if (whole) {
            buffers[bufferCount] = buffer.isDirect() ? view(buffer).limit(index + length).position(index) : buffer.slice(index, length);
            bufferCount++;
            bytes += length;
        }
    }

    private ByteBuffer view(ByteBuffer buffer) {
        if (given[bufferCount] != buffer) {
            given[bufferCount] = buffer;
            views[bufferCount] = buffer.duplicate();
        }
        return views[bufferCount];
    }

    /** One system call. @return how many bytes the channel took */
    long writeTo(GatheringByteChannel channel) throws IOException {
        return channel.write(buffers, 0, bufferCount);
    }
}
