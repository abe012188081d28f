package murder.wire;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * Buffers for long frames that arrive in parts, mainly blocks of 128 KiB. The decoders of one
 * thread share them. So a connection holds a buffer only in the middle of such a frame, and frames
 * allocate no buffers. Keeps at most {@value #MAX_IDLE} free buffers. Not thread-safe.
 */
public final class FrameBuffers {
    /** The longest usual block, 128 KiB, with its header. */
    static final int LENGTH = FrameEncoder.BLOCK_HEADER_LENGTH + (1 << 17);

    private static final int MAX_IDLE = 32;

    private final ArrayDeque<ByteBuffer> idle = new ArrayDeque<>();

    public FrameBuffers() {}

    ByteBuffer take() {
        ByteBuffer buffer = idle.poll();
        return buffer == null ? ByteBuffer.allocate(LENGTH) : buffer.clear();
    }

    void giveBack(ByteBuffer buffer) {
        if (idle.size() < MAX_IDLE) {
            idle.push(buffer);
        }
    }
}
