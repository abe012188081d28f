package murder.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import murder.order.Membership;
import murder.order.Order;
import murder.order.SignedOrder;
import murder.tools.agent.AgentStart;
import murder.tools.cli.OwnSession;
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
    private static final String JAR = "murder-tools.jar";

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
        Process process = start(folder, host, "", JAR, "prepare", "--control");
        assertThat(printed(process)).startsWith("prepared: " + folder.resolve("murder-tools.jsa") + ", ");
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
    @CsvSource({"murder, murder-tools.jar", "., murder/murder-tools.jar", "murder, ../murder/murder-tools.jar", "., link.jar"})
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
        Order order = new Order("test", 1, Instant.now(), Instant.now().plusSeconds(60), true, List.of());
        Process agent = agent(FreePort.next(), membership(order), "agent.log", "--once", "--seed-for=0");
        agent.getOutputStream().close();
        assertThat(printed(agent)).contains("\"joined\"");
        assertThat(agent.waitFor()).isZero();
        assertQuickStart("agent.log", "murder.tools.agent.Agent");
    }

    /** As at a deploy to hosts with resident agents. */
    @Test
    void agentsThatFindAnotherOneTakeEveryClassFromTheArchive() throws Exception {
        int port = FreePort.next();
        byte[] membership = membership(null);
        Process resident = agent(port, membership, "resident.log", "--trust-ip=10.0.0.0/8");
        BufferedReader lines = resident.inputReader();
        assertThat(lines.readLine()).contains("\"joined\"");
        Process other = agent(port, membership, "other.log", "--trust-ip=10.0.0.0/8");
        other.getOutputStream().close();
        assertThat(printed(other)).contains("\"already\"");
        assertThat(other.waitFor()).isZero();
        resident.destroy();
        assertThat(resident.waitFor()).isNotZero();
        assertQuickStart("other.log", "murder.tools.agent.HandOver");
    }

    /** The second release comes as a patch. */
    @Test
    void deploysTakeEveryClassFromTheArchive() throws Exception {
        Path ssh = Files.writeString(temporary.resolve("ssh"), """
            case " $* " in
                *" -G "*) echo "hostname 127.0.0.1"; exit ;;
            esac
            for line; do :; done
            exec sh -c "$line"
            """);
        Path java = Files.writeString(temporary.resolve("java"), """
            #!/bin/sh
            for word; do
                shift
                [ "$word" = -Xlog:disable ] || set -- "$@" "$word"
            done
            exec %s -Xlog:class+load:file=%s/agent-%%p.log "$@"
            """.formatted(ClassArchive.java(), temporary));
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path config = Files.write(temporary.resolve("murder.properties"), List.of("role.peer = localhost",
            "tracker_port = " + FreePort.next(), "ssh = sh " + ssh, "java = " + java, "murder_state = " + temporary.resolve("there"),
            "remote_murder_path = " + folder, "default_temp_path = " + temporary,
            "default_destination_path = " + temporary.resolve("releases")));
        Path source = Files.createDirectory(temporary.resolve("source"));
        Files.write(source.resolve("large"), new byte[2_000_000]);
        for (String tag : List.of("v1", "v2")) {
            Files.writeString(source.resolve("version"), tag);
            assertThat(fleet("deploy", "--config", config.toString(), "tag=" + tag, "files_path=" + source))
                .contains("deploy: 1 of 1 host done");
            assertQuickStart("fleet.log", "murder.tools.fleet.SshAlias");
            assertThat(fleet("stop_agents", "--config", config.toString())).contains("stop_agents: 1 of 1 host done");
        }
        try (Stream<Path> files = Files.list(temporary)) {
            List<Path> agents = files.filter(ClassArchiveIT::isOfAgent).toList();
            assertThat(agents).hasSize(2).anySatisfy(log -> assertThat(log).content().contains(" murder.tools.agent.PatchMaker source: "))
                .allSatisfy(log -> assertQuickStart(log.getFileName().toString(), "murder.tools.agent.Agent"));
        }
    }

    private static boolean isOfAgent(Path file) {
        try {
            return file.getFileName().toString().matches("agent-\\d+\\.log")
                && Files.readString(file).contains(" murder.tools.agent.Agent source: ");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String fleet(String... words) throws Exception {
        List<String> command = java(AgentStart.shortOptions(), "fleet.log");
        command.add(1, OwnSession.launched());
        command.addAll(List.of(FleetLauncher.class.getName(), "false", "fleet"));
        command.addAll(List.of(words));
        Process fleet = process(command).start();
        fleet.getOutputStream().close();
        String printed = printed(fleet);
        assertThat(fleet.waitFor()).as(printed).isZero();
        return printed;
    }

    private List<String> java(List<String> options, String log) {
        List<String> command = new ArrayList<>(List.of(ClassArchive.java(), "-XX:SharedArchiveFile=" + folder.resolve("murder-tools.jsa")));
        command.addAll(options);
        command.addAll(List.of("-Xlog:class+load:file=" + temporary.resolve(log), "-cp", folder.resolve(JAR).toString()));
        return command;
    }

    private ProcessBuilder process(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeAll(List.of("MURDER_STATE", "XDG_RUNTIME_DIR"));
        builder.environment().put("HOME", temporary.toString());
        return builder;
    }

    private static byte[] membership(Order order) throws Exception {
        SshPrivateKey key = SshPrivateKey.generate(new SecureRandom());
        return new Membership("test", List.of(SwarmKey.random(new SecureRandom())),
            List.of("test namespaces=\"" + SignedOrder.NAMESPACE + "\" " + key.publicKey()),
            order == null ? null : SignedOrder.sign(order, key).bytes()).toBytes();
    }

    /** An agent that has read its membership, with its classes in a log. */
    private Process agent(int port, byte[] membership, String log, String... more) throws IOException {
        List<String> command = java(AgentStart.javaOptions(true), log);
        command.addAll(List.of(AgentStart.MAIN, "agent", "--fleet=test", "--name=host", "--ip=127.0.0.1", "--tracker=127.0.0.1:" + port,
            "--serve=" + port, "--temp=" + temporary, "--root=" + temporary));
        command.addAll(List.of(more));
        Process agent = process(command).start();
        agent.getOutputStream().write(membership);
        agent.getOutputStream().flush();
        return agent;
    }

    /**
     * A class from the jar makes the JVM open it. The first generated method of a record that runs,
     * such as {@code equals}, takes up to 100 ms: the JVM makes it then, and no archive holds it.
     */
    private void assertQuickStart(String log, String certain) throws IOException {
        assertThat(Files.readAllLines(temporary.resolve(log))).anyMatch(line -> line.contains(" " + certain + " source: "))
            .noneMatch(line -> line.contains(" murder.") && line.contains(" source: file:"))
            .noneMatch(line -> line.contains(" java.lang.runtime.ObjectMethods source: "));
    }
}
