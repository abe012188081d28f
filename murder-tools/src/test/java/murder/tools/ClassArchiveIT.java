package murder.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import murder.order.Membership;
import murder.order.Order;
import murder.order.SignedOrder;
import murder.tools.agent.AgentStart;
import murder.tools.run.ClassArchive;
import murder.trust.SshPrivateKey;
import murder.trust.SwarmKey;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The archive that {@code distribute_files} makes on a host, and the peers of that host. The peers
 * end early, since the test asks only where their JVM has the classes from.
 */
class ClassArchiveIT {
    private static final String JAR = "tools.jar";

    @TempDir
    private static Path host;

    private static Path folder;

    @TempDir
    private Path temporary;

    /**
     * Inside the folder and with a relative name, as the script of {@code distribute_files} does
     * it.
     */
    @BeforeAll
    static void prepare() throws Exception {
        folder = Files.createDirectory(host.toRealPath().resolve("murder"));
        Files.copy(Path.of(System.getProperty("murder.jar")), folder.resolve(JAR));
        Files.createSymbolicLink(host.resolve("link.jar"), folder.resolve(JAR));
        Process process = start(folder, host, "", JAR, "prepare");
        assertThat(printed(process)).startsWith("prepared: " + folder.resolve("tools.jsa") + ", ");
        assertThat(process.waitFor()).isZero();
    }

    private static Process start(Path directory, Path state, String options, String jar, String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(ClassArchive.java(), "-jar", jar));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().put("MURDER_STATE", state.resolve("state").toString());
        builder.environment().put("MURDER_JAVA_OPTS", options);
        Process process = builder.start();
        process.getOutputStream().close();
        return process;
    }

    private static String printed(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /**
     * Where the background process of this command line loaded the class from, in the words of its
     * JVM.
     */
    private String source(String type, Path directory, String jar, String... words) throws Exception {
        Path log = temporary.resolve("classes.log");
        Process process = start(directory, temporary, "-Xlog:class+load:file=" + log, jar, words);
        assertThat(printed(process)).startsWith("murder ");
        assertThat(process.waitFor()).isEqualTo(1);
        String line = Files.readAllLines(log).stream().filter(each -> each.contains(" " + type + " source: ")).findFirst().orElseThrow();
        return line.substring(line.indexOf("source: ") + "source: ".length());
    }

    @ParameterizedTest
    @CsvSource({"murder, tools.jar", "., murder/tools.jar", "murder, ../murder/tools.jar", "., link.jar"})
    void hostPeersUseTheArchive(String directory, String jar) throws Exception {
        assertThat(source("murder.tools.host.HostPeerCommand", host.resolve(directory), jar, "host", "peer", "--tag=t", "--temp=a",
            "--dest=b")).isEqualTo("shared objects file (top)");
    }

    @Test
    void peersUseTheArchive() throws Exception {
        assertThat(source("murder.tools.PeerCommand", host, folder.resolve(JAR).toString(), "peer", "no.torrent", "copy"))
            .isEqualTo("shared objects file (top)");
    }

    /** It joins, takes an order that has nothing for it, and leaves. */
    @Test
    void agentsTakeEveryClassFromTheArchive() throws Exception {
        SshPrivateKey key = SshPrivateKey.generate(new SecureRandom());
        Order order = new Order("test", 1, Instant.now(), Instant.now().plusSeconds(60), true, List.of());
        Membership membership = new Membership("test", List.of(SwarmKey.random(new SecureRandom())),
            List.of("test namespaces=\"" + SignedOrder.NAMESPACE + "\" " + key.publicKey()), SignedOrder.sign(order, key).bytes());
        int port = FreePort.next();
        Path log = temporary.resolve("classes.log");
        List<String> command = new ArrayList<>(List.of(ClassArchive.java(), "-XX:SharedArchiveFile=" + folder.resolve("tools.jsa")));
        command.addAll(AgentStart.javaOptions());
        command.addAll(List.of("-Xlog:class+load:file=" + log, "-cp", folder.resolve(JAR).toString(), AgentStart.MAIN, "agent", "--once",
            "--fleet=test", "--name=host", "--ip=127.0.0.1", "--tracker=127.0.0.1:" + port, "--serve=" + port, "--seed-for=0",
            "--temp=" + temporary, "--root=" + temporary));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeAll(List.of("MURDER_STATE", "XDG_RUNTIME_DIR"));
        builder.environment().put("HOME", temporary.toString());
        Process agent = builder.start();
        agent.getOutputStream().write(membership.toBytes());
        agent.getOutputStream().close();
        assertThat(printed(agent)).contains("\"joined\"");
        assertThat(agent.waitFor()).isZero();
        assertThat(Files.readAllLines(log)).anyMatch(line -> line.contains(" murder.tools.agent.Agent source: "))
            .noneMatch(line -> line.contains(" murder.") && line.contains(" source: file:"));
    }
}
