package murder.wire.nio;

import java.io.IOException;

/**
 * The source of the bytes of sent blocks. A connection calls it on the loop's thread, just before
 * writing.
 */
public interface PayloadSource {
    /**
     * Gives the sink exactly {@code length} bytes. If the socket takes only a part of a block, the
     * connection asks again for the rest. So it may ask for any sub-range of an appended block.
     *
     * @param begin offset in the piece, in bytes
     * @param length at least 1
     * @throws IOException closes the connection with {@link CloseReason#READ_FAILED}
     */
    void read(int piece, int begin, int length, PayloadSink out) throws IOException;
}
