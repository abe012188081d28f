package murder.wire;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import murder.bencode.BencodeDictionary;
import murder.bencode.BencodeException;
import murder.bencode.BencodeReader;
import murder.bencode.BencodeWriter;
import murder.bencode.Leniency;
import murder.bencode.Limits;

/**
 * A message of {@code ut_metadata} (BEP 9): pieces of 16 KiB of the info dictionary, so that a peer
 * can start from an info-hash alone. It is a bencoded dictionary, followed by the bytes of the
 * piece with {@link Kind#DATA}.
 *
 * @param piece counts pieces of {@value #PIECE_LENGTH} bytes of the info dictionary, from 0
 * @param totalSize length of the info dictionary in bytes; 0 unless the kind is {@code DATA}
 * @param data the bytes of the piece, read-only; empty unless the kind is {@code DATA}
 */
public record MetadataMessage(Kind kind, int piece, int totalSize, ByteBuffer data) {
    /** Length of every piece but the last. */
    public static final int PIECE_LENGTH = 1 << 14;

    /** The kinds of a message, in the order of {@code msg_type}. */
    public enum Kind {
        REQUEST,
        DATA,
        REJECT,
        /** An unknown {@code msg_type}; it must be ignored (BEP 9). Never written. */
        UNKNOWN
    }

    private static final Limits LIMITS = new Limits(PIECE_LENGTH + 1024, 4, 64);
    private static final Set<Leniency> FORGIVEN = Collections.unmodifiableSet(
            EnumSet.complementOf(EnumSet.of(Leniency.DUPLICATE_KEYS)));

    public MetadataMessage {
        Objects.requireNonNull(kind, "kind");
        data = ByteBuffer.allocate(data.remaining()).put(data.duplicate()).flip().asReadOnlyBuffer();
        if (piece < 0) {
            throw new IllegalArgumentException("piece " + piece);
        }
        if (kind == Kind.DATA ? data.remaining() == 0 || data.remaining() != pieceLength(piece, totalSize)
                : totalSize != 0 || data.hasRemaining()) {
            throw new IllegalArgumentException(
                    kind + " with " + data.remaining() + " bytes of piece " + piece + ", total size " + totalSize);
        }
    }

    public static MetadataMessage request(int piece) {
        return new MetadataMessage(Kind.REQUEST, piece, 0, ByteBuffer.allocate(0));
    }

    public static MetadataMessage reject(int piece) {
        return new MetadataMessage(Kind.REJECT, piece, 0, ByteBuffer.allocate(0));
    }

    /**
     * A piece of an info dictionary.
     *
     * @throws IllegalArgumentException if it has no such piece
     */
    public static MetadataMessage data(int piece, byte[] info) {
        int length = pieceLength(piece, info.length);
        if (length == 0) {
            throw new IllegalArgumentException("piece " + piece + " of an info dictionary of " + info.length + " bytes");
        }
        return new MetadataMessage(Kind.DATA, piece, info.length, ByteBuffer.wrap(info, piece * PIECE_LENGTH, length));
    }

    /** How many pieces an info dictionary has. */
    public static int pieceCount(int totalSize) {
        return (int) (((long) totalSize + PIECE_LENGTH - 1) / PIECE_LENGTH);
    }

    /** Length in bytes of a piece; 0 if there is no such piece. */
    public static int pieceLength(int piece, int totalSize) {
        long left = totalSize - (long) piece * PIECE_LENGTH;
        return piece < 0 ? 0 : (int) Math.max(0, Math.min(PIECE_LENGTH, left));
    }

    @Override
    public ByteBuffer data() {
        return data.duplicate();
    }

    /**
     * The bytes for {@link ExtensionSender#extended}.
     *
     * @throws IllegalStateException for {@link Kind#UNKNOWN}
     */
    public byte[] toPayload() {
        if (kind == Kind.UNKNOWN) {
            throw new IllegalStateException("a metadata message of unknown kind cannot be written");
        }
        BencodeWriter out = new BencodeWriter().beginDictionary().key("msg_type").integer(kind.ordinal()).key("piece").integer(piece);
        if (kind == Kind.DATA) {
            out.key("total_size").integer(totalSize);
        }
        byte[] dictionary = out.end().toByteArray();
        return ByteBuffer.allocate(dictionary.length + data.remaining()).put(dictionary).put(data()).array();
    }

    /**
     * Reads what followed the id of {@code ut_metadata}.
     *
     * @throws WireException {@link Violation#BAD_EXTENSION}
     */
    public static MetadataMessage read(ByteBuffer payload) throws WireException {
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes);
        try {
            BencodeReader reader = new BencodeReader(bytes, 0, bytes.length, LIMITS, FORGIVEN);
            BencodeDictionary dictionary = reader.next().asDictionary();
            long kind = number(dictionary, "msg_type");
            if (kind >= Kind.UNKNOWN.ordinal()) {
                return new MetadataMessage(Kind.UNKNOWN, 0, 0, ByteBuffer.allocate(0));
            }
            int piece = (int) number(dictionary, "piece");
            if (kind != Kind.DATA.ordinal()) {
                reader.finish();
                return kind == Kind.REQUEST.ordinal() ? request(piece) : reject(piece);
            }
            int totalSize = (int) number(dictionary, "total_size");
            ByteBuffer data = ByteBuffer.wrap(bytes, reader.offset(), bytes.length - reader.offset());
            if (!data.hasRemaining() || data.remaining() != pieceLength(piece, totalSize)) {
                throw new WireException(Violation.BAD_EXTENSION, "ut_metadata: " + data.remaining() + " bytes as piece " + piece
                        + " of a total of " + totalSize);
            }
            return new MetadataMessage(Kind.DATA, piece, totalSize, data);
        } catch (BencodeException e) {
            throw new WireException(Violation.BAD_EXTENSION, "ut_metadata: " + e.getMessage());
        }
    }

    /** A required number, in 0..2^31-1. */
    private static long number(BencodeDictionary from, String key) throws BencodeException {
        OptionalLong value = from.integer(key);
        if (value.isEmpty() || value.getAsLong() < 0 || value.getAsLong() > Integer.MAX_VALUE) {
            throw new BencodeException(from.start(), "'" + key + "' is " + (value.isEmpty() ? "missing" : value.getAsLong()));
        }
        return value.getAsLong();
    }
}
