package murder.engine.sim;

import java.nio.ByteBuffer;
import murder.engine.swarm.PeerConnection;
import murder.metainfo.PieceLayout;
import murder.wire.FrameEncoder;
import murder.wire.Outbound;
import murder.wire.WireException;

/**
 * A peer-wire message as one {@code long}: kind, piece, begin (in blocks) and length. For messages
 * that carry bytes, the place of the piece says where {@link Bodies} keeps them, that of begin the
 * extended id, and the length is theirs.
 *
 * <pre>
 *   bits  36..59 piece   23..35 begin   5..22 length   4 damaged   0..3 kind
 * </pre>
 */
final class SimMessage {
    static final int KEEP_ALIVE = 0;
    static final int CHOKE = 1;
    static final int UNCHOKE = 2;
    static final int INTERESTED = 3;
    static final int NOT_INTERESTED = 4;
    static final int HAVE = 5;
    static final int BITFIELD = 6;
    static final int REQUEST = 7;
    static final int BLOCK = 8;
    static final int CANCEL = 9;
    static final int HAVE_ALL = 10;
    static final int HAVE_NONE = 11;
    static final int REJECT = 12;
    static final int ALLOWED_FAST = 13;
    static final int SUGGEST = 14;
    static final int EXTENDED = 15;

    /**
     * Pieces that a simulated payload may have: the body of a bitfield must fit into the length.
     */
    static final int MAX_PIECES = 1 << 20;
    /** Longest pieces: their last block must fit into begin. */
    static final int MAX_PIECE_LENGTH = PieceLayout.BLOCK_LENGTH << 13;

    private static final int LENGTH_SHIFT = 5;
    private static final int BEGIN_SHIFT = 23;
    private static final int PIECE_SHIFT = 36;
    private static final long DAMAGED = 1 << 4;
    private static final int MAX_LENGTH = (1 << BEGIN_SHIFT - LENGTH_SHIFT) - 1;

    private SimMessage() {
    }

    static long signal(int kind) {
        return kind;
    }

    static long ofPiece(int kind, int piece) {
        return kind | (long) piece << PIECE_SHIFT;
    }

    static long ofRange(int kind, int piece, int begin, int length) {
        if (begin % PieceLayout.BLOCK_LENGTH != 0 || length > MAX_LENGTH) {
            throw new IllegalArgumentException("a range of begin " + begin + " and length " + length);
        }
        return ofPiece(kind, piece) | (long) (begin / PieceLayout.BLOCK_LENGTH) << BEGIN_SHIFT | (long) length << LENGTH_SHIFT;
    }

    static long ofBody(int kind, int place, int extendedId, int length) {
        if (length > MAX_LENGTH) {
            throw new IllegalArgumentException("a message of " + length + " bytes");
        }
        return ofPiece(kind, place) | (long) extendedId << BEGIN_SHIFT | (long) length << LENGTH_SHIFT;
    }

    /** The block of a request. */
    static long answer(long request) {
        return request & -16 | BLOCK;
    }

    static long damaged(long message) {
        return message | DAMAGED;
    }

    static int kind(long message) {
        return (int) message & 15;
    }

    static int piece(long message) {
        return (int) (message >>> PIECE_SHIFT);
    }

    static int begin(long message) {
        return extendedId(message) * PieceLayout.BLOCK_LENGTH;
    }

    static int extendedId(long message) {
        return (int) (message >>> BEGIN_SHIFT) & 0x1fff;
    }

    static int length(long message) {
        return (int) (message >>> LENGTH_SHIFT) & MAX_LENGTH;
    }

    static boolean isDamaged(long message) {
        return (message & DAMAGED) != 0;
    }

    static boolean isBlock(long message) {
        return kind(message) == BLOCK;
    }

    static boolean hasBody(long message) {
        return kind(message) == BITFIELD || kind(message) == EXTENDED;
    }

    /** Bytes on the wire, its length prefix included. */
    static int size(long message) {
        return switch (kind(message)) {
            case KEEP_ALIVE -> FrameEncoder.KEEP_ALIVE_LENGTH;
            case HAVE, ALLOWED_FAST, SUGGEST -> FrameEncoder.HAVE_LENGTH;
            case REQUEST, CANCEL, REJECT -> FrameEncoder.REQUEST_LENGTH;
            case BLOCK -> FrameEncoder.BLOCK_HEADER_LENGTH + length(message);
            case BITFIELD -> FrameEncoder.BITFIELD_HEADER_LENGTH + length(message);
            case EXTENDED -> FrameEncoder.EXTENDED_HEADER_LENGTH + length(message);
            default -> FrameEncoder.SIGNAL_LENGTH;
        };
    }

    /** Sends the message. @param body its body, except a block, or null */
    static void sendTo(Outbound out, long message, byte[] body) {
        int piece = piece(message);
        int begin = begin(message);
        int length = length(message);
        switch (kind(message)) {
            case KEEP_ALIVE -> out.keepAlive();
            case CHOKE -> out.choke();
            case UNCHOKE -> out.unchoke();
            case INTERESTED -> out.interested();
            case NOT_INTERESTED -> out.notInterested();
            case HAVE -> out.have(piece);
            case BITFIELD -> out.bitfield(body);
            case REQUEST -> out.request(piece, begin, length);
            case BLOCK -> out.block(piece, begin, length);
            case CANCEL -> out.cancel(piece, begin, length);
            case HAVE_ALL -> out.haveAll();
            case HAVE_NONE -> out.haveNone();
            case REJECT -> out.reject(piece, begin, length);
            case ALLOWED_FAST -> out.allowedFast(piece);
            case SUGGEST -> out.suggest(piece);
            case EXTENDED -> out.extended(extendedId(message), body);
            default -> throw new IllegalStateException(toString(message));
        }
    }

    /**
     * Gives the message to a swarm.
     *
     * @param body its body, except a block, or null
     * @return the needed blocks of a block message, as {@link PeerConnection#onBlocks}; 0 for other
     *     messages
     */
    static int deliver(PeerConnection peer, long nowNs, long message, byte[] body) throws WireException {
        int piece = piece(message);
        int begin = begin(message);
        int length = length(message);
        switch (kind(message)) {
            case KEEP_ALIVE -> peer.onKeepAlive(nowNs);
            case CHOKE -> peer.onChoke(nowNs);
            case UNCHOKE -> peer.onUnchoke(nowNs);
            case INTERESTED -> peer.onInterested(nowNs);
            case NOT_INTERESTED -> peer.onNotInterested(nowNs);
            case HAVE -> peer.onHave(nowNs, piece);
            case BITFIELD -> peer.onBitfield(nowNs, ByteBuffer.wrap(body));
            case REQUEST -> peer.onRequest(nowNs, piece, begin, length);
            case BLOCK -> {
                return peer.onBlocks(nowNs, piece, begin, length);
            }
            case CANCEL -> peer.onCancel(nowNs, piece, begin, length);
            case HAVE_ALL -> peer.onHaveAll(nowNs);
            case HAVE_NONE -> peer.onHaveNone(nowNs);
            case REJECT -> peer.onReject(nowNs, piece, begin, length);
            case ALLOWED_FAST -> peer.onAllowedFast(nowNs, piece);
            case SUGGEST -> peer.onSuggest(nowNs, piece);
            case EXTENDED -> peer.onExtended(nowNs, extendedId(message), ByteBuffer.wrap(body));
            default -> throw new IllegalStateException(toString(message));
        }
        return 0;
    }

    static String toString(long message) {
        return "message of kind " + kind(message) + ", piece " + piece(message) + ", begin " + begin(message) + ", length "
            + length(message);
    }
}
