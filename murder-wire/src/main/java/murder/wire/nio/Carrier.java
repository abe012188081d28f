package murder.wire.nio;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SocketChannel;

/** The transport of a connection: its socket, or TLS over it. Loop's thread only. */
final class Carrier implements Closeable {
    /** Null if there is no socket, or before the dial. */
    private SocketChannel socket;
    /** Null without TLS, and until the socket is up. */
    private TlsChannel tls;

    /** @param accepted null for a connection that is dialled */
    Carrier(SocketChannel accepted) {
        socket = accepted;
    }

    SocketChannel socket() {
        return socket;
    }

    void socket(SocketChannel dialled) {
        socket = dialled;
    }

    /** The socket is up. */
    void onConnected(SelectorLoop loop, boolean incoming) throws IOException {
        if (loop.options.tls != null) {
            tls = new TlsChannel(socket, loop.options.tls.newEngine(!incoming), loop.tlsBuffers);
        }
    }

    ReadableByteChannel reader() {
        return tls == null ? socket : tls;
    }

    GatheringByteChannel writer() {
        return tls == null ? socket : tls;
    }

    /** Whether it takes written bytes. During TLS's handshake it does not. */
    boolean isEstablished() {
        return tls == null || tls.isEstablished();
    }

    /**
     * Whether the kernel takes no more for now.
     *
     * @param pending whether bytes were left after a write
     */
    boolean isBlocked(boolean pending) {
        return tls == null ? pending : tls.hasUnsent() || pending && tls.isEstablished();
    }

    /** Whether a read filled the buffer, so that there may be more bytes. */
    boolean hasFilled(ByteBuffer buffer) {
        return tls == null ? !buffer.hasRemaining() : tls.hasFilled();
    }

    /** The capacity of all buffers, in bytes. */
    int heldBytes() {
        return tls == null ? 0 : tls.heldBytes();
    }

    /** Frees the socket. */
    @Override
    public void close() throws IOException {
        if (socket != null) {
            socket.close();
        }
    }
}
