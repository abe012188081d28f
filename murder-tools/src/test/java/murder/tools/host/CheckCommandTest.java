package murder.tools.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import murder.tools.CommandRun;
import murder.tools.cli.ProcessStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest {
    @TempDir
    private Path temporary;

    private static CommandRun check(String... options) {
        String[] words = new String[options.length + 3];
        words[0] = "host";
        words[1] = "check";
        words[2] = "--json";
        System.arraycopy(options, 0, words, 3, options.length);
        return CommandRun.of(words);
    }

    @Test
    void aReadyHostPasses() throws Exception {
        try (ServerSocket tracker = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CommandRun run = check("--temp=" + temporary, "--dest=" + temporary.resolve("not/yet/there"), "--bytes=1k", "--port=0",
                "--tracker=127.0.0.1:" + tracker.getLocalPort());
            assertThat(run.status()).isZero();
            assertThat(run.err()).isEmpty();
            assertThat(run.lines()).hasSize(7).allMatch(line -> line.contains("\"ok\":true"));
            assertThat(run.result()).containsEntry("result", "checked").containsEntry("failed", "0");
        }
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void eachFaultHasItsLine() throws Exception {
        Path file = Files.writeString(temporary.resolve("file"), "");
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            CommandRun run = check("--temp=" + temporary, "--dest=" + file.resolve("x"), "--bytes=8000000G",
                "--port=" + taken.getLocalPort(), "--bind=127.0.0.1", "--tracker=no-such-host.invalid:8998");
            assertThat(run.status()).isEqualTo(1);
            assertThat(run.err().lines()).hasSize(4).allMatch(line -> line.startsWith("murder host check: "));
            assertThat(run.err()).contains("temp: ", "are needed", "dest: " + file + " is no directory",
                "port: cannot listen on port " + taken.getLocalPort(), "tracker: the name no-such-host.invalid");
            assertThat(run.result()).containsEntry("ok", "false").containsEntry("failed", "4").containsKey("error");
        }
    }

    @Test
    void toleratesTrackerNotYetStarted() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        CommandRun run = check("--tracker=127.0.0.1:" + port);
        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("is reachable, nothing listens there yet");
    }

    @Test
    void triesPortsOfSeeders() throws Exception {
        int free;
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = listener.getLocalPort();
            CommandRun run = check("--seeders=127.0.0.1:" + free + ",no-such-host.invalid:1");
            assertThat(run.status()).as(run.err()).isZero();
            assertThat(run.out()).contains("127.0.0.1:" + free + " listens", "no-such-host.invalid: not tried");
        }
        assertThat(check("--seeders=127.0.0.1:" + free).out()).contains("is reachable, nothing listens there yet");
        // TCP has no broadcast.
        CommandRun run = check("--seeders=255.255.255.255:9");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).startsWith("murder host check: peers: cannot reach 255.255.255.255:9: ")
            .endsWith("; set peer_port and open that port between all hosts\n");
    }

    @Test
    void detectsUsedPeerPort() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            CommandRun run = check("--peer-port=" + taken.getLocalPort());
            assertThat(run.status()).isEqualTo(1);
            assertThat(run.err()).contains("peer_port: cannot listen on port " + taken.getLocalPort());
            Path state = Files.createDirectory(temporary.resolve("state"));
            Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwx------"));
            ProcessStatus mine = ProcessStatus.starting("peer", "v1", "", "").listening("*", taken.getLocalPort());
            Files.writeString(state.resolve("peer-" + mine.pid() + ".process.json"), mine.report() + "\n");
            run = CommandRun.withState(state, "host", "check", "--peer-port=" + taken.getLocalPort());
            assertThat(run.status()).as(run.err()).isZero();
        }
    }

    /**
     * {@code 127.1} is an example for a name that means loopback here: not all hosts parse it as an
     * address.
     */
    @Test
    void warnsIfTrackerIsLoopback() {
        CommandRun run = check("--tracker=127.1:8998");
        assertThat(run.status()).isZero();
        assertThat(run.result().get("warning")).contains("the tracker's name 127.1 means 127.0.0.1 there");
        assertThat(check("--tracker=127.0.0.1:8998").out()).doesNotContain("the tracker's name");
    }

    /** Agents stay for some seconds after a deploy, and one of them is the tracker. */
    @Test
    void toleratesAgentOfTheLastDeploy() throws Exception {
        Path state = Files.createDirectory(temporary.resolve("state"));
        Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwx------"));
        try (ServerSocket tracker = new ServerSocket(0); ServerSocket peer = new ServerSocket(0)) {
            ProcessStatus agent = ProcessStatus.starting("agent", "fleet", "", "").listening("*", peer.getLocalPort())
                .tracking(tracker.getLocalPort());
            Files.writeString(state.resolve("agent-" + agent.pid() + ".process.json"), agent.report() + "\n");
            CommandRun run = CommandRun.withState(state, "host", "check", "--port=" + tracker.getLocalPort(),
                "--peer-port=" + peer.getLocalPort());
            assertThat(run.status()).as(run.err()).isZero();
            assertThat(run.out()).contains("port: an agent of murder listens on " + tracker.getLocalPort() + " already (pid ");
        }
    }

    @Test
    void toleratesTrackerThatRunsAlready() throws Exception {
        Path state = Files.createDirectory(temporary.resolve("state"));
        Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwx------"));
        try (ServerSocket tracker = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ProcessStatus mine = ProcessStatus.starting("tracker", "", "", "").listening("*", tracker.getLocalPort());
            Files.writeString(state.resolve("tracker-" + mine.pid() + ".process.json"), mine.report() + "\n");
            CommandRun run = CommandRun.withState(state, "host", "check", "--port=" + tracker.getLocalPort(), "--bind=127.0.0.1");
            assertThat(run.status()).as(run.err()).isZero();
            assertThat(run.out()).contains("a tracker of murder listens on " + tracker.getLocalPort() + " already");
        }
    }
}
