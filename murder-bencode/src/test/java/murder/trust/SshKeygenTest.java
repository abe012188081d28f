package murder.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import murder.hash.Sha256;
import murder.metainfo.Metainfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both ways with the real {@code ssh-keygen}. */
@Tag("interop")
class SshKeygenTest {
    private static final byte[] MESSAGE = "release 42\n".getBytes(StandardCharsets.US_ASCII);
    private static final long PATIENCE_S = 60;

    @TempDir
    Path dir;

    private int run(List<String> command, byte[] input) throws Exception {
        Path in = Files.write(dir.resolve("input"), input);
        Process process = new ProcessBuilder(command).redirectInput(in.toFile()).redirectErrorStream(true)
            .redirectOutput(dir.resolve("output").toFile()).start();
        assertThat(process.waitFor(PATIENCE_S, TimeUnit.SECONDS)).as("%s ends", command).isTrue();
        return process.exitValue();
    }

    private boolean isVerified(SshSignature signature, String allowedSigners, String... options) throws Exception {
        Path allowed = Files.writeString(dir.resolve("allowed_signers"), allowedSigners + "\n");
        Path file = Files.writeString(dir.resolve("message.sig"), signature.toString());
        List<String> command = new ArrayList<>(List.of("ssh-keygen", "-Y", "verify", "-f", allowed.toString(), "-I", "release@example.com",
            "-n", "murder", "-s", file.toString()));
        command.addAll(List.of(options));
        return run(command, MESSAGE) == 0;
    }

    private Path newKey(String type) throws Exception {
        Path key = dir.resolve("key");
        List<String> command = new ArrayList<>(List.of("ssh-keygen", "-q", "-N", "", "-f", key.toString(), "-t", type.split(" ")[0]));
        if (type.contains(" ")) {
            command.addAll(List.of("-b", type.split(" ")[1]));
        }
        assertThat(run(command, new byte[0])).isZero();
        return key;
    }

    @ParameterizedTest
    @ValueSource(strings = {"ed25519", "ecdsa 256", "ecdsa 384", "ecdsa 521", "rsa 2048", "rsa 4096"})
    void verifiesWhatSshKeygenSigns(String type) throws Exception {
        Path key = newKey(type);
        Path message = Files.write(dir.resolve("release"), MESSAGE);
        List<String> sign = List.of("ssh-keygen", "-Y", "sign", "-n", "murder", "-f", key.toString(), message.toString());
        assertThat(run(sign, new byte[0])).isZero();
        SshSignature signature = SshSignature.parse(Files.readString(dir.resolve("release.sig")));
        assertThat(signature.isOf("murder", MESSAGE)).isTrue();
        assertThat(signature.key()).isEqualTo(SshPublicKey.parse(Files.readString(dir.resolve("key.pub"))));
        assertThat(isVerified(signature, "release@example.com " + signature.key())).isTrue();
    }

    @Test
    void sshKeygenVerifiesOurSignature() throws Exception {
        SshPrivateKey key = SshPrivateKey.read(newKey("ed25519"));
        assertThat(isVerified(key.sign("murder", MESSAGE), "release@example.com " + key.publicKey())).isTrue();
        assertThat(isVerified(key.sign("git", MESSAGE), "release@example.com " + key.publicKey())).isFalse();
        assertThat(isVerified(key.sign("murder", new byte[] {1}), "release@example.com " + key.publicKey())).isFalse();
    }

    @Test
    void sshKeygenReadsOurKeys() throws Exception {
        SshPrivateKey key = Fixtures.key();
        Path file = Files.writeString(dir.resolve("ours"), key.toText("fleet"));
        assertThat(file.toFile().setReadable(false, false) && file.toFile().setReadable(true, true)).isTrue();
        assertThat(run(List.of("ssh-keygen", "-y", "-f", file.toString()), new byte[0])).isZero();
        assertThat(Files.readString(dir.resolve("output")).strip()).isEqualTo(key.publicKey() + " fleet");
        assertThat(run(List.of("ssh-keygen", "-l", "-f", file.toString()), new byte[0])).isZero();
        assertThat(Files.readString(dir.resolve("output"))).contains(key.publicKey().fingerprint());
    }

