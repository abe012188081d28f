package murder.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import murder.peer.PeerAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExtensionTest {
    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void writesTheHandshakeAsBep10Says() {
        ExtensionHandshake ours = new ExtensionHandshake(new TreeMap<>(Map.of("ut_metadata", 3)), 500, "Murder 0.1", true, 31235, 6881,
                PeerAddress.ofIpv4(0x0a000001, 0), 131072);
        assertThat(new String(ours.toPayload(), StandardCharsets.ISO_8859_1)).isEqualTo(
                "d1:md11:ut_metadatai3ee18:max_request_lengthi131072e13:metadata_sizei31235e1:pi6881e4:reqqi500e11:upload_onlyi1e"
                + "1:v10:Murder 0.16:yourip4:\n\0\0\1e");
    }

    @Test
    void extensionHandshakeIgnoresUnknownKeys() throws WireException {
        ExtensionHandshake theirs = ExtensionHandshake.read(text("d12:complete_agoi-1e1:ei0e4:ipv44:abcd1:md11:lt_donthavei7e6:ut_pexi1e"
                + "11:ut_metadatai2ee13:metadata_sizei5e1:pi6881e4:reqqi99999999999e1:v5:\u00c2\u00b5T 26:yourip16:aaaaaaaabbbbbbbbe"));
        assertThat(theirs.id(ExtensionHandshake.UT_METADATA)).isEqualTo(2);
        assertThat(theirs.id("ut_pex")).isEqualTo(1);
        assertThat(theirs.id("ut_holepunch")).isZero();
        assertThat(theirs.metadataSize()).isEqualTo(5);
        assertThat(theirs.port()).isEqualTo(6881);
        assertThat(theirs.requestQueue()).isEqualTo(Integer.MAX_VALUE);
        assertThat(theirs.client()).isEqualTo("\u00b5T 2");
        assertThat(theirs.uploadOnly()).isFalse();
        assertThat(theirs.yourIp()).isEqualTo(PeerAddress.of("aaaaaaaabbbbbbbb".getBytes(StandardCharsets.US_ASCII), 0));
    }

    @Test
    void readsEmptyExtensionHandshake() throws WireException {
        assertThat(ExtensionHandshake.read(text("de")))
                .isEqualTo(new ExtensionHandshake(new TreeMap<>(), 0, "", false, 0, 0, null, 0));
        assertThat(ExtensionHandshake.read(text("d1:v1000:" + "x".repeat(1000) + "e")).client()).isEqualTo("x".repeat(100));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "le", "d", "i1e", "d1:mlee", "d1:md1:ai256eee", "d1:md1:ai-1eee", "d1:md1:a1:bee", "d1:pi65536ee",
        "d1:pi-1ee", "d4:reqqi-1ee", "d13:metadata_sizei-1ee", "d13:metadata_sizei2147483648ee",
        "d1:vi1ee", "d6:yourip5:abcdee", "d1:v1:a1:v1:be",
        "d1:alllllllllleeeeeeeeeee"})
    void refusesHandshakesThatAreNone(String payload) {
        WireException refusal = catchThrowableOfType(WireException.class, () -> ExtensionHandshake.read(text(payload)));
        assertThat(refusal.violation()).isEqualTo(Violation.BAD_EXTENSION);
    }

    @Test
    void refusesHandshakeOutOfRange() {
        assertThatIllegalArgumentException().isThrownBy(
                () -> new ExtensionHandshake(new TreeMap<>(Map.of("ut_metadata", 256)), 0, "", false, 0, 0, null, 0))
                .withMessageContaining("256");
    }

    @Test
    void writesMetadataMessagesAsBep9Says() {
        assertThat(new String(MetadataMessage.request(0).toPayload(), StandardCharsets.US_ASCII)).isEqualTo("d8:msg_typei0e5:piecei0ee");
        assertThat(new String(MetadataMessage.reject(7).toPayload(), StandardCharsets.US_ASCII)).isEqualTo("d8:msg_typei2e5:piecei7ee");
        byte[] info = new byte[MetadataMessage.PIECE_LENGTH + 2];
        info[MetadataMessage.PIECE_LENGTH] = 'x';
        info[MetadataMessage.PIECE_LENGTH + 1] = 'y';
        assertThat(new String(MetadataMessage.data(1, info).toPayload(), StandardCharsets.US_ASCII))
                .isEqualTo("d8:msg_typei1e5:piecei1e10:total_sizei16386eexy");
    }

    @Test
    void readsBackMetadataMessages() throws WireException {
        byte[] info = new byte[2 * MetadataMessage.PIECE_LENGTH + 1];
        assertThat(MetadataMessage.pieceCount(info.length)).isEqualTo(3);
        for (int piece = 0; piece < 3; piece++) {
            MetadataMessage data = MetadataMessage.data(piece, info);
            assertThat(MetadataMessage.read(ByteBuffer.wrap(data.toPayload()))).isEqualTo(data);
            assertThat(data.data().remaining()).isEqualTo(piece == 2 ? 1 : MetadataMessage.PIECE_LENGTH);
            assertThat(MetadataMessage.read(ByteBuffer.wrap(MetadataMessage.request(piece).toPayload())))
                    .isEqualTo(MetadataMessage.request(piece));
            assertThat(MetadataMessage.read(ByteBuffer.wrap(MetadataMessage.reject(piece).toPayload())))
                    .isEqualTo(MetadataMessage.reject(piece));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> MetadataMessage.data(3, info));
        assertThatIllegalArgumentException().isThrownBy(() -> MetadataMessage.data(-1, info));
    }

    @Test
    void laterMetadataKindReadsAsUnknown() throws WireException {
        assertThat(MetadataMessage.read(text("d8:msg_typei3e5:piecei0ee")).kind()).isEqualTo(MetadataMessage.Kind.UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "de", "i0e", "d8:msg_typei0ee", "d8:msg_typei0e5:piecei-1ee", "d8:msg_typei0e5:piecei2147483648ee",
        "d8:msg_typei-1e5:piecei0ee", "d8:msg_typei1e5:piecei0ee", "d8:msg_typei1e5:piecei0e10:total_sizei5eeabcd",
        "d8:msg_typei1e5:piecei0e10:total_sizei5eeabcdef", "d8:msg_typei1e5:piecei1e10:total_sizei5eea",
        "d8:msg_typei1e5:piecei0e10:total_sizei0ee", "d8:msg_typei1e5:piecei2147483647e10:total_sizei2147483647eea"})
    void refusesMetadataMessagesThatAreNone(String payload) {
        WireException refusal = catchThrowableOfType(WireException.class, () -> MetadataMessage.read(text(payload)));
        assertThat(refusal.violation()).isEqualTo(Violation.BAD_EXTENSION);
    }
}
