package murder.engine.sim;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import murder.wire.FrameDecoder;
import murder.wire.FrameEncoder;
import murder.wire.MessageHandler;
import murder.wire.WireException;

/**
 * Brings the messages that arrive at one end through the codec of the wire: they become bytes, which are cut at random places, and what
 * the decoder makes of them is what the end receives. The bytes of a block are all 0, or all 1 if it is damaged.
 */
final class CodecStream implements MessageHandler {
    private final SimEnd end;
    private final SplittableRandom random;
    private final FrameEncoder encoder = new Encoder();
    private final FrameDecoder decoder = new FrameDecoder();
    private ByteBuffer bytes = ByteBuffer.allocate(1 << 10);
    /** Whether the block that is being encoded is damaged. */
    private boolean damaged;

    CodecStream(SimEnd end, SplittableRandom random) {
        this.end = end;
        this.random = random;
    }

    /** A message has arrived. @param body what it carries besides a block, or null */
    void add(long message, byte[] body) {
        int start = bytes.position();
        damaged = SimMessage.isDamaged(message);
        SimMessage.sendTo(encoder, message, body);
        if (bytes.position() - start != SimMessage.size(message)) {
            throw new IllegalStateException("took " + (bytes.position() - start) + " bytes: " + SimMessage.toString(message));
        }
    }

    private ByteBuffer room(int length) {
        if (bytes.remaining() < length) {
            bytes = ByteBuffer.allocate(2 * (bytes.position() + length)).put(bytes.flip());
        }
        return bytes;
    }

    /** The product's encoder, into {@link #bytes}. */
    private final class Encoder extends FrameEncoder {
        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        protected ByteBuffer reserve(int length) {
            return room(length);
        }

        @Override
        protected void appendPayload(int piece, int begin, int length) {
            ByteBuffer out = room(length);
            for (int i = 0; i < length; i++) {
                out.put((byte) (damaged ? 1 : 0));
            }
        }

        @Override
        protected void appended() {
            // The bytes are decoded when all that arrived with them is there.
        }
    }

    /** Everything that has arrived goes to the end. */
    void decode() {
        bytes.flip();
        while (bytes.hasRemaining()) {
            int count = 1 + random.nextInt(random.nextInt(4) == 0 ? Math.min(20, bytes.remaining()) : bytes.remaining());
            ByteBuffer part = bytes.slice(bytes.position(), count);
            bytes.position(bytes.position() + count);
            try {
                decoder.decode(part, this);
            } catch (WireException e) {
                throw new IllegalStateException("what " + end.other() + " sent is not understood", e);
            }
        }
        bytes.clear();
    }

    private void signal(int kind) {
        end.receive(SimMessage.signal(kind), null);
    }

    private void piece(int kind, int piece) {
        end.receive(SimMessage.ofPiece(kind, piece), null);
    }

    private void range(int kind, int piece, int begin, int length) {
        end.receive(SimMessage.ofRange(kind, piece, begin, length), null);
    }

    private void body(int kind, int extendedId, ByteBuffer payload) {
        byte[] body = new byte[payload.remaining()];
        payload.get(body);
        end.receive(SimMessage.ofBody(kind, 0, extendedId, body.length), body);
    }

    @Override
    public void onKeepAlive() {
        signal(SimMessage.KEEP_ALIVE);
    }

    @Override
    public void onChoke() {
        signal(SimMessage.CHOKE);
    }

    @Override
    public void onUnchoke() {
        signal(SimMessage.UNCHOKE);
    }

    @Override
    public void onInterested() {
        signal(SimMessage.INTERESTED);
    }

    @Override
    public void onNotInterested() {
        signal(SimMessage.NOT_INTERESTED);
    }

    @Override
    public void onHave(int piece) {
        piece(SimMessage.HAVE, piece);
    }

    @Override
    public void onBitfield(ByteBuffer bits) {
        body(SimMessage.BITFIELD, 0, bits);
    }

    @Override
    public void onRequest(int piece, int begin, int length) {
        range(SimMessage.REQUEST, piece, begin, length);
    }

    @Override
    public void onBlock(int piece, int begin, ByteBuffer payload) {
        long message = SimMessage.ofRange(SimMessage.BLOCK, piece, begin, payload.remaining());
        end.receive(payload.get(payload.position()) == 0 ? message : SimMessage.damaged(message), null);
    }

    @Override
    public void onCancel(int piece, int begin, int length) {
        range(SimMessage.CANCEL, piece, begin, length);
    }

    @Override
    public void onPort(int port) {
        throw new IllegalStateException("nobody told a port");
    }

    @Override
    public void onSuggest(int piece) {
        piece(SimMessage.SUGGEST, piece);
    }

    @Override
    public void onHaveAll() {
        signal(SimMessage.HAVE_ALL);
    }

    @Override
    public void onHaveNone() {
        signal(SimMessage.HAVE_NONE);
    }

    @Override
    public void onReject(int piece, int begin, int length) {
        range(SimMessage.REJECT, piece, begin, length);
    }

    @Override
    public void onAllowedFast(int piece) {
        piece(SimMessage.ALLOWED_FAST, piece);
    }

    @Override
    public void onExtended(int extendedId, ByteBuffer payload) {
        body(SimMessage.EXTENDED, extendedId, payload);
    }

    @Override
    public void onUnknown(int id, int length) {
        throw new IllegalStateException("nobody sent a message of id " + id);
    }
}
