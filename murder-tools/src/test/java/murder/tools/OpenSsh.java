package murder.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Keys of the real OpenSSH, and an {@code ssh-agent} that holds one. */
public final class OpenSsh implements AutoCloseable {
    private final Process agent;
    private final Path socket;

    /** Starts an agent. @param folder gets its socket; it needs a short path */
    public OpenSsh(Path folder) throws IOException {
        socket = folder.resolve("agent");
        agent = new ProcessBuilder("ssh-agent", "-D", "-a", socket.toString()).redirectErrorStream(true).start();
        assertThat(agent.inputReader().readLine()).contains("SSH_AUTH_SOCK=");
    }

    /** Makes a key pair. @param type options of {@code ssh-keygen} */
    public static void newKey(Path key, String passphrase, String comment, String... type) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ssh-keygen", "-q", "-N", passphrase, "-C", comment, "-f", key.toString()));
        command.addAll(List.of(type));
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    /** The environment of programs that use the agent. */
    public Map<String, String> env() {
        return Map.of("SSH_AUTH_SOCK", socket.toString());
    }

    /** Gives it a key without a passphrase. */
    public void add(Path key) throws IOException, InterruptedException {
        ProcessBuilder add = new ProcessBuilder("ssh-add", "-q", key.toString()).inheritIO();
        add.environment().putAll(env());
        assertThat(add.start().waitFor()).isZero();
    }

    @Override
    public void close() {
        agent.destroy();
    }
}
