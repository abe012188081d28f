package murder.wire.nio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import murder.wire.FrameDecoder;
import murder.wire.FrameEncoder;
import murder.wire.Handshake;
import murder.wire.HandshakeDecoder;
import murder.wire.Outbound;
import murder.wire.Violation;
import murder.wire.WireException;

/**
 * One TCP connection to a peer: decodes what arrives for its {@link ConnectionHandler}, and writes what is appended here, in order, once
 * per turn of its {@link SelectorLoop}. It decides nothing. All methods are for the loop's thread.
 *
 * <pre>
 *   CONNECTING --> HANDSHAKING --> OPEN      (an accepted connection begins as HANDSHAKING)
 *       |               |            |
 *       +---------------+------------+--> CLOSED
 * </pre>
 *
 * Appending is never refused, so that no message is lost or reordered: the caller stops when {@link #isWritable()} says no, and goes on
 * at {@link ConnectionHandler#onWritable()}. Whatever is appended to a closed connection is dropped with it.
 */
public final class Connection implements Outbound {
    private enum State { CONNECTING, HANDSHAKING, OPEN, CLOSED }

    /** Reads of one connection in one turn, each of a whole read buffer, so that the others get theirs. */
    private static final int MAX_READS_PER_TURN = 4;
    /** From so many bytes on a turn has brought something, though no whole message: many segments came at once, so the link is fast. */
    private static final int MUCH_BYTES = 1 << 15;
    /** Least and most bytes of blocks to fetch for one write. */
    private static final int MIN_BURST_BYTES = 1 << 16;

    private static final int MAX_BURST_BYTES = 1 << 20;

    private final SelectorLoop loop;
    private final ConnectionHandler handler;
    private final PeerAddress remote;
    private final boolean incoming;
    private final OutboundQueue queue = new OutboundQueue();
    private final FrameDecoder frames;
    /** Null once the handshake is complete. */
    private HandshakeDecoder handshake = new HandshakeDecoder();

    /** Null if no socket could be had. */
    private SocketChannel channel;

    private SelectionKey key;
    private State state;
    private long deadlineNs;
    private PayloadSource source;
    private boolean reading = true;
    private boolean anythingAppended;
    /** Whether the loop has this connection on its list of those to be flushed. */
    private boolean flushing;
    /** Whether the kernel takes no more for now; {@code OP_WRITE} is on. */
    private boolean blocked;
    /** Whether the waiting bytes have been at or above the low-water mark since {@code onWritable} was last due. */
    private boolean aboveLowWater;
    /** How many bytes to gather for a write: follows what the kernel took, so that few blocks are fetched in vain. */
    private int burstBytes = MAX_BURST_BYTES / 4;

    private long bytesRead;
    private long bytesWritten;
    private long lastReadNs;
    private CloseReason closeReason;
    private String closeDetail;
    private Violation violation;

    /** A connection that is dialled. */
    Connection(SelectorLoop loop, ConnectionHandler handler, PeerAddress remote, long deadlineNs) {
        this(loop, handler, remote, false, State.CONNECTING, deadlineNs);
    }

    /** A connection that was accepted. */
    Connection(SelectorLoop loop, ConnectionHandler handler, PeerAddress remote, SocketChannel channel, long deadlineNs) {
        this(loop, handler, remote, true, State.HANDSHAKING, deadlineNs);
        this.channel = channel;
        this.lastReadNs = loop.nowNs();
    }

