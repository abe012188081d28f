package murder.wire.nio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** Where a connection fetches the bytes of the blocks it sends, when the socket is about to take them. Called on the loop's thread. */
public interface PayloadSource {
    /**
     * Appends buffers that hold together exactly {@code length} bytes between their positions and limits. They should be direct (mapped
     * ones are written without a copy) and are the loop's to consume; their content must stay until the loop's turn ends. A block that
     * the socket takes in parts is asked for again, from the first byte that was not taken: any sub-range of an appended block may be
     * asked for.
     *
     * @param begin offset in the piece, in bytes
     * @param length at least 1
     * @throws IOException closes the connection with {@link CloseReason#READ_FAILED}
     */
    void read(int piece, int begin, int length, List<ByteBuffer> out) throws IOException;
}
