package murder.wire.nio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import murder.wire.FrameDecoder;
import murder.wire.Handshake;
import murder.wire.HandshakeDecoder;
import murder.wire.MessageHandler;
import murder.wire.Outbound;
import murder.wire.Violation;
import murder.wire.WireException;

/**
 * One TCP connection to a peer. It decodes what arrives for its {@link ConnectionHandler}, and writes what is appended to
 * {@link #out()}, in order, once per turn of its {@link SelectorLoop}. It decides nothing. All methods are for the loop's thread.
 *
 * <pre>
 *   CONNECTING --> HANDSHAKING --> OPEN      (an accepted connection begins as HANDSHAKING)
 *       |               |            |
 *       +---------------+------------+--> CLOSED
 * </pre>
 */
public final class Connection {
    private enum State { CONNECTING, HANDSHAKING, OPEN, CLOSED }

    /** Reads of one connection in one turn, each of a whole read buffer, so that the others get theirs. */
    private static final int MAX_READS_PER_TURN = 4;
    /** From so many bytes on a turn has brought something, though no whole message: many segments came at once, so the link is fast. */
    private static final int MUCH_BYTES = 1 << 15;

    private final SelectorLoop loop;
    private final ConnectionHandler handler;
    /** Null until the owner names one. */
    private MessageHandler messages;
    private final PeerAddress remote;
    private final boolean incoming;
    private final FrameDecoder frames;
    private final FrameQueue out;
    /** Null once the handshake is complete. */
    private HandshakeDecoder handshake = new HandshakeDecoder();

    /** Null if no socket could be had. */
    private SocketChannel channel;

    private SelectionKey key;
    private State state;
    private long deadlineNs;
    private boolean reading = true;
    /** Whether the loop has this connection on its list of those to be flushed. */
    private boolean flushing;
    /** Whether the kernel takes no more for now; {@code OP_WRITE} is on. */
    private boolean blocked;
    private CloseReason closeReason;
    private String closeDetail;
    private Violation violation;

    /** A connection that is dialled. */
    Connection(SelectorLoop loop, ConnectionHandler handler, PeerAddress remote) {
        this(loop, handler, remote, false, State.CONNECTING);
    }

    /** A connection that was accepted. */
    Connection(SelectorLoop loop, ConnectionHandler handler, PeerAddress remote, SocketChannel channel) {
        this(loop, handler, remote, true, State.HANDSHAKING);
        this.channel = channel;
    }

    private Connection(SelectorLoop loop, ConnectionHandler handler, PeerAddress remote, boolean incoming, State state) {
        this.loop = loop;
        this.frames = new FrameDecoder(loop.frameBuffers());
        this.out = new FrameQueue(this, loop.options());
        this.handler = Objects.requireNonNull(handler, "handler");
        this.remote = remote;
        this.incoming = incoming;
        this.state = state;
    }

    // ---- what the owner asks and orders

    /** The peer's end. Of an accepted connection the port is not the one that the peer listens on. */
    public PeerAddress remote() {
        return remote;
    }

    /** Whether it was accepted, not dialled. */
    public boolean isIncoming() {
        return incoming;
    }

    public boolean isClosed() {
        return state == State.CLOSED;
    }

    /** Bytes appended and not yet taken by the kernel, blocks included. */
    int pendingBytes() {
        return (int) Math.min(Integer.MAX_VALUE, out.pendingBytes());
    }

    /**
     * Takes what is sent. It is writable while {@link #pendingBytes()} is below {@link LoopOptions#HIGH_WATER_BYTES}. It fetches
     * the bytes of a block from the {@link PayloadSource} when they are about to be written.
     */
    public Outbound out() {
        return out;
    }

    /** What the peer did wrong, if the connection was closed with {@link CloseReason#VIOLATION}; otherwise null. */
    public Violation violation() {
        return violation;
    }

    /** Where the blocks that are appended come from. Must be set before the first block is sent. */
    public void setPayloadSource(PayloadSource payloadSource) {
        out.setPayloadSource(payloadSource);
    }

    /** Who hears the peer's messages from now on. Messages that come before the first call close the connection. */
    public void setMessageHandler(MessageHandler handler) {
        messages = Objects.requireNonNull(handler, "handler");
    }

    /**
     * Stops or resumes reading from the socket, so that the peer is slowed down by TCP. What has already been read, at most one read
     * buffer, is still told. While reading is off the peer's end of the stream is not noticed.
     */
    public void setReading(boolean on) {
        reading = on;
        updateInterest();
    }

    /**
     * Ends the connection; later calls change nothing. The handler hears of it, as its last call, at the end of the turn. If the reason
     * is the owner's or the loop's, what is pending is written as far as the kernel takes it at once.
     */
    public void close(CloseReason reason, String detail) {
        assert loop.inLoop() : "not on the loop's thread";
        if (state == State.CLOSED) {
            return;
        }
        closeReason = reason;
        closeDetail = detail;
        out.end();
        frames.stop();
        if (handshake != null) {
            handshake.stop();
        }
        boolean farewell = state != State.CONNECTING
                && (reason == CloseReason.LOCAL || reason == CloseReason.IDLE_TIMEOUT || reason == CloseReason.SHUTDOWN);
        state = State.CLOSED;
        loop.closing(this, farewell);
    }

    /**
     * Appends our 68 bytes. They must be the first.
     *
     * @throws IllegalStateException if anything was appended before
     */
    public void handshake(Handshake head, PeerId self) {
        out.handshake(head, self);
    }

    // ---- what its queue reports

    void onAppended() {
        assert loop.inLoop() : "not on the loop's thread";
        if (!flushing && !blocked && state != State.CONNECTING) {
            flushing = true;
            loop.flushLater(this);
        }
    }