    @Test
    void sshKeygenTakesReleasesToo() throws Exception {
        SshPrivateKey key = Fixtures.key();
        Metainfo signed = ReleaseSigning.sign(Fixtures.torrent("build"), Fixtures.TERMS, key);
        Path allowed = Files.writeString(dir.resolve("allowed_signers"), "release@example.com " + key.publicKey() + "\n");
        Path file = Files.writeString(dir.resolve("message.sig"), signed.releaseSignature().orElseThrow().text());
        List<String> command = List.of("ssh-keygen", "-Y", "verify", "-f", allowed.toString(), "-I", "release@example.com", "-n",
            ReleaseSigning.NAMESPACE, "-s", file.toString());
        assertThat(run(command, ReleaseSigning.message(signed, Fixtures.TERMS))).isZero();
    }

    /** There is no token here, so this class signs as one does. */
    @ParameterizedTest
    @ValueSource(ints = {1, 5})
    void sshKeygenAgreesAboutTokens(int flags) throws Exception {
        SshPrivateKey inner = Fixtures.key();
        byte[] point = Arrays.copyOfRange(inner.publicKey().blob(), 19, 51);
        SshPublicKey key = SshPublicKey.of(new SshWriter().text("sk-ssh-ed25519@openssh.com").string(point).text("ssh:").toBytes());
        byte[] rest = {(byte) flags, 0, 0, 0, 9};
        byte[] signed = new SshWriter().bytes(Sha256.newDigest().digest("ssh:".getBytes(StandardCharsets.US_ASCII))).bytes(rest)
            .bytes(Sha256.newDigest().digest(SshSignature.signedBytes("murder", "sha512", MESSAGE))).toBytes();
        SshSignature signature = new SshSignature(key, "murder", "sha512",
            new SshWriter().text(key.type()).string(inner.signRaw(signed)).bytes(rest).toBytes());
        assertThat(signature.isOf("murder", MESSAGE)).isTrue();
        assertThat(isVerified(signature, "release@example.com " + key)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "namespaces=\"murder\"", "namespaces=\"git,mur*\"", "namespaces=\"m?rder\"", "namespaces=\"*,!murder\"",
        "namespaces=\"git\"", "namespaces=murder", "Namespaces=\"murder\"", "valid-after=\"20261126\"", "valid-after=\"20261127\"",
        "valid-after=\"202611261159\"", "valid-after=\"202611261201\"", "valid-before=\"20261126120000\"",
        "valid-before=\"20261126115959\"", "valid-after=\"20260101\",valid-before=\"20270101\",namespaces=\"murder\"",
        "valid-after=\"20260101\",namespaces=\"git\"", "cert-authority", "no-touch-required", "valid-after=\"2026\"", "namespaces"})
    void sshKeygenAgreesAboutOptions(String options) throws Exception {
        SshPrivateKey key = Fixtures.key();
        String line = "release@example.com " + (options.isEmpty() ? "" : options + " ") + key.publicKey();
        // Times without a zone are those of this host, for both.
        Instant at = java.time.LocalDateTime.of(2026, 11, 26, 12, 0).atZone(java.time.ZoneId.systemDefault()).toInstant();
        assertThat(isAllowed(line, key, at)).isEqualTo(isVerified(key.sign("murder", MESSAGE), line, "-O", "verify-time=20261126120000"));
    }

    private static boolean isAllowed(String line, SshPrivateKey key, Instant at) throws IOException {
        try {
            return AllowedSigners.parse(line).principalsOf(key.publicKey(), "murder", at).equals("release@example.com");
        } catch (TrustException | KeyFormatException e) {
            return false;
        }
    }
}
