package murder.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import murder.metainfo.InfoHash;
import murder.peer.PeerId;

/**
 * The first 48 bytes that each side sends (BEP 3). The {@link PeerId} that follows is a separate
 * value. Some clients send it only after they have read the other side's complete 68 bytes, so the
 * accepting side must answer after 48.
 *
 * <pre>
 *   0      1                      20         28                  48                68
 *   | 19   | BitTorrent protocol  | reserved | info-hash         | peer id         |
 * </pre>
 *
 * @param infoHash the swarm that is meant
 * @param reserved the eight reserved bytes, big-endian, unchanged from the wire
 */
public record Handshake(InfoHash infoHash, long reserved) {
    /** Length in bytes, without the peer id. */
    public static final int LENGTH = 48;
    /** Length in bytes, with the peer id. */
    public static final int LENGTH_WITH_PEER_ID = LENGTH + PeerId.LENGTH;

    /** BEP 6: the last of the reserved bytes, 0x04. */
    private static final long FAST = 0x04L;
    /** BEP 10: the sixth of the reserved bytes, 0x10. */
    private static final long EXTENSIONS = 0x10L << 16;

    private static final byte[] PROTOCOL = "\u0013BitTorrent protocol".getBytes(StandardCharsets.US_ASCII);

    public Handshake {
        Objects.requireNonNull(infoHash, "infoHash");
    }

    /**
     * A handshake of this client.
     *
     * @param fast whether the fast extension (BEP 6) is offered
     * @param extensions whether the extension protocol (BEP 10) is offered
     */
    public Handshake(InfoHash infoHash, boolean fast, boolean extensions) {
        this(infoHash, (fast ? FAST : 0) | (extensions ? EXTENSIONS : 0));
    }

    /** Whether the fast extension (BEP 6) is offered. */
    public boolean fast() {
        return (reserved & FAST) != 0;
    }

    /** Whether the extension protocol (BEP 10) is offered. */
    public boolean extensions() {
        return (reserved & EXTENSIONS) != 0;
    }

    /** Writes the 48 bytes at the buffer's position. The buffer must be big-endian. */
    public void write(ByteBuffer out) {
        out.put(PROTOCOL).putLong(reserved);
        infoHash.write(out);
    }

    /**
     * Reads 48 bytes at the buffer's position and advances it. The buffer must be big-endian.
     *
     * @throws WireException {@link Violation#BAD_PROTOCOL_NAME}
     */
    public static Handshake read(ByteBuffer in) throws WireException {
        assert in.order() == ByteOrder.BIG_ENDIAN : "little-endian buffer";
        checkProtocol(in, 0, PROTOCOL.length);
        in.position(in.position() + PROTOCOL.length);
        long reserved = in.getLong();
        return new Handshake(InfoHash.read(in), reserved);
    }

    /**
     * Compares the bytes {@code from} (inclusive) to {@code to} of the stream with the name. They
     * are at the buffer's position.
     */
    static void checkProtocol(ByteBuffer in, int from, int to) throws WireException {
        for (int i = from; i < Math.min(to, PROTOCOL.length); i++) {
            byte found = in.get(in.position() + i - from);
            if (found != PROTOCOL[i]) {
                throw new WireException(Violation.BAD_PROTOCOL_NAME,
                        "handshake byte " + i + " is " + (found & 0xff) + ", expected " + PROTOCOL[i]);
            }
        }
    }
}