    /** Whoever sends does not heed {@link Outbound#isWritable}. */
    void onOverflow() {
        int most = loop.options().maxControlBytes;
        Log.LOG.log(System.Logger.Level.ERROR, "more than {0} bytes of frames wait for {1}; closing the connection", most, remote);
        close(CloseReason.OVERFLOW, "more than " + most + " bytes of frames wait to be written");
    }

    // ---- what the loop does

    /** When the connection is closed, unless its phase ends before. */
    long deadlineNs() {
        return deadlineNs;
    }

    void deadlineNs(long atNs) {
        deadlineNs = atNs;
    }

    boolean isConnecting() {
        return state == State.CONNECTING;
    }

    SocketChannel channel() {
        return channel;
    }

    void channel(SocketChannel dialled) {
        channel = dialled;
    }

    void key(SelectionKey registered) {
        key = registered;
    }

    /** The socket is ready for something. */
    void onReady() {
        if (state == State.CLOSED) {
            return;
        }
        int ready = key.readyOps();
        long decoded = frames.offset();
        long read = 0;
        if ((ready & SelectionKey.OP_CONNECT) != 0) {
            finishConnect();
        }
        if ((ready & SelectionKey.OP_READ) != 0) {
            read = read();
        }
        if ((ready & SelectionKey.OP_WRITE) != 0 && state != State.CLOSED) {
            blocked = false;
            if (!flushing) {
                flushing = true;
                loop.flushLater(this);
            }
        }
        if (ready != SelectionKey.OP_READ || state != State.OPEN || frames.offset() != decoded || read >= MUCH_BYTES) {
            loop.pacer().onProgress();
        }
    }

    private void finishConnect() {
        try {
            channel.finishConnect();
        } catch (IOException e) {
            close(CloseReason.CONNECT_FAILED, String.valueOf(e.getMessage()));
            return;
        }
        loop.connected(this);
    }

    /** TCP is up: begins the handshake. */
    void onConnected() {
        state = State.HANDSHAKING;
        updateInterest();
        if (out.pendingBytes() > 0) {
            onAppended();
        }
        try {
            handler.onConnected(this);
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    /** @return how many bytes came */
    private long read() {
        ByteBuffer in = loop.readBuffer();
        long bytes = 0;
        for (int i = 0; i < MAX_READS_PER_TURN && reading && state != State.CLOSED; i++) {
            in.clear();
            int count;
            try {
                count = channel.read(in);
            } catch (IOException e) {
                close(CloseReason.RESET, String.valueOf(e.getMessage()));
                return bytes;
            }
            if (count < 0) {
                close(CloseReason.CLOSED_BY_PEER, handshake == null ? "end of stream" : "end of stream before the end of the handshake");
                return bytes;
            }
            bytes += count;
            boolean filled = !in.hasRemaining();
            decode(in.flip());
            if (!filled) {
                return bytes;
            }
        }
        return bytes;
    }

    private void decode(ByteBuffer in) {
        try {
            if (handshake != null) {
                handshake.decode(in, handler);
                if (!handshake.isComplete() || state == State.CLOSED) {
                    return;
                }
                handshake = null;
                state = State.OPEN;
                loop.handshakeComplete(this);
            }
            if (messages != null) {
                frames.decode(in, messages);
            } else if (in.hasRemaining()) {
                close(CloseReason.LOCAL, "messages that nobody takes yet");
            }
        } catch (WireException e) {
            violation = e.violation();
            close(CloseReason.VIOLATION, e.getMessage());
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    /** The code that serves this connection has a fault. It ends this connection, and no other. */
    private void fail(RuntimeException fault) {
        Log.LOG.log(System.Logger.Level.ERROR, "a handler failed; closing the connection to " + remote, fault);
        close(CloseReason.HANDLER_FAILED, fault.toString());
    }

    /** Writes what waits, in one system call. @return whether this brought it below the low-water mark */
    boolean flush(GatherBuffers gather) {
        flushing = false;
        if (state == State.CLOSED || blocked) {
            return false;
        }
        try {
            out.gather(gather);
        } catch (IOException e) {
            gather.clear();
            close(CloseReason.READ_FAILED, String.valueOf(e.getMessage()));
            return false;
        } catch (RuntimeException e) {
            gather.clear();
            fail(e);
            return false;
        }
        try {
            out.write(gather, channel);
        } catch (IOException e) {
            close(CloseReason.RESET, String.valueOf(e.getMessage()));
            return false;
        } finally {
            gather.clear();
        }
        blocked = out.pendingBytes() > 0;
        updateInterest();
        return out.fellBelowLowWater();
    }

    void tellWritable() {
        if (state == State.CLOSED) {
            return;
        }
        try {
            handler.onWritable();
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    /** The end of the turn in which it was closed: frees the socket and tells the handler. */
    void finishClose(boolean farewell, GatherBuffers gather) {
        if (channel != null) {
            try (SocketChannel closing = channel) {
                if (farewell && !blocked && out.pendingBytes() > 0) {
                    out.writeFarewell(gather, closing);
                }
            } catch (IOException e) {
                closeDetail += "; and while closing: " + e.getMessage();
            } catch (RuntimeException e) {
                fail(e);
            } finally {
                gather.clear();
            }
        }
        try {
            handler.onClosed(closeReason, closeDetail);
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    /** Frees the socket, and tells nobody. */
    void abandon() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }

    private void updateInterest() {
        if (key == null || state == State.CLOSED || state == State.CONNECTING) {
            return;
        }
        int wanted = (reading ? SelectionKey.OP_READ : 0) | (blocked ? SelectionKey.OP_WRITE : 0);
        if (key.interestOps() != wanted) {
            key.interestOps(wanted);
        }
    }
}
