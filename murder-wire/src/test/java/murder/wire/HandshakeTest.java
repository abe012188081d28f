package murder.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import murder.metainfo.InfoHash;
import murder.peer.PeerId;
import org.junit.jupiter.api.Test;

class HandshakeTest {
    private static final InfoHash HASH = InfoHash.parse("000102030405060708090a0b0c0d0e0f10111213");
    private static final PeerId ID = PeerId.read(ByteBuffer.wrap("-MJ0100-abcdefghijkl".getBytes(StandardCharsets.US_ASCII)));

    private final List<Object> told = new ArrayList<>();
    private final HandshakeHandler recorder = new HandshakeHandler() {
        @Override
        public void onHandshake(Handshake handshake) {
            told.add(handshake);
        }

        @Override
        public void onPeerId(PeerId peerId) {
            told.add(peerId);
        }
    };

    private static ByteBuffer encoded(Handshake handshake, int behind) {
        ByteBuffer out = ByteBuffer.allocate(Handshake.LENGTH_WITH_PEER_ID + behind);
        handshake.write(out);
        assertThat(out.position()).isEqualTo(Handshake.LENGTH);
        ID.write(out);
        return out.clear();
    }

    @Test
    void setsBitsOfBeps() {
        byte[] bytes = encoded(new Handshake(HASH, true, true), 0).array();
        assertThat(bytes[0]).isEqualTo((byte) 19);
        assertThat(new String(bytes, 1, 19, StandardCharsets.US_ASCII)).isEqualTo("BitTorrent protocol");
        assertThat(bytes[25]).isEqualTo((byte) 0x10);
        assertThat(bytes[27]).isEqualTo((byte) 0x04);
        assertThat(bytes[28]).isZero();
        assertThat(bytes[47]).isEqualTo((byte) 0x13);
    }

    @Test
    void keepsUnknownBits() throws WireException {
        Handshake odd = new Handshake(HASH, 0x8000_0000_0000_0001L);
        assertThat(Handshake.read(encoded(odd, 0))).isEqualTo(odd);
        assertThat(odd.fast()).isFalse();
        assertThat(odd.extensions()).isFalse();
        assertThat(new Handshake(HASH, true, false).fast()).isTrue();
        assertThat(new Handshake(HASH, true, false).extensions()).isFalse();
        assertThat(new Handshake(HASH, false, true).extensions()).isTrue();
        assertThat(new Handshake(HASH, false, false).reserved()).isZero();
    }

    @Test
    void decodesInfoHashBeforePeerId() throws WireException {
        Handshake handshake = new Handshake(HASH, false, false);
        ByteBuffer all = encoded(handshake, 0);
        HandshakeDecoder decoder = new HandshakeDecoder();
        decoder.decode(all.duplicate().limit(48), recorder);
        assertThat(told).containsExactly(handshake);
        decoder.decode(all.duplicate().position(48).limit(67), recorder);
        assertThat(told).hasSize(1);
        assertThat(decoder.isComplete()).isFalse();
        decoder.decode(all.duplicate().position(67), recorder);
        assertThat(told).containsExactly(handshake, ID);
        assertThat(decoder.isComplete()).isTrue();
    }

    @Test
    void splitHandshakeDecodesAlike() throws WireException {
        Handshake handshake = new Handshake(HASH, true, true);
        ByteBuffer all = encoded(handshake, 3);
        for (int cut = 0; cut <= all.capacity(); cut++) {
            told.clear();
            HandshakeDecoder decoder = new HandshakeDecoder();
            ByteBuffer first = all.duplicate().limit(cut);
            ByteBuffer second = all.duplicate().position(cut);
            decoder.decode(first, recorder);
            decoder.decode(second, recorder);
            assertThat(told).containsExactly(handshake, ID);
            assertThat(first.remaining() + second.remaining()).isEqualTo(3);
        }
    }

    @Test
    void refusesWrongProtocolByteAtOnce() {
        for (int wrong = 0; wrong < 20; wrong++) {
            ByteBuffer all = encoded(new Handshake(HASH, true, true), 0);
            all.put(wrong, (byte) (all.get(wrong) ^ 0x20));
            ByteBuffer head = all.duplicate().limit(wrong + 1);
            WireException refusal = catchThrowableOfType(WireException.class, () -> new HandshakeDecoder().decode(head, recorder));
            assertThat(refusal.violation()).isEqualTo(Violation.BAD_PROTOCOL_NAME);
            HandshakeDecoder byteByByte = new HandshakeDecoder();
            WireException later = catchThrowableOfType(WireException.class, () -> {
                for (int i = 0; i < 68; i++) {
                    byteByByte.decode(all.duplicate().position(i).limit(i + 1), recorder);
                }
            });
            assertThat(later).hasMessage(refusal.getMessage()).hasMessageContaining("handshake byte " + wrong + " ");
        }
        assertThat(told).isEmpty();
    }

    @Test
    void tellsNothingMoreOnceStopped() throws WireException {
        HandshakeDecoder decoder = new HandshakeDecoder();
        decoder.decode(encoded(new Handshake(HASH, true, true), 0), new HandshakeHandler() {
            @Override
            public void onHandshake(Handshake handshake) {
                told.add(handshake);
                decoder.stop();
            }

            @Override
            public void onPeerId(PeerId peerId) {
                told.add(peerId);
            }
        });
        assertThat(told).hasSize(1);
    }
}
