package murder.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import murder.fuzz.Fuzz;
import murder.fuzz.Mutator;
import murder.fuzz.SeededProperties;
import murder.metainfo.InfoHash;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;

/** Hostile streams of bytes from a peer: handshake, frames, and what extension messages carry. */
@Tag(SeededProperties.FUZZ)
class WireFuzzTest {
    private static final int PIECES = 13;

    /**
     * A long frame goes into room of its own. The handler keeps a copy of each message, the
     * shortest of which has four bytes.
     */
    private final Fuzz frames = Fuzz.of(new Mutator(List.of(Encoding.of(everyMessage()), Encoding.of(blocks())), ""), this::readFrames)
        .throwing(WireException.class).allocating(2L * FrameBuffers.LENGTH, 60);
    private final Fuzz handshakes = Fuzz.of(new Mutator(List.of(handshake()), "\u0013Bit"), this::readHandshake)
        .throwing(WireException.class);
    private final Fuzz extensions = Fuzz.of(new Mutator(List.of(new ExtensionHandshake(new TreeMap<>(Map.of("ut_metadata", 3)),
        250, "client 1.0", true, 40_000, 6881, PeerAddress.ofIpv4(0x01020304, 0), 1 << 17).toPayload(),
        "d1:md11:ut_metadatai1e6:ut_pexi2ee1:v5:other6:yourip16:aaaaaaaaaaaaaaaae".getBytes(StandardCharsets.US_ASCII)),
        "0123456789:-ilde"), this::readExtension).throwing(WireException.class).allocating(0, 400);
    private final Fuzz metadata = Fuzz.of(new Mutator(List.of(MetadataMessage.request(2).toPayload(), MetadataMessage.reject(1).toPayload(),
        MetadataMessage.data(1, new byte[MetadataMessage.PIECE_LENGTH + 500]).toPayload()), "0123456789:-ilde"), this::readMetadata)
        .throwing(WireException.class).allocating(0, 400);
    private SplittableRandom splits;

    @Property(tries = 12_000, shrinking = ShrinkingMode.OFF)
    void framesAreReadOrRefused(@ForAll long seed) throws Exception {
        splits = new SplittableRandom(seed);
        frames.run(seed);
    }

    @Property(tries = 10_000, shrinking = ShrinkingMode.OFF)
    void handshakesAreReadOrRefused(@ForAll long seed) throws Exception {
        splits = new SplittableRandom(seed);
        handshakes.run(seed);
    }

    @Property(tries = 30_000, shrinking = ShrinkingMode.OFF)
    void extensionMessagesAreReadOrRefused(@ForAll long seed) throws Exception {
        extensions.run(seed);
        metadata.run(seed);
    }

    private void readFrames(byte[] bytes) throws WireException {
        FrameDecoder decoder = new FrameDecoder();
        decoder.setPieceCount(PIECES);
        MessageHandler checks = Message.toHandler(FramePropertyTest::checkLimits);
        ByteBuffer all = ByteBuffer.wrap(bytes);
        while (all.hasRemaining()) {
            ByteBuffer part = part(all);
            decoder.decode(part, checks);
            assertThat(part.hasRemaining()).isFalse();
            assertThat(decoder.heldBytes()).isLessThan(2 * FrameBuffers.LENGTH);
        }
    }

    /** A part of any length at the position, which moves behind it. */
    private ByteBuffer part(ByteBuffer all) {
        int most = splits.nextInt(3) == 0 ? Math.min(20, all.remaining()) : all.remaining();
        ByteBuffer part = all.slice(all.position(), 1 + splits.nextInt(most));
        all.position(all.position() + part.remaining());
        return part;
    }

    private void readHandshake(byte[] bytes) throws WireException {
        HandshakeDecoder decoder = new HandshakeDecoder();
        int[] told = new int[2];
        HandshakeHandler handler = new HandshakeHandler() {
            @Override
            public void onHandshake(Handshake handshake) {
                told[0]++;
            }

            @Override
            public void onPeerId(PeerId peerId) {
                told[1]++;
            }
        };
        ByteBuffer all = ByteBuffer.wrap(bytes);
        while (all.hasRemaining() && !decoder.isComplete()) {
            decoder.decode(part(all), handler);
        }
        assertThat(told[0]).isEqualTo(bytes.length >= Handshake.LENGTH ? 1 : 0);
        assertThat(told[1]).isEqualTo(bytes.length >= Handshake.LENGTH_WITH_PEER_ID ? 1 : 0);
    }

    private void readExtension(byte[] bytes) throws WireException {
        ExtensionHandshake read = ExtensionHandshake.read(ByteBuffer.wrap(bytes));
        assertThat(read.client().length()).isLessThanOrEqualTo(ExtensionHandshake.MAX_CLIENT_LENGTH);
        assertThat(ExtensionHandshake.read(ByteBuffer.wrap(read.toPayload()))).isEqualTo(read);
    }

    private void readMetadata(byte[] bytes) throws WireException {
        MetadataMessage read = MetadataMessage.read(ByteBuffer.wrap(bytes));
        assertThat(read.data().remaining()).isLessThanOrEqualTo(MetadataMessage.PIECE_LENGTH);
    }

    private static byte[] handshake() {
        ByteBuffer out = ByteBuffer.allocate(Handshake.LENGTH_WITH_PEER_ID);
        new Handshake(new InfoHash(1, 2, 3), true, true).write(out);
        new PeerId(4, 5, 6).write(out);
        return out.array();
    }

    private static List<Message> everyMessage() {
        return List.of(new Message.Bitfield(ByteBuffer.wrap(new byte[] {-1, 0})), new Message.KeepAlive(), new Message.Choke(),
            new Message.Unchoke(), new Message.Interested(), new Message.NotInterested(), new Message.HaveAll(), new Message.HaveNone(),
            new Message.Have(1), new Message.Suggest(2), new Message.AllowedFast(3), new Message.Request(4, 0, 16384),
            new Message.Cancel(5, 0, 16384), new Message.Reject(6, 0, 1), new Message.Block(7, 0, Encoding.payload(7, 0, 100)),
            new Message.Port(8), new Message.Extended(1, ByteBuffer.wrap(new byte[50])), new Message.Unknown(99, 70));
    }

    private static List<Message> blocks() {
        return List.of(new Message.Block(1, 0, Encoding.payload(1, 0, 16_384)), new Message.Unchoke(),
            new Message.Block(2, 0, Encoding.payload(2, 0, 40_000)), new Message.Have(9));
    }
}
