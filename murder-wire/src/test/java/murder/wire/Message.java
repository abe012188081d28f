package murder.wire;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** A peer-wire message as a value. Buffers are read-only copies, compared by content. */
sealed interface Message {
    /**
     * Sends the message.
     *
     * @throws IllegalArgumentException for those that we never send: {@link Port} and
     *     {@link Unknown}
     */
    default void sendTo(Outbound out) {
        throw new IllegalArgumentException(this + " is never sent");
    }

    record KeepAlive() implements Message {
        @Override
        public void sendTo(Outbound out) {
            out.keepAlive();
        }
    }

    record Choke() implements Message {
        @Override
        public void sendTo(Outbound out) {
            out.choke();
        }
    }

    record Unchoke() implements Message {
        @Override
        public void sendTo(Outbound out) {
            out.unchoke();
        }
    }

    record Interested() implements Message {
        @Override
        public void sendTo(Outbound out) {
            out.interested();
        }
    }

    record NotInterested() implements Message {
        @Override
        public void sendTo(Outbound out) {
            out.notInterested();
        }
    }

    record Have(int piece) implements Message {
        @Override
        public void sendTo(Outbound out) {
            out.have(piece);
        }
    }

    record Bitfield(ByteBuffer bits) implements Message {
        public Bitfield {
            bits = copy(bits);
        }

        @Override
        public ByteBuffer bits() {
            return bits.duplicate();
        }

        @Override
        public void sendTo(Outbound out) {
            out.bitfield(bytes(bits));
        }
    }

    record Request(int piece, int begin, int length) implements Message {
        @Override
        public void sendTo(Outbound out) {
            out.request(piece, begin, length);
        }
    }

    /**
     * The message {@code piece} of BEP 3. Sent by name: the receiver of {@link Outbound#block}
     * fetches the payload itself.
     */
    record Block(int piece, int begin, ByteBuffer payload) implements Message {
        public Block {
            payload = copy(payload);
        }

        @Override
        public ByteBuffer payload() {
            return payload.duplicate();
        }

        @Override
        public void sendTo(Outbound out) {
            out.block(piece, begin, payload.remaining());
        }
    }

    record Cancel(int piece, int begin, int length) implements Message {
        @Override
        public void sendTo(Outbound out) {
            out.cancel(piece, begin, length);
        }
    }

    record Port(int port) implements Message {}

    record Suggest(int piece) implements Message {
        @Override
        public void sendTo(Outbound out) {
            out.suggest(piece);
        }
    }

    record HaveAll() implements Message {
        @Override
        public void sendTo(Outbound out) {
            out.haveAll();
        }
    }

    record HaveNone() implements Message {
        @Override
        public void sendTo(Outbound out) {
            out.haveNone();
        }
    }

    record Reject(int piece, int begin, int length) implements Message {
        @Override
        public void sendTo(Outbound out) {
            out.reject(piece, begin, length);
        }
    }

    record AllowedFast(int piece) implements Message {
        @Override
        public void sendTo(Outbound out) {
            out.allowedFast(piece);
        }
    }

    record Extended(int extendedId, ByteBuffer payload) implements Message {
        public Extended {
            payload = copy(payload);
        }

        @Override
        public ByteBuffer payload() {
            return payload.duplicate();
        }

        @Override
        public void sendTo(Outbound out) {
            out.extended(extendedId, bytes(payload));
        }
    }

    /** @param length bytes of payload, which were skipped */
    record Unknown(int id, int length) implements Message {}

    /** A handler that makes a value of every message, blocks and all. */
    static MessageHandler toHandler(Consumer<? super Message> consumer) {
        return new MessageMaker(consumer);
    }

    private static ByteBuffer copy(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip().asReadOnlyBuffer();
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(buffer.position(), bytes);
        return bytes;
    }
}