    private Connection(SelectorLoop loop, ConnectionHandler handler, PeerAddress remote, boolean incoming, State state, long deadlineNs) {
        this.loop = loop;
        this.frames = new FrameDecoder(loop.frameBuffers());
        this.handler = Objects.requireNonNull(handler, "handler");
        this.remote = remote;
        this.incoming = incoming;
        this.state = state;
        this.deadlineNs = deadlineNs;
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

    /** Bytes that came from the socket, handshake and headers included. */
    public long bytesRead() {
        return bytesRead;
    }

    /** Bytes that the kernel has taken, handshake and headers included. */
    public long bytesWritten() {
        return bytesWritten;
    }

    /** When bytes last arrived; until then, when TCP came up. On the loop's clock. */
    public long lastReadNs() {
        return lastReadNs;
    }

    /** Bytes appended and not yet taken by the kernel, blocks included. */
    public int pendingBytes() {
        return (int) Math.min(Integer.MAX_VALUE, queue.pendingBytes());
    }

    /** Whether {@link #pendingBytes()} is below {@link LoopOptions#highWaterBytes()}: whether the caller may append. */
    public boolean isWritable() {
        return queue.pendingBytes() < loop.options().highWaterBytes();
    }

    /** What the peer did wrong, if the connection was closed with {@link CloseReason#VIOLATION}; otherwise null. */
    public Violation violation() {
        return violation;
    }

    /** Where the blocks that are appended come from. Must be set before the first {@link #block}. */
    public void payloadSource(PayloadSource payloadSource) {
        source = Objects.requireNonNull(payloadSource, "payloadSource");
    }

    /**
     * Stops or resumes reading from the socket, so that the peer is slowed down by TCP. What has already been read, at most one read
     * buffer, is still told. While reading is off the peer's end of the stream is not noticed.
     */
    public void reading(boolean on) {
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
        frames.stop();
        if (handshake != null) {
            handshake.stop();
        }
        boolean farewell = state != State.CONNECTING
                && (reason == CloseReason.LOCAL || reason == CloseReason.IDLE_TIMEOUT || reason == CloseReason.SHUTDOWN);
        state = State.CLOSED;
        loop.closing(this, farewell);
    }

    // ---- the outbound stream

    /**
     * Appends our 68 bytes. They must be the first.
     *
     * @throws IllegalStateException if anything was appended before
     */
    public void handshake(Handshake head, PeerId self) {
        if (anythingAppended) {
            throw new IllegalStateException("the handshake must be the first that is sent");
        }
        if (accepts(Handshake.LENGTH_WITH_PEER_ID)) {
            ByteBuffer out = queue.reserve(Handshake.LENGTH_WITH_PEER_ID);
            head.write(out);
            self.write(out);
            appended();
        }
    }

    @Override
    public void keepAlive() {
        if (accepts(FrameEncoder.KEEP_ALIVE_LENGTH)) {
            FrameEncoder.keepAlive(queue.reserve(FrameEncoder.KEEP_ALIVE_LENGTH));
            appended();
        }
    }

    @Override
    public void choke() {
        if (accepts(FrameEncoder.SIGNAL_LENGTH)) {
            FrameEncoder.choke(queue.reserve(FrameEncoder.SIGNAL_LENGTH));
            appended();
        }
    }

    @Override
    public void unchoke() {
        if (accepts(FrameEncoder.SIGNAL_LENGTH)) {
            FrameEncoder.unchoke(queue.reserve(FrameEncoder.SIGNAL_LENGTH));
            appended();
        }
    }

    @Override
    public void interested() {
        if (accepts(FrameEncoder.SIGNAL_LENGTH)) {
            FrameEncoder.interested(queue.reserve(FrameEncoder.SIGNAL_LENGTH));
            appended();
        }
    }

    @Override
    public void notInterested() {
        if (accepts(FrameEncoder.SIGNAL_LENGTH)) {
            FrameEncoder.notInterested(queue.reserve(FrameEncoder.SIGNAL_LENGTH));
            appended();
        }
    }

    @Override
    public void haveAll() {
        if (accepts(FrameEncoder.SIGNAL_LENGTH)) {
            FrameEncoder.haveAll(queue.reserve(FrameEncoder.SIGNAL_LENGTH));
            appended();
        }
    }

    @Override
    public void haveNone() {
        if (accepts(FrameEncoder.SIGNAL_LENGTH)) {
            FrameEncoder.haveNone(queue.reserve(FrameEncoder.SIGNAL_LENGTH));
            appended();
        }
    }

    @Override
    public void have(int piece) {
        if (accepts(FrameEncoder.HAVE_LENGTH)) {
            FrameEncoder.have(queue.reserve(FrameEncoder.HAVE_LENGTH), piece);
            appended();
        }
    }

    @Override
    public void suggest(int piece) {
        if (accepts(FrameEncoder.HAVE_LENGTH)) {
            FrameEncoder.suggest(queue.reserve(FrameEncoder.HAVE_LENGTH), piece);
            appended();
        }
    }

    @Override
    public void allowedFast(int piece) {
        if (accepts(FrameEncoder.HAVE_LENGTH)) {
            FrameEncoder.allowedFast(queue.reserve(FrameEncoder.HAVE_LENGTH), piece);
            appended();
        }
    }

    @Override
    public void bitfield(byte[] bits) {
        int length = FrameEncoder.BITFIELD_HEADER_LENGTH + bits.length;
        if (accepts(length)) {
            FrameEncoder.bitfield(queue.reserve(length), bits);
            appended();
        }
    }

    @Override
    public void request(int piece, int begin, int length) {
        if (accepts(FrameEncoder.REQUEST_LENGTH)) {
            FrameEncoder.request(queue.reserve(FrameEncoder.REQUEST_LENGTH), piece, begin, length);
            appended();
        }
    }

    @Override
    public void cancel(int piece, int begin, int length) {
        if (accepts(FrameEncoder.REQUEST_LENGTH)) {
            FrameEncoder.cancel(queue.reserve(FrameEncoder.REQUEST_LENGTH), piece, begin, length);
            appended();
        }
    }

    @Override
    public void reject(int piece, int begin, int length) {
        if (accepts(FrameEncoder.REQUEST_LENGTH)) {
            FrameEncoder.reject(queue.reserve(FrameEncoder.REQUEST_LENGTH), piece, begin, length);
            appended();
        }
    }

    /**
     * {@inheritDoc} The bytes are fetched from the {@link #payloadSource} when they are about to be written.
     *
     * @throws IllegalArgumentException if the length is not in 1..1 MiB
     * @throws IllegalStateException if there is no payload source
     */
    @Override
    public void block(int piece, int begin, int length) {
        if (length <= 0 || length > FrameEncoder.MAX_BLOCK_LENGTH) {
            throw new IllegalArgumentException("block of length " + length);
        }
        if (source == null) {
            throw new IllegalStateException("a block needs a payload source");
        }
        if (accepts(FrameEncoder.BLOCK_HEADER_LENGTH)) {
            FrameEncoder.blockHeader(queue.reserve(FrameEncoder.BLOCK_HEADER_LENGTH), piece, begin, length);
            queue.block(piece, begin, length);
            appended();
        }
    }

    @Override
    public void extended(int extendedId, byte[] payload) {
        int length = FrameEncoder.EXTENDED_HEADER_LENGTH + payload.length;
        if (accepts(length)) {
            FrameEncoder.extended(queue.reserve(length), extendedId, payload);
            appended();
        }
    }

    private boolean accepts(int controlBytes) {
        assert loop.inLoop() : "not on the loop's thread";
        if (state == State.CLOSED) {
            return false;
        }
        if (controlBytes > loop.options().maxControlBytes() - queue.controlBytes()) {
            Log.LOG.log(System.Logger.Level.ERROR, "more than {0} bytes of frames wait for {1}; closing the connection",
                    loop.options().maxControlBytes(), remote);
            close(CloseReason.OVERFLOW, "more than " + loop.options().maxControlBytes() + " bytes of frames wait to be written");
            return false;
        }
        return true;
    }

    private void appended() {
        anythingAppended = true;
        aboveLowWater |= queue.pendingBytes() >= loop.options().lowWaterBytes();
        if (!flushing && !blocked && state != State.CONNECTING) {
            flushing = true;
            loop.flushLater(this);
        }
    }

    // ---- what the loop does

    long deadlineNs() {
        return deadlineNs;
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
        long read = bytesRead;
        if ((ready & SelectionKey.OP_CONNECT) != 0) {
            finishConnect();
        }
        if ((ready & SelectionKey.OP_READ) != 0) {
            read();
        }
        if ((ready & SelectionKey.OP_WRITE) != 0 && state != State.CLOSED) {
            blocked = false;
            if (!flushing) {
                flushing = true;
                loop.flushLater(this);
            }
        }
        if (ready != SelectionKey.OP_READ || state != State.OPEN || frames.offset() != decoded || bytesRead - read >= MUCH_BYTES) {
            loop.fruitful();
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
    void onConnected(long handshakeDeadlineNs) {
        state = State.HANDSHAKING;
        deadlineNs = handshakeDeadlineNs;
        lastReadNs = loop.nowNs();
        updateInterest();
        if (queue.pendingBytes() > 0) {
            appended();
        }
        handler.onConnected(this);
    }

    private void read() {
        ByteBuffer in = loop.readBuffer();
        for (int i = 0; i < MAX_READS_PER_TURN && reading && state != State.CLOSED; i++) {
            in.clear();
            int count;
            try {
                count = channel.read(in);
            } catch (IOException e) {
                close(CloseReason.RESET, String.valueOf(e.getMessage()));
                return;
            }
            if (count < 0) {
                close(CloseReason.CLOSED_BY_PEER, handshake == null ? "end of stream" : "end of stream before the end of the handshake");
                return;
            }
            if (count == 0) {
                return;
            }
            bytesRead += count;
            lastReadNs = loop.nowNs();
            boolean filled = !in.hasRemaining();
            decode(in.flip());
            if (!filled) {
                return;
            }
        }
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
            frames.decode(in, handler);
        } catch (WireException e) {
            violation = e.violation();
            close(CloseReason.VIOLATION, e.getMessage());
        }
    }

    /** Writes what waits, in one system call. @return whether this brought it below the low-water mark */
    boolean flush(GatherBuffers gather) {
        flushing = false;
        if (state == State.CLOSED || blocked) {
            return false;
        }
        try {
            queue.gather(gather, source, burstBytes);
        } catch (IOException e) {
            gather.clear();
            close(CloseReason.READ_FAILED, String.valueOf(e.getMessage()));
            return false;
        }
        long gathered = gather.bytes();
        try {
            long written = gather.writeTo(channel);
            queue.consume(written);
            bytesWritten += written;
            burstBytes = (int) Math.max(MIN_BURST_BYTES, Math.min(MAX_BURST_BYTES, written == gathered ? 2L * burstBytes : 2 * written));
        } catch (IOException e) {
            close(CloseReason.RESET, String.valueOf(e.getMessage()));
            return false;
        } finally {
            gather.clear();
        }
        blocked = queue.pendingBytes() > 0;
        updateInterest();
        if (aboveLowWater && queue.pendingBytes() < loop.options().lowWaterBytes()) {
            aboveLowWater = false;
            return true;
        }
        return false;
    }

    void tellWritable() {
        if (state != State.CLOSED) {
            handler.onWritable();
        }
    }

    /** The end of the turn in which it was closed: frees the socket and tells the handler. */
    void finishClose(boolean farewell, GatherBuffers gather) {
        if (channel != null) {
            try (SocketChannel closing = channel) {
                if (farewell && !blocked && queue.pendingBytes() > 0) {
                    queue.gather(gather, source, MAX_BURST_BYTES);
                    bytesWritten += gather.writeTo(closing);
                }
            } catch (IOException e) {
                closeDetail += "; and while closing: " + e.getMessage();
            } finally {
                gather.clear();
            }
        }
        handler.onClosed(closeReason, closeDetail);
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
