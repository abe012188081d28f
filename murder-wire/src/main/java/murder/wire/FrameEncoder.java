package murder.wire;

import java.nio.ByteBuffer;

/**
 * Writes peer-wire messages, each as one whole frame, at a buffer's position (BEP 3, 5, 6, 10). Buffers must be big-endian and have the
 * room that the constants tell; arguments are the caller's own and not checked again. Allocates nothing.
 */
public final class FrameEncoder {
    /** The most that the length prefix of a frame may say: a block of 1 MiB with its id, piece and begin. */
    public static final int MAX_FRAME_LENGTH = (1 << 20) + 9;
    /** The longest block that fits in a frame, and so the most that a request may ask for, in bytes. */
    public static final int MAX_BLOCK_LENGTH = MAX_FRAME_LENGTH - 9;

    public static final int KEEP_ALIVE_LENGTH = 4;
    /** Choke, unchoke, interested, not interested, have all and have none. */
    public static final int SIGNAL_LENGTH = 5;
    /** Have, suggest and allowed fast. */
    public static final int HAVE_LENGTH = 9;
    /** Request, cancel and reject. */
    public static final int REQUEST_LENGTH = 17;
    public static final int PORT_LENGTH = 7;
    /** What stands before the bytes of a block. */
    public static final int BLOCK_HEADER_LENGTH = 13;
    /** What stands before the bytes of a bitfield. */
    public static final int BITFIELD_HEADER_LENGTH = 5;
    /** What stands before the payload of an extension message. */
    public static final int EXTENDED_HEADER_LENGTH = 6;

    private FrameEncoder() {}

    public static void keepAlive(ByteBuffer out) {
        out.putInt(0);
    }

    public static void choke(ByteBuffer out) {
        signal(out, MessageType.CHOKE);
    }

    public static void unchoke(ByteBuffer out) {
        signal(out, MessageType.UNCHOKE);
    }

    public static void interested(ByteBuffer out) {
        signal(out, MessageType.INTERESTED);
    }

    public static void notInterested(ByteBuffer out) {
        signal(out, MessageType.NOT_INTERESTED);
    }

    public static void haveAll(ByteBuffer out) {
        signal(out, MessageType.HAVE_ALL);
    }

    public static void haveNone(ByteBuffer out) {
        signal(out, MessageType.HAVE_NONE);
    }

    public static void have(ByteBuffer out, int piece) {
        onePiece(out, MessageType.HAVE, piece);
    }

    public static void suggest(ByteBuffer out, int piece) {
        onePiece(out, MessageType.SUGGEST, piece);
    }

    public static void allowedFast(ByteBuffer out, int piece) {
        onePiece(out, MessageType.ALLOWED_FAST, piece);
    }

    public static void request(ByteBuffer out, int piece, int begin, int length) {
        oneBlock(out, MessageType.REQUEST, piece, begin, length);
    }

    public static void cancel(ByteBuffer out, int piece, int begin, int length) {
        oneBlock(out, MessageType.CANCEL, piece, begin, length);
    }

    public static void reject(ByteBuffer out, int piece, int begin, int length) {
        oneBlock(out, MessageType.REJECT, piece, begin, length);
    }

    /** @param port 0 to 65535 */
    public static void port(ByteBuffer out, int port) {
        header(out, MessageType.PORT, PORT_LENGTH - 4).putShort((short) port);
    }

    /** Writes what stands before a block; its {@code length} bytes must follow. */
    public static void blockHeader(ByteBuffer out, int piece, int begin, int length) {
        header(out, MessageType.BLOCK, 9 + length).putInt(piece).putInt(begin);
    }

    public static void bitfield(ByteBuffer out, byte[] bits) {
        header(out, MessageType.BITFIELD, 1 + bits.length).put(bits);
    }

    public static void extended(ByteBuffer out, int extendedId, byte[] payload) {
        header(out, MessageType.EXTENDED, 2 + payload.length).put((byte) extendedId).put(payload);
    }

    private static void signal(ByteBuffer out, MessageType type) {
        header(out, type, 1);
    }

    private static void onePiece(ByteBuffer out, MessageType type, int piece) {
        header(out, type, HAVE_LENGTH - 4).putInt(piece);
    }

    private static void oneBlock(ByteBuffer out, MessageType type, int piece, int begin, int length) {
        header(out, type, REQUEST_LENGTH - 4).putInt(piece).putInt(begin).putInt(length);
    }

    private static ByteBuffer header(ByteBuffer out, MessageType type, int length) {
        return out.putInt(length).put((byte) type.id());
    }
}
