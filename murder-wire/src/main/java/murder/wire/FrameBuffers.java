package murder.wire;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * Room for long frames that arrive in parts: 128 KiB blocks above all. Shared by the decoders of
 * one thread, so that a connection holds such room only while it is in the middle of such a frame,
 * and nothing is allocated for one after the other. Keeps at most {@value #MAX_IDLE} buffers for
 * later. Not thread-safe.
 */
public final class FrameBuffers {
    /** The longest block that peers usually ask for, 128 KiB, with its header. */
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
