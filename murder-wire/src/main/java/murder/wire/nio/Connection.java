package murder.wire.nio;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import murder.wire.Handshake;
import murder.wire.MessageHandler;
import murder.wire.Outbound;
import murder.wire.Violation;
import murder.wire.WireException;

/**
 * One TCP connection to a peer. It decodes what arrives for its {@link ConnectionHandler}, and
 * writes what is appended to {@link #out()}, in order, once per turn of its {@link SelectorLoop}.
 * It decides nothing. All methods are for the loop's thread.
 *
 * <pre>
 *   CONNECTING --> HANDSHAKING --> OPEN      (an accepted connection begins as HANDSHAKING)
 *       |               |            |
 *       +---------------+------------+--> CLOSED
 * </pre>
 */
public final class Connection {
    private enum State { CONNECTING, HANDSHAKING, OPEN, CLOSED }

    /**
     * From this many bytes on a turn has brought something, even without a complete message: many
     * segments arrived at once, so the link is fast.
     */
    private static final int MUCH_BYTES = 1 << 15;

    private final SelectorLoop loop;
    private final ConnectionHandler handler;
    private final PeerAddress remote;
    private final boolean incoming;
    private final Inbound in;
    private final FrameQueue out;
    private final Carrier carrier;
    private SelectionKey key;
    private State state;
    /** Whether the peer still has to prove that it belongs to the swarm. */
    private boolean unproven;
    private long deadlineNs;
    private final long acceptedNs;
    private boolean reading = true;
    /** Whether the loop has this connection on its list of those that have something to decode. */
    private boolean decodesLater;
    /** What the loop's budget counts for this connection. */
    private int heldBytes;
    /** Whether the loop has this connection on its list of those to be flushed. */
    private boolean flushing;
    /** Whether the kernel takes no more for now; {@code OP_WRITE} is on. */
    private boolean blocked;
    private CloseReason closeReason;
    private String closeDetail;
    private Violation violation;

    /** A connection that is dialled. */
    Connection(SelectorLoop loop, ConnectionHandler handler, PeerAddress remote) {
        this(loop, handler, remote, null, State.CONNECTING);
    }

    /** A connection that was accepted. */
    Connection(SelectorLoop loop, ConnectionHandler handler, PeerAddress remote, SocketChannel channel) {
        this(loop, handler, remote, channel, State.HANDSHAKING);
    }

    private Connection(SelectorLoop loop, ConnectionHandler handler, PeerAddress remote, SocketChannel accepted, State state) {
        this.loop = loop;
        this.out = new FrameQueue(this, loop.options);
        this.in = new Inbound(this, handler, loop.frameBuffers);
        this.handler = handler;
        this.remote = remote;
        this.incoming = accepted != null;
        this.carrier = new Carrier(accepted);
        this.state = state;
        this.acceptedNs = loop.nowNs();
    }

    // ---- what the owner asks and orders

