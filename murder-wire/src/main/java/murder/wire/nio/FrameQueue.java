package murder.wire.nio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.util.Objects;
import murder.peer.PeerId;
import murder.wire.FrameEncoder;
import murder.wire.Handshake;

/**
 * The send queue of one {@link Connection}: frames as bytes, and blocks by name. The bytes of a
 * block are fetched just before writing. Appending is never refused, so that no message is lost or
 * reordered. The caller stops when {@link #isWritable} says no, and continues at
 * {@link ConnectionHandler#onWritable()}. Frames that are appended after the end are dropped.
 * Loop's thread only.
 */
final class FrameQueue extends FrameEncoder {
    /** Least and most bytes of blocks to fetch for one write. */
    private static final int MIN_BURST_BYTES = 1 << 16;

    private static final int MAX_BURST_BYTES = 1 << 20;

    private final Connection connection;
    private final LoopOptions options;
    private OutboundQueue queue = new OutboundQueue();
    /** The most bytes of frames that may wait. */
    private int maxControlBytes;
    private boolean isFull;
    private PayloadSource source;
    private boolean ended;
    private boolean anythingAppended;
    /**
     * Whether the waiting bytes have been at or above the low-water mark since {@code onWritable}
     * was last due.
     */
    private boolean aboveLowWater;
    /**
     * The bytes to gather for a write. It follows the amounts that the kernel took, so that few
     * blocks are fetched but not written.
     */
    private int burstBytes = MAX_BURST_BYTES / 4;

    FrameQueue(Connection connection, LoopOptions options) {
        this.connection = connection;
        this.options = options;
        this.maxControlBytes = options.maxControlBytes;
    }

    // ---- appending

    void setPayloadSource(PayloadSource payloadSource) {
        source = Objects.requireNonNull(payloadSource, "payloadSource");
    }

    @Override
    public boolean isWritable() {
        return queue.pendingBytes() < options.highWaterBytes;
    }

    /** @throws IllegalStateException if bytes were appended before */
    void handshake(Handshake head, PeerId self) {
        if (anythingAppended) {
            throw new IllegalStateException("the handshake must be the first that is sent");
        }
        ByteBuffer out = reserve(Handshake.LENGTH_WITH_PEER_ID);
        if (out != null) {
            head.write(out);
            self.write(out);
            appended();
        }
    }

    /** {@inheritDoc} @throws IllegalStateException if there is no payload source */
    @Override
    public void block(int piece, int begin, int length) {
        if (source == null) {
            throw new IllegalStateException("a block needs a payload source");
        }
        super.block(piece, begin, length);
    }

    @Override
    protected ByteBuffer reserve(int length) {
        if (ended) {
            return null;
        }
        if (length > maxControlBytes - queue.controlBytes()) {
            connection.onOverflow("more than " + maxControlBytes + " bytes of frames wait to be written");
            return null;
        }
        return queue.reserve(length);
    }

    @Override
    protected void appendPayload(int piece, int begin, int length) {
        queue.block(piece, begin, length);
    }

    @Override
    protected void appended() {
        anythingAppended = true;
        aboveLowWater |= queue.pendingBytes() >= options.lowWaterBytes;
        isFull |= queue.controlBytes() > maxControlBytes - options.maxControlBytes / 2;
        connection.onAppended();
    }

    /**
     * Whether the peer must read before the loop reads from it: half of the limit is waiting,
     * without HAVEs. It ends at a quarter. Blocks do not count, because two peers that upload to
     * each other would wait for each other for ever.
     */
    boolean isFull() {
        return isFull;
    }

    /** Raises the limit of waiting frames: all pieces may be announced in one burst. */
    void setPieceCount(int pieces) {
        maxControlBytes = (int) Math.min(Integer.MAX_VALUE, options.maxControlBytes + (long) HAVE_LENGTH * pieces);
    }

    /** The capacity of all buffers, in bytes. */
    int heldBytes() {
        return queue.heldBytes();
    }

    /** Takes no more. Waiting bytes may still be written. */
    void end() {
        ended = true;
    }

    /**
     * Drops the waiting bytes, so that their memory is free while the owner still knows the
     * connection.
     */
    void release() {
        queue = new OutboundQueue();
    }

    // ---- writing

    /** Frames and blocks that the kernel has not taken, in bytes. */
    long pendingBytes() {
        return queue.pendingBytes();
    }

    /** Fetches the bytes of the next write. @throws IOException if the payload source failed */
    void gather(GatherBuffers gather) throws IOException {
        queue.gather(gather, source, burstBytes);
    }

    /** Writes the gathered bytes, in one system call. */
    void write(GatherBuffers gather, GatheringByteChannel channel) throws IOException {
        long gathered = gather.bytes();
        long written = gather.writeTo(channel);
        queue.consume(written);
        isFull &= queue.controlBytes() > options.maxControlBytes / 4;
        burstBytes = (int) Math.max(MIN_BURST_BYTES, Math.min(MAX_BURST_BYTES, written == gathered ? 2L * burstBytes : 2 * written));
    }

    /** Whether writing has brought it below the low-water mark. True only once. */
    boolean fellBelowLowWater() {
        boolean fell = aboveLowWater && queue.pendingBytes() < options.lowWaterBytes;
        aboveLowWater &= !fell;
        return fell;
    }

    /** Writes as much as the kernel takes at once. For the end of a connection. */
    void writeFarewell(GatherBuffers gather, GatheringByteChannel channel) throws IOException {
        queue.gather(gather, source, MAX_BURST_BYTES);
        gather.writeTo(channel);
    }
}
