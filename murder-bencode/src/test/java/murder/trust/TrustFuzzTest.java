package murder.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import murder.fuzz.Fuzz;
import murder.fuzz.Mutator;
import murder.fuzz.SeededProperties;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterProperty;

/** Hostile and damaged files of keys: those of swarms, of signers and of the one who signs. */
@Tag(SeededProperties.FUZZ)
class TrustFuzzTest {
    private static final String SWARM_KEY = "0123456789abcdef".repeat(4);

    private final Path file = Files.createTempFile("murder-keys", "", PosixFilePermissions.asFileAttribute(
        PosixFilePermissions.fromString("rw-------")));
    private final SshPrivateKey key = Fixtures.key();
    private final Fuzz swarmKeys = Fuzz.of(new Mutator(Fuzz.samples(SWARM_KEY + "\n", "# old and new\n\n" + SWARM_KEY + "\n"
        + SWARM_KEY.toUpperCase() + "\n"), "0123456789abcdefABCDEF#\n\r \0"), this::readSwarmKeys)
        .throwing(IOException.class).allocating(64 * 1024, 100);
    private final Fuzz signers = Fuzz.of(new Mutator(Fuzz.samples("a@example.com " + key.publicKey() + "\n",
        "# who\n*@example.com,!b@* namespaces=\"murder,git\",valid-after=\"20260101\",valid-before=\"20270101120000Z\" "
        + key.publicKey() + " a comment\n"), "*?!,@=\"# \n\tZ0123456789+/"), this::readSigners)
        .throwing(KeyFormatException.class).allocating(256 * 1024, 200);
    /**
     * What is inside of the armour: there the reader's work begins. A signature proves that the
     * halves belong together.
     */
    private final Fuzz privateKeys = Fuzz.of(new Mutator(List.of(SshText.read(SshPrivateKey.NAME, key.toText(""))), "\0\1\40"),
        bytes -> readPrivateKey(SshText.write(SshPrivateKey.NAME, bytes))).throwing(KeyFormatException.class).allocating(1 << 20, 100);
    private final Fuzz texts = Fuzz.of(new Mutator(Fuzz.samples(key.toText("")), "-=+/\n\r "),
        bytes -> readPrivateKey(new String(bytes, StandardCharsets.ISO_8859_1))).throwing(KeyFormatException.class)
        .allocating(1 << 20, 100);

    TrustFuzzTest() throws IOException {
    }

    @Property(tries = 4_000, shrinking = ShrinkingMode.OFF)
    void swarmKeysAreReadOrRefused(@ForAll long seed) throws Exception {
        swarmKeys.run(seed);
    }

    @Property(tries = 10_000, shrinking = ShrinkingMode.OFF)
    void signersAreReadOrRefused(@ForAll long seed) throws Exception {
        signers.run(seed);
    }

    @Property(tries = 4_000, shrinking = ShrinkingMode.OFF)
    void privateKeysAreReadOrRefused(@ForAll long seed) throws Exception {
        privateKeys.run(seed);
        texts.run(seed);
    }

    private void readSwarmKeys(byte[] bytes) throws IOException {
        Files.write(file, bytes);
        List<SwarmKey> keys = SwarmKey.read(file);
        assertThat(keys).isNotEmpty();
        for (SwarmKey read : keys) {
            assertThat(read.toLine()).matches("[0-9a-f]{64}");
        }
    }

    /** An allowed signer then has a line with a name. */
    private void readSigners(byte[] bytes) throws KeyFormatException {
        AllowedSigners read = AllowedSigners.parse(new String(bytes, StandardCharsets.UTF_8));
        try {
            assertThat(read.principalsOf(key.publicKey(), "murder", Fixtures.NOW)).isNotBlank();
        } catch (TrustException e) {
            assertThat(e.reason()).isNotNull();
        }
    }

    private static void readPrivateKey(String text) throws KeyFormatException {
        SshPrivateKey read = SshPrivateKey.parse(text);
        assertThat(SshPrivateKey.parse(read.toText("")).publicKey()).isEqualTo(read.publicKey());
    }

    @AfterProperty
    void removeFile() throws IOException {
        Files.delete(file);
    }
}
