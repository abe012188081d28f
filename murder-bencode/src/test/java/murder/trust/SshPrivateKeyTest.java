package murder.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SshPrivateKeyTest {
    private static final byte[] MESSAGE = {1, 2, 3};

    @TempDir
    Path dir;

    @Test
    void readsKeyOfSshKeygen() throws Exception {
        SshPrivateKey key = SshPrivateKey.parse(Fixtures.text("ed.key"));
        assertThat(key.publicKey()).isEqualTo(SshPublicKey.parse(Fixtures.text("ed.pub")));
        // Ed25519 signatures have no randomness, so ours is the same.
        assertThat(key.sign("murder", Fixtures.bytes("message")).toString().strip()).isEqualTo(Fixtures.text("ed.sig").strip());
    }

    @Test
    void readsWhatItWrites() throws Exception {
        for (String comment : new String[] {"", "a", "release key", "12345678"}) {
            SshPrivateKey key = Fixtures.key();
            Path file = Files.writeString(dir.resolve("key"), key.toText(comment));
            SshPrivateKey read = SshPrivateKey.read(file);
            assertThat(read.publicKey()).isEqualTo(key.publicKey());
            assertThat(read.sign("murder", MESSAGE).isOf("murder", MESSAGE)).isTrue();
        }
    }

    @Test
    void otherKeysAreForSshKeygen() throws Exception {
        assertThatThrownBy(() -> SshPrivateKey.parse(Fixtures.text("encrypted.key"))).hasMessageContaining("encrypted");
        assertThatThrownBy(() -> SshPrivateKey.parse(Fixtures.text("p256.key"))).hasMessageContaining("of type ecdsa-sha2-nistp256");
        Path file = Files.writeString(dir.resolve("key"), Fixtures.text("ed.pub"));
        assertThatThrownBy(() -> SshPrivateKey.read(file)).isInstanceOf(KeyFormatException.class).hasMessageContaining(file.toString());
    }

    @Test
    void halvesMustBelongTogether() throws Exception {
        String text = Fixtures.key().toText("");
        byte[] blob = SshText.read("OPENSSH PRIVATE KEY", text);
        for (int i = 39; i < blob.length - 8; i++) {
            byte[] damaged = blob.clone();
            damaged[i] ^= 1;
            try {
                SshPrivateKey read = SshPrivateKey.parse(SshText.write("OPENSSH PRIVATE KEY", damaged));
                assertThat(read.sign("murder", MESSAGE).isOf("murder", MESSAGE)).as("byte %d", i).isTrue();
            } catch (KeyFormatException e) {
                assertThat(e).hasMessageNotContaining(text.substring(200, 240));
            }
        }
    }

    @Test
    void noTextShowsTheSecret() throws Exception {
        SshPrivateKey key = Fixtures.key();
        assertThat(key.toString()).isEqualTo("the private key of " + key.publicKey());
    }
}
