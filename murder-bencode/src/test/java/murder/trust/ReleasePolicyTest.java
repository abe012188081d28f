package murder.trust;

import static murder.trust.Fixtures.NOW;
import static murder.trust.Fixtures.TERMS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import murder.metainfo.Metainfo;
import murder.metainfo.ReleaseSignature;
import murder.metainfo.ReleaseTerms;
import murder.trust.TrustException.Reason;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReleasePolicyTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private SshPrivateKey key;
    private ReleasePolicy policy;
    private Metainfo signed;

    @BeforeEach
    void sign() throws Exception {
        key = Fixtures.key();
        policy = new ReleasePolicy(Fixtures.allowed(key.publicKey()), "build-42");
        signed = ReleaseSigning.sign(Fixtures.torrent("build"), TERMS, key);
    }

    private void assertRefused(Metainfo torrent, Instant now, long lastSerial, Reason reason, String problem) {
        assertThatThrownBy(() -> policy.check(torrent, now, lastSerial)).isInstanceOfSatisfying(TrustException.class,
            e -> assertThat(e.reason()).isEqualTo(reason)).hasMessageContaining(problem);
    }

    @Test
    void acceptsAllowedSigner() throws Exception {
        Metainfo copy = Metainfo.parse(signed.toBytes());
        ReleasePolicy.Accepted accepted = policy.check(copy, NOW, LastSerial.NONE);
        assertThat(accepted).isEqualTo(new ReleasePolicy.Accepted("release@example.com", key.publicKey(), TERMS));
        assertThat(new ReleasePolicy(policy.signers(), "").check(copy, NOW, 42)).isEqualTo(accepted);
        assertThat(copy.infoHash()).isEqualTo(Fixtures.torrent("build").infoHash());
        assertThat(copy.toBytes()).isEqualTo(signed.toBytes());
    }

    @Test
    void messageIsThisText() throws Exception {
        Metainfo torrent = Fixtures.torrent("build");
        assertThat(new String(ReleaseSigning.message(torrent, TERMS), StandardCharsets.UTF_8)).isEqualTo("murder release 1\ninfo-sha256 "
            + torrent.infoSha256() + "\ntag build-42\nmade 1795694400\nuntil 1795698000\nserial 42\n");
    }

    @Test
    void refusesUnsignedTorrents() throws Exception {
        assertRefused(Fixtures.torrent("build"), NOW, -1, Reason.UNSIGNED, "it is not signed");
    }

    @Test
    void refusesUnknownKeys() throws Exception {
        SshPrivateKey stranger = Fixtures.key();
        assertRefused(ReleaseSigning.sign(Fixtures.torrent("build"), TERMS, stranger), NOW, -1, Reason.UNKNOWN_KEY,
            stranger.publicKey().fingerprint());
    }

    @Test
    void refusesOtherTags() throws Exception {
        ReleaseTerms terms = new ReleaseTerms("build-41", TERMS.made(), TERMS.until(), TERMS.serial());
        assertRefused(ReleaseSigning.sign(Fixtures.torrent("build"), terms, key), NOW, -1, Reason.OTHER_TAG,
            "the tag 'build-41', not 'build-42'");
    }

    @Test
    void clocksMayDifferByFiveMinutes() throws Exception {
        Instant late = TERMS.until().plus(ReleasePolicy.CLOCK_TOLERANCE);
        policy.check(signed, late, -1);
        assertRefused(signed, late.plus(SECOND), -1, Reason.EXPIRED, "it expired at " + TERMS.until());
        Instant early = TERMS.made().minus(ReleasePolicy.CLOCK_TOLERANCE);
        policy.check(signed, early, -1);
        assertRefused(signed, early.minus(SECOND), -1, Reason.FROM_THE_FUTURE, "look at the clocks");
    }

    @Test
    void refusesOlderSerials() throws Exception {
        policy.check(signed, NOW, 42);
        assertRefused(signed, NOW, 43, Reason.OLDER, "serial 42 is older than 43");
    }

    @Test
    void refusesTheSignatureOfAnotherTorrent() throws Exception {
        Metainfo swapped = Fixtures.torrent("other").withReleaseSignature(signed.releaseSignature().orElseThrow());
        assertRefused(swapped, NOW, -1, Reason.WRONG_SIGNATURE, "it was changed");
    }

    @Test
    void refusesChangedTerms() throws Exception {
        String text = signed.releaseSignature().orElseThrow().text();
        for (ReleaseTerms changed : new ReleaseTerms[] {
            new ReleaseTerms("build-43", TERMS.made(), TERMS.until(), TERMS.serial()),
            new ReleaseTerms(TERMS.tag(), TERMS.made().plus(SECOND), TERMS.until(), TERMS.serial()),
            new ReleaseTerms(TERMS.tag(), TERMS.made(), TERMS.until().plus(SECOND), TERMS.serial()),
            new ReleaseTerms(TERMS.tag(), TERMS.made(), TERMS.until(), TERMS.serial() + 1)}) {
            assertRefused(signed.withReleaseSignature(new ReleaseSignature(changed, text)), NOW, -1, Reason.WRONG_SIGNATURE, "changed");
        }
    }

    @Test
    void refusesSignaturesForOtherUses() throws Exception {
        String text = key.sign("git", ReleaseSigning.message(signed, TERMS)).toString();
        assertRefused(signed.withReleaseSignature(new ReleaseSignature(TERMS, text)), NOW, -1, Reason.WRONG_SIGNATURE, "another use");
    }

    @Test
    void refusesInvalidSignature() throws Exception {
        assertRefused(signed.withReleaseSignature(new ReleaseSignature(TERMS, "nonsense")), NOW, -1, Reason.MALFORMED,
            "its signature cannot be read");
    }

    @Test
    void torrentsWithoutSha256AreNotSigned() throws Exception {
        Metainfo weak = Fixtures.torrent("build", false);
        assertThatThrownBy(() -> ReleaseSigning.sign(weak, TERMS, key)).isInstanceOf(IllegalArgumentException.class);
        String text = key.sign("murder", ReleaseSigning.message(weak, TERMS)).toString();
        assertRefused(weak.withReleaseSignature(new ReleaseSignature(TERMS, text)), NOW, -1, Reason.SHA1_ONLY, "only SHA-1");
    }

    @Test
    void badSignersAreNoticedAtOnce() {
        Signer liar = (namespace, message) -> key.sign(namespace, new byte[] {1});
        assertThatThrownBy(() -> ReleaseSigning.sign(Fixtures.torrent("build"), TERMS, liar)).hasMessageContaining("is not right");
    }
}
