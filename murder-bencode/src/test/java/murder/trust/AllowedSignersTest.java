package murder.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import murder.trust.TrustException.Reason;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AllowedSignersTest {
    private static final Instant NOON = Instant.parse("2026-11-26T12:00:00Z");

    @TempDir
    Path dir;

    private SshPublicKey key;

    @BeforeEach
    void makeKey() throws Exception {
        key = Fixtures.key().publicKey();
    }

    private String principals(String file) throws Exception {
        return AllowedSigners.parse(file).principalsOf(key, "murder", NOON);
    }

    private void assertRefused(String file, Reason reason, String problem) {
        assertThatThrownBy(() -> principals(file)).isInstanceOfSatisfying(TrustException.class,
            e -> assertThat(e.reason()).isEqualTo(reason)).hasMessageContaining(problem);
    }

    @Test
    void findsTheKeyInAnyLine() throws Exception {
        String other = Fixtures.key().publicKey().toString();
        assertThat(principals("a@b " + key)).isEqualTo("a@b");
        assertThat(principals("# keys\n\n  x " + other + "\n\ta@b,c@d\t" + key + " a comment, \"quoted\"\r\n")).isEqualTo("a@b,c@d");
        assertThat(principals("\"two words\" " + key)).isEqualTo("two words");
        assertThat(principals("a ssh-dss AAAAB3NzaC1kc3M= old\nb " + key)).isEqualTo("b");
        assertRefused("", Reason.UNKNOWN_KEY, key.fingerprint());
        assertRefused("x " + other, Reason.UNKNOWN_KEY, "unknown key");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "namespaces=\"murder\" | true", "namespaces=\"git,mur*\" | true", "namespaces=\"m?rder\" | true",
        "namespaces=\"*,!murder\" | false", "namespaces=\"git\" | false", "namespaces=\"\" | false", "NAMESPACES=\"murder\" | true",
        "valid-after=\"20261126115959Z\" | true", "valid-after=\"202611261201Z\" | false", "valid-before=\"20261126120000Z\" | true",
        "valid-before=\"20261126115959Z\" | false", "valid-after=\"20200101\",valid-before=\"20300101\",namespaces=\"murder\" | true",
        "valid-after=\"20200101\",valid-before=\"20210101\" | false"})
    void optionsDecide(String options, boolean isAllowed) throws Exception {
        String line = "a " + options + " " + key;
        if (isAllowed) {
            assertThat(principals(line)).isEqualTo("a");
            // A line that does not allow it does not forbid it.
            assertThat(principals("b namespaces=\"git\" " + key + "\n" + line)).isEqualTo("a");
        } else {
            assertRefused(line, Reason.KEY_NOT_ALLOWED, key.fingerprint());
        }
    }

    @Test
    void timesWithoutZoneAreLocal() throws Exception {
        LocalDate today = NOON.atZone(ZoneId.systemDefault()).toLocalDate();
        String tomorrow = today.plusDays(1).toString().replace("-", "");
        assertThat(principals("a valid-before=\"" + tomorrow + "\" " + key)).isEqualTo("a");
        assertRefused("a valid-after=\"" + tomorrow + "\" " + key, Reason.KEY_NOT_ALLOWED, "only after");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "a cert-authority KEY | cert-authority is not supported", "a no-touch-required KEY | 'no-touch-required' is not supported",
        "a namespaces=murder KEY | of namespaces has no double quotes", "a namespaces=\"murder KEY | a quote is not closed",
        "a valid-after=\"2026\" KEY | is no time such as", "a valid-after=\"20261340\" KEY | is no time",
        "a valid-after=\"20270101\",valid-before=\"20260101\" KEY | not before", "a ssh-ed25519 | a type and a key", "a | a type and a key",
        "a ssh-ed25519 !! | not Base64", "a ssh-rsa BLOB | not of type 'ssh-rsa'", "\"a KEY | a quote is not closed"})
    void refusesFileWithBadLine(String line, String problem) throws Exception {
        String words = line.replace("KEY", key.toString()).replace("BLOB", key.toString().substring(12));
        Path file = Files.writeString(dir.resolve("allowed_signers"), "good " + key + "\n" + words + "\n");
        assertThatThrownBy(() -> AllowedSigners.read(file)).isInstanceOf(KeyFormatException.class)
            .hasMessageStartingWith(file + ", line 2: ").hasMessageContaining(problem);
    }

    @Test
    void longFilesAreRefused() throws Exception {
        Path file = Files.writeString(dir.resolve("allowed_signers"), "# a comment\n".repeat(100_000));
        assertThatThrownBy(() -> AllowedSigners.read(file)).hasMessageContaining("longer than 1048576 bytes");
    }
}
