package murder.engine.sim;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import murder.wire.FrameDecoder;
import murder.wire.FrameEncoder;
import murder.wire.WireException;

/**
 * Passes the messages that arrive at one end through the codec of the wire. It encodes them to
 * bytes and cuts the bytes at random places. The end receives the decoder's messages. The bytes of
 * a block are all 0, or all 1 if it is damaged.
 */
final class CodecStream {
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

    /** A message has arrived. @param body its body, except a block, or null */
    void add(long message, byte[] body) {
        int start = bytes.position();
        damaged = SimMessage.isDamaged(message);
        SimMessage.sendTo(encoder, message, body);
        if (bytes.position() - start != SimMessage.size(message)) {
            throw new IllegalStateException("took " + (bytes.position() - start) + " bytes: " + SimMessage.toString(message));
        }
    }

    /** @param payload of a block that was decoded */
    static boolean isDamaged(ByteBuffer payload) {
        return payload.get(payload.position()) != 0;
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
            // Decodes the bytes after everything that arrived with them.
        }
    }

    /** Hands everything that has arrived to the end. */
    void decode() {
        bytes.flip();
        while (bytes.hasRemaining()) {
            int count = 1 + random.nextInt(random.nextInt(4) == 0 ? Math.min(20, bytes.remaining()) : bytes.remaining());
            ByteBuffer part = bytes.slice(bytes.position(), count);
            bytes.position(bytes.position() + count);
            try {
                decoder.decode(part, end);
            } catch (WireException e) {
                throw new IllegalStateException("what " + end.other() + " sent is not understood", e);
            }
        }
        bytes.clear();
    }
}
