package murder.wire.nio;

import java.io.IOException;

/**
 * Where a connection fetches the bytes of the blocks it sends, when the socket is about to take
 * them. Called on the loop's thread.
 */
public interface PayloadSource {
    /**
     * Gives the sink exactly {@code length} bytes. A block that the socket takes in parts is asked
     * for again, from the first byte that was not taken: any sub-range of an appended block may be
     * asked for.
     *
     * @param begin offset in the piece, in bytes
     * @param length at least 1
     * @throws IOException closes the connection with {@link CloseReason#READ_FAILED}
     */
    void read(int piece, int begin, int length, PayloadSink out) throws IOException;
}
