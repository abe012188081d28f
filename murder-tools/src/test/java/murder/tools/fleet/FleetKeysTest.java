package murder.tools.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import murder.tools.cli.CommandException;
import murder.trust.SshPrivateKey;
import murder.trust.SwarmKey;
import org.junit.jupiter.api.Test;

class FleetKeysTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    private static FleetKeys again(FleetKeys keys) throws CommandException {
        FleetKeys read = FleetKeys.parse(keys.toFile(), "file");
        assertThat(read.swarmKeys()).isEqualTo(keys.swarmKeys());
        assertThat(signers(read)).isEqualTo(signers(keys));
        assertThat(read.isTurned()).isEqualTo(keys.isTurned());
        return read;
    }

    private static List<String> signers(FleetKeys keys) {
        return keys.signKeys().stream().map(SshPrivateKey::publicKey).map(Object::toString).toList();
    }

    @Test
    void rotationUsesTheNewPairLast() throws Exception {
        FleetKeys one = again(FleetKeys.generate("web", RANDOM));
        FleetKeys both = again(one.rotated(RANDOM));
        assertThat(both.isRotating()).isTrue();
        assertThat(both.swarmKeys().get(0)).isEqualTo(one.swarmKeys().get(0));
        SwarmKey newer = both.swarmKeys().get(1);
        FleetKeys turned = again(both.turned());
        assertThat(turned.swarmKeys()).containsExactly(newer, one.swarmKeys().get(0));
        assertThat(signers(turned)).containsExactly(signers(both).get(1), signers(both).get(0));
        for (FleetKeys before : List.of(both, turned)) {
            FleetKeys settled = again(before.settled());
            assertThat(settled.swarmKeys()).containsExactly(newer);
            assertThat(signers(settled)).containsExactly(signers(both).get(1));
            assertThat(settled.isRotating()).isFalse();
        }
        assertThat(one.revoked(RANDOM).swarmKeys()).doesNotContain(one.swarmKeys().get(0));
    }

    @Test
    void damagedFilesShowNothing() throws Exception {
        String text = new String(FleetKeys.generate("web", RANDOM).toFile(), StandardCharsets.UTF_8);
        String secret = text.lines().filter(line -> line.startsWith("swarm-key ")).findFirst().orElseThrow().substring(10);
        for (String damaged : List.of(text.replace("\nend\n", "\nturned\nend\n"), text.replace("\nend\n", "\n"), text.replace(secret,
            secret + "0"), "x" + text, text.replace("sign-key ", "sign-key !"))) {
            assertThatThrownBy(() -> FleetKeys.parse(damaged.getBytes(StandardCharsets.UTF_8), "file"))
                .isInstanceOf(CommandException.class).hasMessageStartingWith("file is no file of a fleet's keys: ")
                .hasMessageNotContaining(secret);
        }
    }
}
