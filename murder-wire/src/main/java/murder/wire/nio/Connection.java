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
 * One TCP connection to a peer. It decodes arriving bytes for its {@link ConnectionHandler}. It
 * writes the bytes appended to {@link #out()}, in order, once per turn of its {@link SelectorLoop}.
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
     * With this many bytes a turn counts as useful, even without a complete message: many segments
     * arrived at once, so the link is fast.
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
    /** Whether the peer must still prove its membership in the swarm. */
    private boolean unproven;
    private long deadlineNs;
    private final long acceptedNs;
    private boolean reading = true;
    /** Whether the loop has this connection in its list of those with bytes to decode. */
    private boolean decodesLater;
    /** The bytes that the loop's budget counts for this connection. */
    private int heldBytes;
    /** Whether the loop has this connection in its list of those to flush. */
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

    /** The peer's address. An accepted connection has another port than the peer's listener. */
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

    /** Appended bytes, with blocks, that the kernel has not taken yet. */
    int pendingBytes() {
        return (int) Math.min(Integer.MAX_VALUE, out.pendingBytes());
    }

    /**
     * Takes the messages to send. It is writable while {@link #pendingBytes()} is below
     * {@link LoopOptions#HIGH_WATER_BYTES}. It fetches the bytes of a block from the
     * {@link PayloadSource} just before writing them.
     */
    public Outbound out() {
        return out;
    }

    /** The fault of the peer after {@link CloseReason#VIOLATION}, or null. */
    public Violation violation() {
        return violation;
    }

    /** Sets the source of appended blocks. Set it before sending the first block. */
    public void setPayloadSource(PayloadSource payloadSource) {
        out.setPayloadSource(payloadSource);
    }

    /**
     * Sets the handler of the peer's messages, from the next message on. Messages before the first
     * call close the connection.
     */
    public void setMessageHandler(MessageHandler handler) {
        in.setMessageHandler(handler);
    }

    /**
     * Keeps the limits of a connection without a complete handshake until {@link #onProven}. The
     * peer has five seconds. Call it during the call about the peer's handshake.
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
     * Stops or resumes reading from the socket, so that TCP slows the peer down. Bytes that were
     * read already, at most one read buffer, are still decoded. While reading is off, the end of
     * the peer's stream is not noticed.
     */
    public void setReading(boolean on) {
        reading = on;
        updateInterest();
    }

    /**
     * Ends the connection; later calls change nothing. The handler gets its last call at the end of
     * the turn. If the owner or the loop closes it, pending bytes are written as far as the kernel
     * takes them at once.
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
     * @throws IllegalStateException if bytes were appended before
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

    /** The connection exceeds its limit of memory. */
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

    /** The capacity of all used buffers of this connection, in bytes. */
    int heldBytes() {
        return heldBytes;
    }

    /** The time of the accept. */
    long acceptedNs() {
        return acceptedNs;
    }

    /** The deadline of the present phase. */
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

    /** Messages were decoded, perhaps not all read bytes. */
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

    /** The code of this connection has a fault. It ends only this connection. */
    void fail(RuntimeException fault) {
        Log.LOG.log(System.Logger.Level.ERROR, "a handler failed; closing the connection to " + remote, fault);
        close(CloseReason.HANDLER_FAILED, fault.toString());
    }

    /** Writes the waiting bytes, in one call. @return whether they fell below the low-water mark */
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

    /** At the end of its last turn: frees the socket and calls the handler. */
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

    /** Frees the socket without a call to the handler. */
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
