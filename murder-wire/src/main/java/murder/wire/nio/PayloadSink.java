package murder.wire.nio;

import java.nio.ByteBuffer;

/** Takes the bytes of a block from its {@link PayloadSource}, in order. */
public interface PayloadSink {
    /**
     * The next bytes of the block. Buffers should be direct (mapped ones are written without a
     * copy). Position, limit and content must not change until the loop's turn ends; using the same
     * buffer for many blocks saves an object for each.
     *
     * @param index of the first byte in the buffer, independent of its position
     * @param length at least 1
     */
    void add(ByteBuffer buffer, int index, int length);
}
