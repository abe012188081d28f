package murder.wire.nio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * One gathering write in the making: a loop has one of these and uses it for each of its connections in turn. Frame bytes are copied
 * into a direct buffer, since the JDK would copy heap buffers into a temporary one each; slices of blocks are handed to the kernel as
 * they are.
 */
final class GatherBuffers {
    private static final int CONTROL_CAPACITY = 1 << 16;
    /** Pairs of header and block in a write. */
    private static final int MAX_BLOCKS = 64;
    /** Buffers in a write: well below the kernel's {@code IOV_MAX} of 1024, above two for each block, as a block may lie in many files. */
    private static final int MAX_BUFFERS = 512;

    private final ByteBuffer control = ByteBuffer.allocateDirect(CONTROL_CAPACITY);
    /** Windows into {@code control}, made once. */
    private final ByteBuffer[] windows = new ByteBuffer[MAX_BLOCKS + 1];

    private final ByteBuffer[] buffers = new ByteBuffer[MAX_BUFFERS];
    private final List<ByteBuffer> slices = new ArrayList<>();
    private int windowCount;
    private int bufferCount;
    private long bytes;

    GatherBuffers() {
        for (int i = 0; i < windows.length; i++) {
            windows[i] = control.duplicate();
        }
    }

    /** Forgets everything, so that the memory behind the slices can be freed. */
    void clear() {
        control.clear();
        for (int i = 0; i < bufferCount; i++) {
            buffers[i] = null;
        }
        windowCount = 0;
        bufferCount = 0;
        bytes = 0;
    }

    /** Bytes gathered so far. */
    long bytes() {
        return bytes;
    }

    /** Takes up to {@code count} bytes of {@code from}, starting at {@code index}. @return how many were taken */
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

    /** Fetches a block. @return whether all of it was taken and there may be room for another */
    boolean addPayload(PayloadSource source, int piece, int begin, int length) throws IOException {
        slices.clear();
        source.read(piece, begin, length, slices);
        long got = 0;
        boolean whole = true;
        for (ByteBuffer slice : slices) {
            got += slice.remaining();
            whole &= bufferCount < buffers.length;
            if (whole) {
                buffers[bufferCount++] = slice;
                bytes += slice.remaining();
            }
        }
        slices.clear();
        if (got != length) {
            throw new IllegalStateException("payload source gave " + got + " bytes for piece " + piece + ", begin " + begin
                    + ", length " + length);
        }
        return whole;
    }

    /** One system call. @return how many bytes the channel took */
    long writeTo(GatheringByteChannel channel) throws IOException {
        return channel.write(buffers, 0, bufferCount);
    }
}
