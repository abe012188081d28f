package murder.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import murder.metainfo.InfoHash;
import murder.peer.PeerId;
import murder.trust.SwarmKey;
import org.junit.jupiter.api.Test;

class MemberProofTest {
    private static final SwarmKey KEY = key(1);
    private static final InfoHash NAME = new InfoHash(1, 2, 3);
    private static final PeerId DIALLER = PeerId.random(new Random(1));
    private static final PeerId LISTENER = PeerId.random(new Random(2));

    private final MemberProof dialler = new MemberProof(KEY, NAME, true, nonce(1), DIALLER, LISTENER);
    private final MemberProof listener = new MemberProof(KEY, NAME, false, nonce(2), LISTENER, DIALLER);

    private static SwarmKey key(int first) {
        byte[] bytes = new byte[SwarmKey.LENGTH];
        bytes[0] = (byte) first;
        return SwarmKey.of(bytes);
    }

    private static byte[] nonce(long seed) {
        byte[] nonce = new byte[MemberProof.NONCE_LENGTH];
        new Random(seed).nextBytes(nonce);
        return nonce;
    }

    private static MemberProof.Step hello(MemberProof to, MemberProof from) throws WireException {
        return to.onExtended(ExtensionHandshake.ID, ByteBuffer.wrap(from.hello()));
    }

    private static MemberProof.Step code(MemberProof to, MemberProof from) throws WireException {
        return to.onExtended(from.codeId(), ByteBuffer.wrap(from.code()));
    }

    private static void assertStranger(MemberProof to, int id, byte[] payload) {
        assertThatThrownBy(() -> to.onExtended(id, ByteBuffer.wrap(payload))).isInstanceOfSatisfying(WireException.class,
            e -> assertThat(e.violation()).isEqualTo(Violation.NOT_A_MEMBER));
    }

    @Test
    void membersProveThemselves() throws WireException {
        assertThat(hello(listener, dialler)).isEqualTo(MemberProof.Step.SEND_CODE);
        assertThat(hello(dialler, listener)).isEqualTo(MemberProof.Step.SEND_CODE);
        assertThat(code(dialler, listener)).isEqualTo(MemberProof.Step.PROVEN);
        assertThat(code(listener, dialler)).isEqualTo(MemberProof.Step.PROVEN);
    }

    @Test
    void otherKeyIsRefused() throws WireException {
        MemberProof stranger = new MemberProof(key(2), NAME, true, nonce(1), DIALLER, LISTENER);
        hello(listener, stranger);
        hello(stranger, listener);
        assertStranger(listener, stranger.codeId(), stranger.code());
    }

    @Test
    void ownCodeSentBackIsRefused() throws WireException {
        // A stranger that repeats our messages has our nonce, our id and our code.
        MemberProof self = new MemberProof(KEY, NAME, true, nonce(1), DIALLER, DIALLER);
        assertThat(hello(self, self)).isEqualTo(MemberProof.Step.SEND_CODE);
        assertStranger(self, 2, self.code());
    }

    @Test
    void codeOfOtherConnectionIsRefused() throws WireException {
        hello(listener, dialler);
        hello(dialler, listener);
        byte[] recorded = dialler.code();
        for (MemberProof other : new MemberProof[] {
            new MemberProof(KEY, NAME, false, nonce(3), LISTENER, DIALLER),
            new MemberProof(KEY, new InfoHash(1, 2, 4), false, nonce(2), LISTENER, DIALLER),
            new MemberProof(KEY, NAME, false, nonce(2), PeerId.random(new Random(3)), DIALLER),
            new MemberProof(KEY, NAME, false, nonce(2), LISTENER, PeerId.random(new Random(3)))}) {
            hello(other, dialler);
            assertStranger(other, 2, recorded);
        }
    }

    @Test
    void ordinaryClientIsRefused() {
        byte[] hello = "d1:md11:ut_metadatai1eee".getBytes(StandardCharsets.US_ASCII);
        assertStranger(listener, ExtensionHandshake.ID, hello);
    }

    @Test
    void malformedHelloIsRefused() {
        for (String text : new String[] {"", "d", "de", "le", "d1:md13:murder_memberi0ee12:murder_nonce32:" + "n".repeat(32) + "e",
            "d1:md13:murder_memberi256ee12:murder_nonce32:" + "n".repeat(32) + "e",
            "d1:md13:murder_memberi2ee12:murder_nonce31:" + "n".repeat(31) + "e", "d12:murder_nonce32:" + "n".repeat(32) + "e",
            "d1:md13:murder_memberi2ee12:murder_noncei1ee"}) {
            assertStranger(new MemberProof(KEY, NAME, false, nonce(2), LISTENER, DIALLER), 0, text.getBytes(StandardCharsets.US_ASCII));
        }
    }

    @Test
    void codeBeforeHelloIsRefused() throws WireException {
        hello(dialler, listener);
        assertStranger(listener, 2, dialler.hello());
    }

    @Test
    void secondHelloIsRefused() throws WireException {
        hello(listener, dialler);
        assertStranger(listener, 0, dialler.hello());
    }

    @Test
    void shortOrLongCodeIsRefused() throws WireException {
        hello(listener, dialler);
        hello(dialler, listener);
        byte[] code = dialler.code();
        assertStranger(listener, 2, Arrays.copyOf(code, 31));
        assertStranger(listener, 2, Arrays.copyOf(code, 33));
        assertStranger(listener, 2, new byte[0]);
    }
}
