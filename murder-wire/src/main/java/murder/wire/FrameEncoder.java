package murder.wire;

import java.nio.ByteBuffer;

/**
 * Encodes messages as frames, one after the other (BEP 3, 6, 10). Only this class knows the layout
 * of a message. A subclass provides the room for each frame and handles the bytes of blocks. It
 * allocates nothing.
 *
 * <p>It does not check arguments again, except the length of a block.
 */
public abstract class FrameEncoder implements Outbound {
    /** The limit of a frame's length prefix: a block of 1 MiB with its id, piece and begin. */
    public static final int MAX_FRAME_LENGTH = (1 << 20) + 9;
    /** The longest block that fits into a frame, and so the longest request, in bytes. */
    public static final int MAX_BLOCK_LENGTH = MAX_FRAME_LENGTH - 9;

    public static final int KEEP_ALIVE_LENGTH = 4;
    /** Choke, unchoke, interested, not interested, have all and have none. */
    public static final int SIGNAL_LENGTH = 5;
    /** Have, suggest and allowed fast. */
    public static final int HAVE_LENGTH = 9;
    /** Request, cancel and reject. */
    public static final int REQUEST_LENGTH = 17;
    /** The part before the bytes of a block. */
    public static final int BLOCK_HEADER_LENGTH = 13;
    /** The part before the bytes of a bitfield. */
    public static final int BITFIELD_HEADER_LENGTH = 5;
    /** The part before the payload of an extension message. */
    public static final int EXTENDED_HEADER_LENGTH = 6;

    /** The length prefix of a frame, which does not count itself. */
    private static final int PREFIX_LENGTH = 4;

    protected FrameEncoder() {
    }

    /**
     * Room for the next frame; for a block only for its header. The caller fills exactly
     * {@code length} bytes at the buffer's position, and then calls {@link #appended}.
     *
     * @return a big-endian buffer; null to drop the frame
     */
    protected abstract ByteBuffer reserve(int length);

    /** The header of a block was written; its bytes follow. Called before {@link #appended}. */
    protected abstract void appendPayload(int piece, int begin, int length);

    /** A frame is complete. */
    protected abstract void appended();

    @Override
    public void keepAlive() {
        ByteBuffer out = reserve(KEEP_ALIVE_LENGTH);
        if (out != null) {
            out.putInt(0);
            appended();
        }
    }

    @Override
    public void choke() {
        signal(MessageType.CHOKE);
    }

    @Override
    public void unchoke() {
        signal(MessageType.UNCHOKE);
    }

    @Override
    public void interested() {
        signal(MessageType.INTERESTED);
    }

    @Override
    public void notInterested() {
        signal(MessageType.NOT_INTERESTED);
    }

    @Override
    public void have(int piece) {
        onePiece(MessageType.HAVE, piece);
    }

    @Override
    public void bitfield(byte[] bits) {
        ByteBuffer out = begin(MessageType.BITFIELD, BITFIELD_HEADER_LENGTH + bits.length);
        if (out != null) {
            out.put(bits);
            appended();
        }
    }

    @Override
    public void request(int piece, int begin, int length) {
        oneBlock(MessageType.REQUEST, piece, begin, length);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the length is not in 1..1 MiB
     */
    @Override
    public void block(int piece, int begin, int length) {
        if (length <= 0 || length > MAX_BLOCK_LENGTH) {
            throw new IllegalArgumentException("block of length " + length);
        }
        ByteBuffer out = reserve(BLOCK_HEADER_LENGTH);
        if (out != null) {
            out.putInt(BLOCK_HEADER_LENGTH - PREFIX_LENGTH + length).put((byte) MessageType.BLOCK.id()).putInt(piece).putInt(begin);
            appendPayload(piece, begin, length);
            appended();
        }
    }

    @Override
    public void cancel(int piece, int begin, int length) {
        oneBlock(MessageType.CANCEL, piece, begin, length);
    }

    @Override
    public void haveAll() {
        signal(MessageType.HAVE_ALL);
    }

    @Override
    public void haveNone() {
        signal(MessageType.HAVE_NONE);
    }

    @Override
    public void reject(int piece, int begin, int length) {
        oneBlock(MessageType.REJECT, piece, begin, length);
    }

    @Override
    public void allowedFast(int piece) {
        onePiece(MessageType.ALLOWED_FAST, piece);
    }

    @Override
    public void suggest(int piece) {
        onePiece(MessageType.SUGGEST, piece);
    }

    @Override
    public void extended(int extendedId, byte[] payload) {
        ByteBuffer out = begin(MessageType.EXTENDED, EXTENDED_HEADER_LENGTH + payload.length);
        if (out != null) {
            out.put((byte) extendedId).put(payload);
            appended();
        }
    }

    private void signal(MessageType type) {
        if (begin(type, SIGNAL_LENGTH) != null) {
            appended();
        }
    }

    private void onePiece(MessageType type, int piece) {
        ByteBuffer out = begin(type, HAVE_LENGTH);
        if (out != null) {
            out.putInt(piece);
            appended();
        }
    }

    private void oneBlock(MessageType type, int piece, int begin, int length) {
        ByteBuffer out = begin(type, REQUEST_LENGTH);
        if (out != null) {
            out.putInt(piece).putInt(begin).putInt(length);
            appended();
        }
    }

    /** Writes the beginning of every frame. @param length of the frame, prefix included */
    private ByteBuffer begin(MessageType type, int length) {
        ByteBuffer out = reserve(length);
        return out == null ? null : out.putInt(length - PREFIX_LENGTH).put((byte) type.id());
    }
}
