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
 * TLS over a socket that does not block: what is read and written here is plain, what the socket
 * carries is not. The handshake goes on with each read and each write. Until it is complete,
 * nothing that is written is taken. Loop's thread only.
 */
final class TlsChannel implements ReadableByteChannel, GatheringByteChannel {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SocketChannel socket;
    private final SSLEngine engine;
    private final TlsBuffers shared;
    /** Came from the socket, and is no whole record yet. */
    private ByteBuffer unread = NOTHING;
    /** Encrypted, and not taken by the kernel yet. */
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

    /** Whether the handshake is complete, so that what is written is taken. */
    boolean isEstablished() {
        return established;
    }

    /** Whether the last read brought as much as it could take. */
    boolean hasFilled() {
        return filled;
    }

    /** Whether the kernel has to take something first. */
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
        // What was encrypted is longer than what is plain, so all that is read now finds room.
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

    /**
     * {@inheritDoc} Of what it takes, the kernel may not have taken all: see {@link #hasUnsent()}.
     */
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
                // None of it, if TLS has a message of its own to send first.
                taken += result.bytesConsumed();
                left -= result.bytesConsumed();
            }
            send(out.flip());
        }
        return taken;
    }

    /**
     * Takes the handshake as far as it goes without the peer. What TLS says by itself waits with
     * the rest, up to the room there is.
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
                // A few milliseconds of cryptography. The limits of strangers say how often.
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
