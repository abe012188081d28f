package murder.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Cuts the stream after the handshake into messages (BEP 3, 5, 6, 10), for any split of the stream.
 * It decodes a complete frame in place, and keeps the part of a frame at the end of a buffer. It
 * checks the length of a frame when its id has arrived, before it keeps any byte. It makes room
 * only for bytes that have arrived.
 *
 * <p>A message costs only the call of the handler. The decoder holds at most
 * {@value #KEPT_CAPACITY} bytes between messages, and in a message at most
 * {@link FrameEncoder#MAX_FRAME_LENGTH} + 4. Longer frames use {@link FrameBuffers}, and even
 * longer ones are allocated. Not thread-safe; do not use it after an exception.
 */
public final class FrameDecoder {
    /**
     * One block of 16 KiB with its header: a buffer of this size is kept for the next frame, a
     * larger one is returned.
     */
    private static final int KEPT_CAPACITY = FrameEncoder.BLOCK_HEADER_LENGTH + (1 << 14);

    private static final int PREFIX = 4;
    private static final int PREFIX_AND_ID = 5;
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private final FrameBuffers buffers;
    /** The beginning of an incomplete frame: bytes 0 to position. */
    private ByteBuffer tail = EMPTY;
    /** The buffer of a longer tail. */
    private ByteBuffer kept = EMPTY;
    /** Bytes of a message of unknown id that are still to be skipped. */
    private int skip;
    /** Offset of the present frame in the stream of frames, for error texts. */
    private long offset;

    /** The required length of a BITFIELD; -1 while unknown. */
    private int bitfieldLength = -1;
    /** Messages that this call of {@link #decode} may still deliver. */
    private int left;
    private boolean decoding;
    private boolean stopped;

    /** A decoder at the beginning of the stream of frames, after the handshake. */
    public FrameDecoder() {
        this(new FrameBuffers());
    }

    /** The same, with buffers for long frames that other decoders of this thread share. */
    public FrameDecoder(FrameBuffers buffers) {
        this.buffers = buffers;
    }

    /**
     * From now on a BITFIELD must have this number of pieces. Another length is refused before any
     * byte is kept.
     */
    public void setPieceCount(int pieces) {
        bitfieldLength = 1 + (pieces + 7) / 8;
    }

    /** The capacity of all buffers that hold parts of frames, in bytes. */
    public int heldBytes() {
        return tail.capacity() + kept.capacity();
    }

    /** Bytes of all completely decoded frames. */
    public long offset() {
        return offset;
    }

    /**
     * Makes {@link #decode} return without another call to the handler, now and later, and frees
     * the kept bytes. For the code that closes the connection.
     */
    public void stop() {
        stopped = true;
        if (!decoding) {
            dropTail();
        }
    }

    /**
     * Decodes all messages that are complete with these bytes, and keeps the rest. {@code in} is
     * empty afterwards, unless decoding was stopped. The handler gets {@code in} itself, or the
     * kept bytes, narrowed.
     *
     * @throws WireException for a fault in the stream, or from the handler; the connection must be
     *     closed
     */
    public void decode(ByteBuffer in, MessageHandler handler) throws WireException {
        decode(in, handler, Integer.MAX_VALUE);
    }

    /**
     * The same, but leaves the rest in {@code in} after this many messages, or when {@link #pause}
     * was called.
     *
     * @return {@code most} minus the number of delivered messages; 0 if it was paused
     */
    public int decode(ByteBuffer in, MessageHandler handler, int most) throws WireException {
        in.order(ByteOrder.BIG_ENDIAN);
        decoding = true;
        left = most;
        try {
            while (in.hasRemaining() && left > 0 && !stopped) {
                decodeNext(in, handler);
            }
        } finally {
            decoding = false;
        }
        if (stopped) {
            dropTail();
        }
        return left;
    }

    /**
     * Makes a running {@link #decode} return after this message. For a handler that can take no
     * more for now.
     */
    public void pause() {
        left = 0;
    }

    private void decodeNext(ByteBuffer in, MessageHandler handler) throws WireException {
        if (skip > 0) {
            int count = Math.min(skip, in.remaining());
            in.position(in.position() + count);
            skip -= count;
        } else if (tail.position() > 0 || wanted(in, in.position(), in.remaining()) > in.remaining()) {
            carryOver(in, handler);
        } else {
            deliver(in, handler);
        }
    }

    /** Adds missing bytes to the tail for the next decision, and delivers a complete frame. */
    private void carryOver(ByteBuffer in, MessageHandler handler) throws WireException {
        int wanted = wanted(tail, 0, tail.position());
        int count = Math.min(in.remaining(), wanted - tail.position());
        ensureCapacity(tail.position() + count, wanted);
        tail.put(tail.position(), in, in.position(), count);
        tail.position(tail.position() + count);
        in.position(in.position() + count);
        if (wanted(tail, 0, tail.position()) <= tail.position()) {
            tail.flip();
            deliver(tail, handler);
            dropTail();
        }
    }

    private void dropTail() {
        if (tail.capacity() <= KEPT_CAPACITY) {
            tail.clear();
            return;
        }
        if (tail.capacity() == FrameBuffers.LENGTH) {
            buffers.giveBack(tail);
        }
        tail = kept;
        kept = EMPTY;
    }

    private void ensureCapacity(int needed, int frame) {
        if (tail.capacity() >= needed) {
            return;
        }
        ByteBuffer larger;
        if (needed <= KEPT_CAPACITY) {
            larger = ByteBuffer.allocate(Math.min(Math.min(frame, KEPT_CAPACITY), Math.max(needed, 2 * tail.capacity())));
        } else if (frame <= FrameBuffers.LENGTH) {
            larger = buffers.take();
        } else {
            larger = ByteBuffer.allocate(Math.min(frame, Math.max(needed, 2 * tail.capacity())));
        }
        larger.put(tail.flip());
        if (needed > KEPT_CAPACITY && tail.capacity() <= KEPT_CAPACITY) {
            kept = tail.clear();
        }
        tail = larger;
    }

    /**
     * The number of contiguous bytes of a frame for the next step: its prefix, its prefix and id,
     * or all bytes that {@link #deliver} needs. If the result is at most {@code available}, the
     * frame can be delivered.
     */
    private int wanted(ByteBuffer buffer, int at, int available) throws WireException {
        if (available < PREFIX) {
            return PREFIX;
        }
        int length = buffer.getInt(at);
        if (length < 0 || length > FrameEncoder.MAX_FRAME_LENGTH) {
            throw violation(Violation.FRAME_TOO_LONG, "length " + Integer.toUnsignedString(length) + ", at most "
                    + FrameEncoder.MAX_FRAME_LENGTH);
        }
        if (length == 0) {
            return PREFIX;
        }
        if (available < PREFIX_AND_ID) {
            return PREFIX_AND_ID;
        }
        MessageType type = MessageType.ofId(buffer.get(at + PREFIX) & 0xff);
        checkLength(type, length);
        return type == MessageType.UNKNOWN ? PREFIX_AND_ID : PREFIX + length;
    }

    private void checkLength(MessageType type, int length) throws WireException {
        if (type == MessageType.BITFIELD && bitfieldLength >= 0 && length != bitfieldLength) {
            throw violation(Violation.BAD_BITFIELD, "length " + length + ", not " + bitfieldLength);
        }
        boolean right = switch (type) {
            case CHOKE, UNCHOKE, INTERESTED, NOT_INTERESTED, HAVE_ALL, HAVE_NONE -> length == 1;
            case HAVE, SUGGEST, ALLOWED_FAST -> length == 5;
            case REQUEST, CANCEL, REJECT -> length == 13;
            case PORT -> length == 3;
            case BLOCK -> length > 9;
            case EXTENDED -> length >= 2;
            case BITFIELD, UNKNOWN, KEEP_ALIVE -> true;
        };
        if (!right) {
            throw violation(Violation.BAD_MESSAGE_LENGTH, type + " of length " + length);
        }
    }

    /**
     * Calls the handler for the complete frame at the buffer's position, and moves the position to
     * its end.
     */
    private void deliver(ByteBuffer in, MessageHandler handler) throws WireException {
        left--;
        int start = in.position();
        int length = in.getInt(start);
        int end = start + PREFIX + length;
        if (length == 0) {
            in.position(end);
            offset += PREFIX;
            handler.onKeepAlive();
            return;
        }
        int id = in.get(start + PREFIX) & 0xff;
        MessageType type = MessageType.ofId(id);
        if (type == MessageType.UNKNOWN) {
            in.position(start + PREFIX_AND_ID);
            skip = length - 1;
            offset += PREFIX + length;
            handler.onUnknown(id, length - 1);
            return;
        }
        int limit = in.limit();
        in.limit(end).position(start + PREFIX_AND_ID);
        dispatch(type, in, handler);
        in.limit(limit).position(end).order(ByteOrder.BIG_ENDIAN);
        offset += PREFIX + length;
    }

    private void dispatch(MessageType type, ByteBuffer in, MessageHandler handler) throws WireException {
        switch (type) {
            case CHOKE -> handler.onChoke();
            case UNCHOKE -> handler.onUnchoke();
            case INTERESTED -> handler.onInterested();
            case NOT_INTERESTED -> handler.onNotInterested();
            case HAVE -> handler.onHave(piece(type, in));
            case BITFIELD -> handler.onBitfield(in);
            case REQUEST, CANCEL, REJECT -> oneBlock(type, in, handler);
            case BLOCK -> block(in, handler);
            case PORT -> handler.onPort(in.getShort() & 0xffff);
            case SUGGEST -> handler.onSuggest(piece(type, in));
            case HAVE_ALL -> handler.onHaveAll();
            case HAVE_NONE -> handler.onHaveNone();
            case ALLOWED_FAST -> handler.onAllowedFast(piece(type, in));
            case EXTENDED -> handler.onExtended(in.get() & 0xff, in);
            case KEEP_ALIVE, UNKNOWN -> throw new IllegalStateException(type + " has no id");
        }
    }

    private void oneBlock(MessageType type, ByteBuffer in, MessageHandler handler) throws WireException {
        int piece = piece(type, in);
        int begin = in.getInt();
        int length = in.getInt();
        if (length <= 0 || length > FrameEncoder.MAX_BLOCK_LENGTH || !isInsideSomePiece(begin, length)) {
            throw violation(Violation.BAD_REQUEST, type + " of begin " + Integer.toUnsignedString(begin) + " and length "
                    + Integer.toUnsignedString(length));
        }
        if (type == MessageType.REQUEST) {
            handler.onRequest(piece, begin, length);
        } else if (type == MessageType.CANCEL) {
            handler.onCancel(piece, begin, length);
        } else {
            handler.onReject(piece, begin, length);
        }
    }

    private void block(ByteBuffer in, MessageHandler handler) throws WireException {
        int piece = piece(MessageType.BLOCK, in);
        int begin = in.getInt();
        if (!isInsideSomePiece(begin, in.remaining())) {
            throw violation(Violation.BAD_BLOCK, "BLOCK of begin " + Integer.toUnsignedString(begin) + " and length " + in.remaining());
        }
        handler.onBlock(piece, begin, in);
    }

    /**
     * Numbers on the wire are unsigned. This refuses numbers that an {@code int}, or the sum of
     * two, cannot hold.
     */
    private static boolean isInsideSomePiece(int begin, int length) {
        return begin >= 0 && (long) begin + length <= Integer.MAX_VALUE;
    }

    private int piece(MessageType type, ByteBuffer in) throws WireException {
        int piece = in.getInt();
        if (piece < 0) {
            throw violation(Violation.BAD_PIECE_INDEX, type + " of piece " + Integer.toUnsignedString(piece));
        }
        return piece;
    }

    private WireException violation(Violation violation, String detail) {
        return new WireException(violation, detail + ", in the frame at byte " + offset);
    }
}
