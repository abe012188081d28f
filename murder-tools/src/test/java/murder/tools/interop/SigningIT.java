package murder.tools.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import murder.metainfo.Metainfo;
import murder.metainfo.ReleaseSignature;
import murder.tools.CommandRun;
import murder.tools.OpenSsh;
import murder.tools.ToolProcess;
import murder.trust.ReleaseSigning;
import murder.trust.SshSignature;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The real jar and the real OpenSSH: every kind of key signs, {@code ssh-keygen -Y verify} agrees,
 * and a fleet of one takes it.
 */
@Tag("interop")
@Timeout(180)
class SigningIT {
    private static final long PATIENCE_S = 60;
    private static final int BYTES = 3_000_000;

    @TempDir
    Path temporary;

    private Path key;
    private Path payload;
    private Path torrent;
    private Path allowed;

    @BeforeEach
    void makePayload() throws IOException {
        key = temporary.resolve("key");
        torrent = temporary.resolve("build.torrent");
        allowed = temporary.resolve("allowed_signers");
        byte[] bytes = new byte[BYTES];
        new Random(1).nextBytes(bytes);
        payload = Files.write(temporary.resolve("build.tgz"), bytes);
    }

    private int run(Path input, String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(temporary.resolve("output").toFile())
            .redirectInput(input.toFile()).start();
        assertThat(process.waitFor(PATIENCE_S, TimeUnit.SECONDS)).as("%s ends", List.of(command)).isTrue();
        return process.exitValue();
    }

    private void newKey(String passphrase, String... type) throws Exception {
        OpenSsh.newKey(key, passphrase, "", type);
        Files.writeString(allowed, "release@example.com namespaces=\"murder\" " + Files.readString(temporary.resolve("key.pub")));
    }

    private CommandRun create(Map<String, String> env, String url, Path with) throws Exception {
        return ToolProcess.run(host("laptop"), env, null, "create", payload, url, torrent, "--sign", with, "--tag", "build-42");
    }

    private Path host(String name) {
        return temporary.resolve("host-" + name);
    }

    private void assertSigned() throws Exception {
        assertThat(ToolProcess.run(host("laptop"), "verify", torrent, payload, "--trust", allowed, "--tag", "build-42").err()).isEmpty();
        Metainfo metainfo = Metainfo.read(torrent);
        ReleaseSignature release = metainfo.releaseSignature().orElseThrow();
        assertThat(Files.readString(temporary.resolve("key.pub")).strip()).isEqualTo(SshSignature.parse(release.text()).key().toString());
        Path signature = Files.writeString(temporary.resolve("signature"), release.text());
        Path message = Files.write(temporary.resolve("message"), ReleaseSigning.message(metainfo, release.terms()));
        assertThat(run(message, "ssh-keygen", "-Y", "verify", "-f", allowed.toString(), "-I", "release@example.com", "-n",
            "murder", "-s", signature.toString())).as(Files.readString(temporary.resolve("output"))).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-t ed25519", "-t ecdsa -b 256", "-t ecdsa -b 384", "-t ecdsa -b 521", "-t rsa -b 3072"})
    void everyKindOfKeySigns(String type) throws Exception {
        newKey("", type.split(" "));
        CommandRun created = create(Map.of("SSH_AUTH_SOCK", ""), "127.0.0.1:1", key);
        assertThat(created.err()).isEmpty();
        assertThat(created.out()).contains("signed by SHA256:");
        assertSigned();
    }

    @Test
    void ed25519NeedsNoProgram() throws Exception {
        newKey("", "-t", "ed25519");
        assertThat(create(Map.of("PATH", "/nonexistent"), "127.0.0.1:1", key).err()).isEmpty();
        assertSigned();
        assertThat(ToolProcess.run(host("laptop"), Map.of("PATH", "/nonexistent"), null, "verify", torrent, payload, "--trust", allowed)
            .status()).isZero();
    }

    @Test
    void passphraseIsAskedFor() throws Exception {
        newKey("open sesame", "-t", "ed25519");
        Path askpass = Files.writeString(temporary.resolve("askpass"), "#!/bin/sh\necho 'open sesame'\n");
        Files.setPosixFilePermissions(askpass, PosixFilePermissions.fromString("rwx------"));
        Map<String, String> env = Map.of("SSH_ASKPASS", askpass.toString(), "SSH_ASKPASS_REQUIRE", "force", "DISPLAY", ":0",
            "SSH_AUTH_SOCK", "");
        assertThat(create(env, "127.0.0.1:1", key).err()).isEmpty();
        assertSigned();
        Files.delete(torrent);
        Files.writeString(askpass, "#!/bin/sh\necho wrong\n");
        CommandRun wrong = create(env, "127.0.0.1:1", key);
        assertThat(wrong.status()).isEqualTo(1);
        assertThat(wrong.err()).contains("cannot sign with " + key).doesNotContain("\tat ");
        assertThat(wrong.err().lines()).hasSize(1);
        assertThat(torrent).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-t ed25519", "-t ecdsa -b 256", "-t rsa -b 2048"})
    void agentSigns(String type) throws Exception {
        newKey("", type.split(" "));
        try (OpenSsh agent = new OpenSsh(temporary)) {
            agent.add(key);
            Files.delete(key);
            assertThat(create(agent.env(), "127.0.0.1:1", temporary.resolve("key.pub")).err()).isEmpty();
            assertSigned();
        }
        CommandRun without = create(Map.of("SSH_AUTH_SOCK", ""), "127.0.0.1:1", temporary.resolve("key.pub"));
        assertThat(without.status()).isEqualTo(1);
        assertThat(without.err()).contains("cannot sign with " + key + ".pub");
    }

    @Test
    @SuppressWarnings("try")
    void peersTakeOnlyTheSigned() throws Exception {
        newKey("", "-t", "ed25519");
        Path copies = Files.createDirectory(temporary.resolve("copies"));
        try (ToolProcess tracker = ToolProcess.start(host("tracker"), "tracker", "--port", 0, "--bind", "127.0.0.1")) {
            String url = ToolProcess.address(tracker.line(), "http");
            assertThat(create(Map.of(), url, key).status()).isZero();
            try (ToolProcess seeder = ToolProcess.start(host("seeder"), "seed", torrent, payload)) {
                assertThat(seeder.line()).startsWith("seeding ");
                CommandRun peer = ToolProcess.run(host("peer"), "peer", torrent, copies.resolve("a"), "--trust", allowed, "--tag",
                    "build-42", "--seed-for", "0");
                assertThat(peer.err()).isEmpty();
                assertThat(copies.resolve("a")).hasSameBinaryContentAs(payload);
                assertThat(Files.readString(copies.resolve(".a.serial")))
                    .isEqualTo("murder serial " + Metainfo.read(torrent).releaseSignature().orElseThrow().terms().serial() + "\n");
                CommandRun other = ToolProcess.run(host("peer"), "peer", torrent, copies.resolve("b"), "--trust", allowed, "--tag", "x");
                assertThat(other.status()).isEqualTo(1);
                assertThat(other.err()).contains("is refused: it is signed for the tag 'build-42', not 'x'");
            }
        }
        try (var files = Files.list(copies)) {
            assertThat(files).containsExactlyInAnyOrder(copies.resolve("a"), copies.resolve(".a.serial"));
        }
    }
}
