package murder.wire;

import java.nio.ByteBuffer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Arbitrary messages for properties, as a peer may send them. */
final class Messages {
    private Messages() {}

    static Arbitrary<Message> any() {
        Arbitrary<Integer> piece = Arbitraries.integers().greaterOrEqual(0);
        Arbitrary<Integer> begin = Arbitraries.integers().between(0, Integer.MAX_VALUE - FrameEncoder.MAX_BLOCK_LENGTH);
        Arbitrary<Integer> length = Arbitraries.integers().between(1, FrameEncoder.MAX_BLOCK_LENGTH);
        Arbitrary<ByteBuffer> bytes = Arbitraries.bytes().array(byte[].class).ofMaxSize(300).map(ByteBuffer::wrap);
        return Arbitraries.oneOf(
                Arbitraries.of(new Message.KeepAlive(), new Message.Choke(), new Message.Unchoke(), new Message.Interested(),
                        new Message.NotInterested(), new Message.HaveAll(), new Message.HaveNone()),
                piece.map(Message.Have::new),
                piece.map(Message.Suggest::new),
                piece.map(Message.AllowedFast::new),
                bytes.map(Message.Bitfield::new),
                Combinators.combine(piece, begin, length).as(Message.Request::new),
                Combinators.combine(piece, begin, length).as(Message.Cancel::new),
                Combinators.combine(piece, begin, length).as(Message.Reject::new),
                Combinators.combine(piece, begin, Arbitraries.integers().between(1, 5000))
                        .as((p, b, l) -> new Message.Block(p, b, Encoding.payload(p, b, l))),
                Arbitraries.integers().between(0, 0xffff).map(Message.Port::new),
                Combinators.combine(Arbitraries.integers().between(0, 255), bytes).as(Message.Extended::new),
                Combinators.combine(Arbitraries.of(10, 11, 12, 18, 19, 21, 255), Arbitraries.integers().between(0, 3000))
                        .as(Message.Unknown::new));
    }
}
