package murder.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Random;
import murder.trust.KeyFormatException;
import murder.trust.SshPrivateKey;
import murder.trust.SwarmKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MembershipTest {
    private final SwarmKey first = SwarmKey.random(new SecureRandom());
    private final SwarmKey second = SwarmKey.random(new SecureRandom());
    private final SshPrivateKey signer = Samples.key();
    private final String line = "control@example.com namespaces=\"murder-order\" " + signer.publicKey();

    private static Membership read(String text) throws IOException {
        return Membership.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static String text(Membership membership) {
        return new String(membership.toBytes(), StandardCharsets.UTF_8);
    }

    private Membership membership() throws IOException, InterruptedException {
        return new Membership(Samples.FLEET, List.of(first, second), List.of(line),
            SignedOrder.sign(Samples.order(1), signer).bytes());
    }

    @Test
    void readsWhatItWrites() throws Exception {
        Membership membership = membership();
        Membership read = read(text(membership));
        assertThat(read.fleet()).isEqualTo(Samples.FLEET);
        assertThat(read.keys()).containsExactly(first, second);
        assertThat(read.signers()).containsExactly(line);
        assertThat(read.order()).hasValue(membership.order().orElseThrow());
        assertThat(read.toBytes()).isEqualTo(membership.toBytes());
        assertThat(SignedOrder.parse(read.order().orElseThrow()).check(read.policy(), Samples.NOW, -1)).isEqualTo(Samples.order(1));
    }

    @Test
    void linesAreTheseInThisOrder() throws Exception {
        Membership membership = new Membership("f", List.of(first), List.of(line), null);
        assertThat(text(membership)).isEqualTo("murder-membership 1\nfleet f\nswarm-key " + first.toLine() + "\nsigner " + line
            + "\nend\n");
        assertThat(read(text(membership)).order()).isEmpty();
    }

    @Test
    void readsNothingBehindItsEnd() throws Exception {
        ByteArrayInputStream in = new ByteArrayInputStream((text(membership()) + "order x\n").getBytes(StandardCharsets.UTF_8));
        Membership.read(in);
        assertThat(in.readAllBytes()).asString(StandardCharsets.UTF_8).isEqualTo("order x\n");
    }

    @Test
    void fileThatOthersReadIsRefused(@TempDir Path folder) throws Exception {
        Path file = Files.write(folder.resolve("membership"), membership().toBytes());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertThat(Membership.read(file).fleet()).isEqualTo(Samples.FLEET);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> Membership.read(file)).hasMessageContaining("chmod 600 " + file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(file, "swarm-key " + first.toLine() + "\n");
        assertThatThrownBy(() -> Membership.read(file)).isInstanceOf(KeyFormatException.class).hasMessageContaining(file + ": ")
            .hasMessageNotContaining(first.toLine());
    }

    @Test
    void textHidesSecrets() throws Exception {
        assertThat(membership().toString()).isEqualTo("membership of the fleet " + Samples.FLEET).doesNotContain(first.toLine());
    }

    /** Whatever is wrong with a line, its key is not shown. */
    @Test
    void errorsHideSecrets() throws Exception {
        String text = text(membership());
        Random random = new Random(7);
        int refused = 0;
        for (int i = 0; i < 5_000; i++) {
            StringBuilder mutated = new StringBuilder(text);
            for (int edits = 1 + random.nextInt(3); edits > 0 && mutated.length() > 0; edits--) {
                int at = random.nextInt(Math.min(400, mutated.length()));
                switch (random.nextInt(4)) {
                    case 0 -> mutated.deleteCharAt(at);
                    case 1 -> mutated.insert(at, (char) random.nextInt(128));
                    case 2 -> mutated.setCharAt(at, (char) random.nextInt(128));
                    default -> mutated.setLength(at + 1);
                }
            }
            try {
                read(mutated.toString());
            } catch (KeyFormatException e) {
                refused++;
                for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                    assertHides(cause.getMessage(), first);
                    assertHides(cause.getMessage(), second);
                }
            }
        }
        assertThat(refused).isGreaterThan(3_000);
    }

    private static void assertHides(String message, SwarmKey key) {
        for (int i = 0; i + 8 <= key.toLine().length(); i++) {
            assertThat(message).doesNotContain(key.toLine().substring(i, i + 8));
        }
    }

    @Test
    void refusesInvalidMembership() throws Exception {
        String text = text(membership());
        String keyLine = "swarm-key " + first.toLine() + "\n";
        for (String other : List.of("", "murder-membership 2\nend\n", text.substring(0, text.length() - 4), text.replace("fleet ", "flet "),
            text.replace(keyLine, keyLine + keyLine), text.replace("fleet ", "fleet a\nfleet "), text.replaceAll("swarm-key .*\n", ""),
            text.replaceAll("signer .*\n", ""), text.replaceAll("order .*\n", "order !\n"), text.replaceAll("signer .*\n", "signer x y\n"),
            text.replaceAll("fleet .*\n", ""), text.replace("end\n", "signer " + line + "\n".repeat(70) + "end\n"),
            text.replace("end\n", "signer " + "x".repeat(200_000) + "\nend\n"), text.replaceAll("order .*\n", "order \n"))) {
            assertThatThrownBy(() -> read(other)).as(other).isInstanceOf(KeyFormatException.class);
        }
    }

    @Test
    void controlNameNeedsKeyAndFleet() {
        assertThat(first.controlName("a")).isEqualTo(first.controlName("a")).isNotEqualTo(first.controlName("b"))
            .isNotEqualTo(second.controlName("a"));
    }
}
