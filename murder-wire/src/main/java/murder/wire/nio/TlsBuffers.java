package murder.wire.nio;

import java.nio.ByteBuffer;

/** Buffers for encrypted bytes to and from a socket: one pair for all connections of a loop. */
final class TlsBuffers {
    /** Some records in one system call. */
    private static final int CAPACITY = 1 << 18;

    final ByteBuffer in = ByteBuffer.allocate(CAPACITY);
    final ByteBuffer out = ByteBuffer.allocate(CAPACITY);
}