    /** The peer's end. An accepted connection has not the port that the peer listens on. */
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
     * Takes what is sent. It is writable while {@link #pendingBytes()} is below
     * {@link LoopOptions#HIGH_WATER_BYTES}. It fetches the bytes of a block from the
     * {@link PayloadSource} when they are about to be written.
     */
    public Outbound out() {
        return out;
    }

    /** What the peer did wrong if it was closed with {@link CloseReason#VIOLATION}, or null. */
    public Violation violation() {
        return violation;
    }

    /** Where the blocks that are appended come from. Must be set before the first block is sent. */
    public void setPayloadSource(PayloadSource payloadSource) {
        out.setPayloadSource(payloadSource);
    }

    /**
     * Who hears the peer's messages from now on, beginning with the one that follows the one being
     * told. Messages that come before the first call close the connection.
     */
    public void setMessageHandler(MessageHandler handler) {
        in.setMessageHandler(handler);
    }

    /**
     * Keeps the connection among those whose handshake is not complete, with their limits, until
     * {@link #onProven}. The peer has five seconds. Called while the peer's handshake is told.
     */
    public void requireProof() {
        unproven = true;
    }

    /** The peer belongs to the swarm. */
    public void onProven() {
        if (unproven && state == State.OPEN) {
            loop.proven(this);
        }
        unproven = false;
    }

    /** Sets the number of pieces. It limits a BITFIELD, and the HAVEs that wait to be written. */
    public void setPieceCount(int pieces) {
        in.setPieceCount(pieces);
        out.setPieceCount(pieces);
    }

    /**
     * Stops or resumes reading from the socket, so that the peer is slowed down by TCP. What has
     * already been read, at most one read buffer, is still told. While reading is off the peer's
     * end of the stream is not noticed.
     */
    public void setReading(boolean on) {
        reading = on;
        updateInterest();
    }

    /**
     * Ends the connection; later calls change nothing. The handler hears of it, as its last call,
     * at the end of the turn. If the reason is the owner's or the loop's, what is pending is
     * written as far as the kernel takes it at once.
     */
    public void close(CloseReason reason, String detail) {
        assert loop.inLoop() : "not on the loop's thread";
        if (state == State.CLOSED) {
            return;
        }
        closeReason = reason;
        closeDetail = detail;
        out.end();
        in.stop();
        boolean farewell = state != State.CONNECTING
                && (reason == CloseReason.LOCAL || reason == CloseReason.IDLE_TIMEOUT || reason == CloseReason.SHUTDOWN);
        state = State.CLOSED;
        if (!farewell) {
            out.release();
        }
        loop.closing(this, farewell);
        updateHeldBytes();
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
        if (out.isFull()) {
            in.pause();
            updateInterest();
        }
        updateHeldBytes();
    }

    /** The connection holds more than it may. */
    void onOverflow(String detail) {
        Log.LOG.log(System.Logger.Level.INFO, "closing the connection to {0}: {1}", remote, detail);
        close(CloseReason.OVERFLOW, detail);
    }

    private void updateHeldBytes() {
        int now = state == State.CLOSED ? 0 : out.heldBytes() + in.heldBytes() + carrier.heldBytes();
        int more = now - heldBytes;
        if (more != 0) {
            heldBytes = now;
            loop.budget.onChange(more);
        }
    }

    // ---- what the loop does

    /** The capacity of all buffers that hold something of this connection, in bytes. */
    int heldBytes() {
        return heldBytes;
    }

    /** When an accepted connection was made. */
    long acceptedNs() {
        return acceptedNs;
    }

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

    Carrier carrier() {
        return carrier;
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
        long decoded = in.offset();
        long read = 0;
        if ((ready & SelectionKey.OP_CONNECT) != 0) {
            finishConnect();
        }
        if ((ready & SelectionKey.OP_READ) != 0) {
            boolean established = carrier.isEstablished();
            read = in.read(carrier.reader(), loop.readBuffer);
            if (!established && carrier.isEstablished() && out.pendingBytes() > 0) {
                onAppended();
            }
            onDecoded();
        }
        if ((ready & SelectionKey.OP_WRITE) != 0 && state != State.CLOSED) {
            blocked = false;
            if (!flushing) {
                flushing = true;
                loop.flushLater(this);
            }
        }
        if (ready != SelectionKey.OP_READ || state != State.OPEN || in.offset() != decoded || read >= MUCH_BYTES) {
            loop.pacer.onProgress();
        }
    }

    private void finishConnect() {
        try {
            carrier.socket().finishConnect();
        } catch (IOException e) {
            close(CloseReason.CONNECT_FAILED, String.valueOf(e.getMessage()));
            return;
        }
        loop.connected(this);
    }

    /** TCP is up: begins the handshake. */
    void onConnected() {
        state = State.HANDSHAKING;
        try {
            carrier.onConnected(loop, incoming);
        } catch (IOException e) {
            close(CloseReason.CONNECT_FAILED, String.valueOf(e.getMessage()));
            return;
        }
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

    boolean mayRead() {
        return reading && !in.hasUndecoded() && state != State.CLOSED && !out.isFull();
    }

    /** Something was decoded; perhaps not everything that was read. */
    private void onDecoded() {
        decodeLater();
        updateInterest();
        updateHeldBytes();
    }

    private void decodeLater() {
        if (in.hasUndecoded() && !out.isFull() && !decodesLater) {
            decodesLater = true;
            loop.decodeLater(this);
        }
    }

    /** A later turn: decodes bytes that were read before. */
    void decodeKept() {
        decodesLater = false;
        if (in.hasUndecoded() && !out.isFull()) {
            loop.pacer.onProgress();
            in.decodeKept();
            onDecoded();
        }
    }

    void onHandshakeComplete() {
        state = State.OPEN;
        loop.handshakeComplete(this, unproven);
    }

    void onViolation(WireException e) {
        violation = e.violation();
        close(CloseReason.VIOLATION, e.getMessage());
    }

    /** The code that serves this connection has a fault. It ends this connection, and no other. */
    void fail(RuntimeException fault) {
        Log.LOG.log(System.Logger.Level.ERROR, "a handler failed; closing the connection to " + remote, fault);
        close(CloseReason.HANDLER_FAILED, fault.toString());
    }

    /** Writes what waits, in one call. @return whether it fell below the low-water mark */
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
            out.write(gather, carrier.writer());
        } catch (IOException e) {
            close(CloseReason.RESET, String.valueOf(e.getMessage()));
            return false;
        } finally {
            gather.clear();
        }
        blocked = carrier.isBlocked(out.pendingBytes() > 0);
        decodeLater();
        updateInterest();
        updateHeldBytes();
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

    /** The end of the turn in which it was closed: frees the socket and calls the handler. */
    void finishClose(boolean farewell, GatherBuffers gather) {
        if (carrier.socket() != null) {
            try (carrier) {
                if (farewell && !blocked && out.pendingBytes() > 0) {
                    out.writeFarewell(gather, carrier.writer());
                }
            } catch (IOException e) {
                closeDetail += "; and while closing: " + e.getMessage();
            } catch (RuntimeException e) {
                fail(e);
            } finally {
                gather.clear();
                out.release();
            }
        }
        try {
            handler.onClosed(closeReason, closeDetail);
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    /** Frees the socket, and calls no handler. */
    void abandon() throws IOException {
        carrier.close();
    }

    /** Whether it waits for the kernel. For tests. */
    boolean wantsToWrite() {
        return (key.interestOps() & SelectionKey.OP_WRITE) != 0;
    }

    private void updateInterest() {
        if (key == null || state == State.CLOSED || state == State.CONNECTING) {
            return;
        }
        int wanted = (mayRead() ? SelectionKey.OP_READ : 0) | (blocked ? SelectionKey.OP_WRITE : 0);
        if (key.interestOps() != wanted) {
            key.interestOps(wanted);
        }
    }
}
