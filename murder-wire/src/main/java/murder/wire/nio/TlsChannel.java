package murder.wire.nio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/**
 * TLS over a non-blocking socket: callers read and write plain bytes, and the socket carries
 * encrypted ones. The handshake continues with each read and each write. Until it is complete, no
 * written byte is taken. Loop's thread only.
 */
final class TlsChannel implements ReadableByteChannel, GatheringByteChannel {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SocketChannel socket;
    private final SSLEngine engine;
    private final TlsBuffers shared;
    /** An incomplete record from the socket. */
    private ByteBuffer unread = NOTHING;
    /** Encrypted bytes that the kernel has not taken yet. */
    private ByteBuffer unsent = NOTHING;
    private boolean established;
    private boolean filled;

    /** @param shared used while a method runs */
    TlsChannel(SocketChannel socket, SSLEngine engine, TlsBuffers shared) throws IOException {
        this.socket = socket;
        this.engine = engine;
        this.shared = shared;
        engine.beginHandshake();
    }

    /** Whether the handshake is complete, so that written bytes are taken. */
    boolean isEstablished() {
        return established;
    }

    /** Whether the last read filled its buffer. */
    boolean hasFilled() {
        return filled;
    }

    /** Whether the kernel must first take waiting bytes. */
    boolean hasUnsent() {
        return unsent.hasRemaining();
    }

    /** The capacity of all buffers, in bytes. */
    int heldBytes() {
        return unread.capacity() + unsent.capacity();
    }

    /** {@inheritDoc} @param to has room for a whole record at least */
    @Override
    public int read(ByteBuffer to) throws IOException {
        // Encrypted bytes are longer than plain ones, so all bytes of this read fit.
        ByteBuffer in = shared.in.clear().put(unread);
        unread = NOTHING;
        in.limit(Math.min(in.capacity(), Math.max(to.remaining(), in.position() + 1)));
        int before = to.position();
        boolean ended = socket.read(in) < 0;
        filled = !in.hasRemaining();
        in.flip();
        boolean more = in.hasRemaining();
        while (more) {
            SSLEngineResult result = engine.unwrap(in, to);
            switch (result.getStatus()) {
                case OK -> more = in.hasRemaining();
                case BUFFER_UNDERFLOW -> more = false;
                case CLOSED -> {
                    ended = true;
                    more = false;
                }
                case BUFFER_OVERFLOW -> throw new SSLException("a record of more than " + to.remaining() + " bytes");
            }
            advance();
        }
        unread = in.hasRemaining() ? copy(in) : NOTHING;
        int count = to.position() - before;
        return ended && count == 0 ? -1 : count;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        return (int) write(new ByteBuffer[] {from}, 0, 1);
    }

    @Override
    public long write(ByteBuffer[] from) throws IOException {
        return write(from, 0, from.length);
    }

    /** {@inheritDoc} The kernel may not have taken all of these bytes: see {@link #hasUnsent()}. */
    @Override
    public long write(ByteBuffer[] from, int offset, int length) throws IOException {
        advance();
        long taken = 0;
        long left = 0;
        for (int i = offset; i < offset + length; i++) {
            left += from[i].remaining();
        }
        while (established && left > 0 && !hasUnsent()) {
            ByteBuffer out = shared.out.clear();
            while (left > 0 && out.remaining() >= engine.getSession().getPacketBufferSize()) {
                SSLEngineResult result = engine.wrap(from, offset, length, out);
                if (result.bytesProduced() == 0) {
                    throw new SSLException("TLS ended: " + result.getStatus());
                }
                // None of it, if TLS must first send its own message.
                taken += result.bytesConsumed();
                left -= result.bytesConsumed();
            }
            send(out.flip());
        }
        return taken;
    }

    /**
     * Continues the handshake as far as possible without the peer. TLS's own messages wait with the
     * rest, up to the limit.
     */
    private void advance() throws IOException {
        if (hasUnsent()) {
            ByteBuffer again = unsent;
            unsent = NOTHING;
            send(again);
        }
        while (true) {
            HandshakeStatus status = engine.getHandshakeStatus();
            if (status == HandshakeStatus.NEED_TASK) {
                // A few milliseconds of cryptography. The limits of strangers bound their number.
                for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                    task.run();
                }
            } else if (status == HandshakeStatus.NEED_WRAP) {
                ByteBuffer out = shared.out.clear().put(unsent);
                unsent = NOTHING;
                boolean closed = engine.wrap(NOTHING, out).getStatus() != SSLEngineResult.Status.OK;
                send(out.flip());
                if (closed) {
                    return;
                }
            } else {
                established |= status == HandshakeStatus.NOT_HANDSHAKING;
                return;
            }
        }
    }

    private void send(ByteBuffer encrypted) throws IOException {
        socket.write(encrypted);
        unsent = encrypted.hasRemaining() ? copy(encrypted) : NOTHING;
    }

    private static ByteBuffer copy(ByteBuffer from) {
        return ByteBuffer.allocate(from.remaining()).put(from).flip();
    }

    @Override
    public boolean isOpen() {
        return socket.isOpen();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
