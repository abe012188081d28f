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
    private final FrameDecoder decoder = new FrameDecoder();
    private ByteBuffer bytes = ByteBuffer.allocate(1 << 10);

    CodecStream(SimEnd end, SplittableRandom random) {
        this.end = end;
        this.random = random;
    }

    /** A message has arrived. @param body what it carries besides a block, or null */
    void add(long message, byte[] body) {
        int size = SimMessage.size(message);
        if (bytes.remaining() < size) {
            bytes = ByteBuffer.allocate(2 * (bytes.position() + size)).put(bytes.flip());
        }
        int piece = SimMessage.piece(message);
        int begin = SimMessage.begin(message);
        int length = SimMessage.length(message);
        int start = bytes.position();
        switch (SimMessage.kind(message)) {
            case SimMessage.KEEP_ALIVE -> FrameEncoder.keepAlive(bytes);
            case SimMessage.CHOKE -> FrameEncoder.choke(bytes);
            case SimMessage.UNCHOKE -> FrameEncoder.unchoke(bytes);
            case SimMessage.INTERESTED -> FrameEncoder.interested(bytes);
            case SimMessage.NOT_INTERESTED -> FrameEncoder.notInterested(bytes);
            case SimMessage.HAVE -> FrameEncoder.have(bytes, piece);
            case SimMessage.BITFIELD -> FrameEncoder.bitfield(bytes, body);
            case SimMessage.REQUEST -> FrameEncoder.request(bytes, piece, begin, length);
            case SimMessage.BLOCK -> {
                FrameEncoder.blockHeader(bytes, piece, begin, length);
                for (int i = 0; i < length; i++) {
                    bytes.put((byte) (SimMessage.isDamaged(message) ? 1 : 0));
                }
            }
            case SimMessage.CANCEL -> FrameEncoder.cancel(bytes, piece, begin, length);
            case SimMessage.HAVE_ALL -> FrameEncoder.haveAll(bytes);
            case SimMessage.HAVE_NONE -> FrameEncoder.haveNone(bytes);
            case SimMessage.REJECT -> FrameEncoder.reject(bytes, piece, begin, length);
            case SimMessage.ALLOWED_FAST -> FrameEncoder.allowedFast(bytes, piece);
            case SimMessage.SUGGEST -> FrameEncoder.suggest(bytes, piece);
            case SimMessage.EXTENDED -> FrameEncoder.extended(bytes, SimMessage.extendedId(message), body);
            default -> throw new IllegalStateException(SimMessage.toString(message));
        }
        if (bytes.position() - start != size) {
            throw new IllegalStateException("took " + (bytes.position() - start) + " bytes: " + SimMessage.toString(message));
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
