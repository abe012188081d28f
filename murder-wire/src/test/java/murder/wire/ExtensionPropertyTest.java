package murder.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.TreeMap;
import murder.peer.PeerAddress;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ExtensionPropertyTest {
    @Provide
    Arbitrary<ExtensionHandshake> handshakes() {
        Arbitrary<PeerAddress> addresses = Combinators.combine(Arbitraries.longs(), Arbitraries.longs())
                .as((high, low) -> new PeerAddress(high, low, 0));
        return Combinators.combine(
                Arbitraries.maps(Arbitraries.strings().ascii().ofMaxLength(12), Arbitraries.integers().between(0, 255)).ofMaxSize(5),
                Arbitraries.integers().greaterOrEqual(0),
                Arbitraries.strings().ascii().ofMaxLength(ExtensionHandshake.MAX_CLIENT_LENGTH),
                Arbitraries.of(true, false),
                Arbitraries.integers().greaterOrEqual(0),
                Arbitraries.integers().between(0, 0xffff),
                addresses.injectNull(0.3)).as((ids, requests, client, uploadOnly, size, port, yourIp) ->
                        new ExtensionHandshake(new TreeMap<>(ids), requests, client, uploadOnly, size, port, yourIp, size));
    }

    @Provide
    Arbitrary<MetadataMessage> metadata() {
        Arbitrary<Integer> pieces = Arbitraries.integers().between(0, 4);
        return Arbitraries.oneOf(
                Arbitraries.integers().greaterOrEqual(0).map(MetadataMessage::request),
                Arbitraries.integers().greaterOrEqual(0).map(MetadataMessage::reject),
                Combinators.combine(pieces, Arbitraries.integers().between(1, MetadataMessage.PIECE_LENGTH)).as((piece, last) ->
                        MetadataMessage.data(piece, new byte[piece * MetadataMessage.PIECE_LENGTH + last])));
    }

    @Property(tries = 200)
    void readsWrittenHandshakes(@ForAll("handshakes") ExtensionHandshake handshake) throws WireException {
        assertThat(ExtensionHandshake.read(ByteBuffer.wrap(handshake.toPayload()))).isEqualTo(handshake);
    }

    @Property(tries = 200)
    void readsWrittenMetadataMessages(@ForAll("metadata") MetadataMessage message) throws WireException {
        assertThat(MetadataMessage.read(ByteBuffer.wrap(message.toPayload()))).isEqualTo(message);
    }

    @Property(tries = 500)
    void mutatedHandshakesAreReadOrRefused(@ForAll("handshakes") ExtensionHandshake handshake, @ForAll long seed) {
        try {
            ExtensionHandshake read = ExtensionHandshake.read(mutated(handshake.toPayload(), new Random(seed)));
            assertThat(read.client().length()).isLessThanOrEqualTo(ExtensionHandshake.MAX_CLIENT_LENGTH);
        } catch (WireException e) {
            assertThat(e.violation()).isEqualTo(Violation.BAD_EXTENSION);
        }
    }

    @Property(tries = 500)
    void mutatedMetadataGivesMessageOrError(@ForAll("metadata") MetadataMessage message, @ForAll long seed) {
        try {
            MetadataMessage read = MetadataMessage.read(mutated(message.toPayload(), new Random(seed)));
            assertThat(read.data().remaining()).isLessThanOrEqualTo(MetadataMessage.PIECE_LENGTH);
        } catch (WireException e) {
            assertThat(e.violation()).isEqualTo(Violation.BAD_EXTENSION);
        }
    }

    /** Some bytes changed, mostly in front, where the dictionary is. */
    private static ByteBuffer mutated(byte[] bytes, Random random) {
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            bytes[random.nextInt(random.nextBoolean() ? bytes.length : Math.min(40, bytes.length))] =
                    (byte) (random.nextBoolean() ? "0123456789:delie-".charAt(random.nextInt(17)) : random.nextInt(256));
        }
        return ByteBuffer.wrap(bytes, 0, random.nextInt(4) == 0 ? random.nextInt(bytes.length) : bytes.length);
    }
}
