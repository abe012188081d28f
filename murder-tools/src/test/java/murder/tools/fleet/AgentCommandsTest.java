package murder.tools.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import murder.fuzz.Allocation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentCommandsTest {
    /** Of one host's command. Reading, quoting and joining the script for each takes far more. */
    private static final int MOST_BYTES = 40_000;

    @TempDir
    private Path folder;

    private AgentCommands commands(int hosts) throws Exception {
        FleetConfig config = FleetConfig.read(Files.writeString(folder.resolve("murder.properties"), "default_destination_path = /srv\n"
            + "ssh = true\nrole.peer = " + IntStream.range(0, hosts).mapToObj(i -> "h" + i).collect(Collectors.joining(", "))));
        Path jar = Files.writeString(folder.resolve("jar"), "");
        return new AgentCommands(config, new RemoteCommands(config), new JarFile(jar, 0, "ab"), new byte[1], List.of("/srv"), "", "/tmp");
    }

    @Test
    void eachHostHasItsOwnCommand() throws Exception {
        AgentCommands commands = commands(2);
        for (Host host : commands.config().peers()) {
            List<String> words = List.copyOf(commands.once(host).command());
            assertThat(words.get(words.size() - 2)).isEqualTo(host.name());
            assertThat(words.get(words.size() - 1)).startsWith("exec sh -c '").contains(" --once ", "--name=" + host + " ");
            assertThat(ShellWords.split(words.get(words.size() - 1)).get(4)).isEqualTo("murder");
        }
    }

    @Test
    void commandsOfManyHostsShareTheirScript() throws Exception {
        AgentCommands commands = commands(100);
        List<Host> hosts = List.copyOf(commands.config().peers());
        commands.once(hosts.get(0));
        long before = Allocation.ofThisThread();
        hosts.forEach(commands::once);
        assertThat((Allocation.ofThisThread() - before) / hosts.size()).isLessThan(MOST_BYTES);
    }
}
