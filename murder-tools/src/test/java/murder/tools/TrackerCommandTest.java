package murder.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import murder.tools.cli.Context;
import murder.tools.cli.ExitStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrackerCommandTest {
    @TempDir
    private Path temporary;

    @Test
    void servesUntilInterrupted() throws Exception {
        PipedInputStream printed = new PipedInputStream();
        PrintStream out = new PrintStream(new PipedOutputStream(printed), true, StandardCharsets.UTF_8);
        Map<String, String> env = Map.of("MURDER_STATE", temporary.toString());
        CompletableFuture<Integer> status = new CompletableFuture<>();
        Thread thread = new Thread(() -> status.complete(Main.run(
            new String[] {"tracker", "--port", "0", "--bind", "127.0.0.1", "--state", temporary.resolve("swarms").toString()},
            new Context(out, System.err, env, false, null))));
        thread.start();
        String line = new BufferedReader(new InputStreamReader(printed, StandardCharsets.UTF_8)).readLine();
        assertThat(line).matches("tracker listens on http://127\\.0\\.0\\.1:\\d+/announce \\(pid \\d+\\)");
        String url = ToolProcess.address(line, "http");
        try (InputStream page = URI.create(url).resolve("/").toURL().openStream()) {
            assertThat(page.readAllBytes()).isNotEmpty();
        }
        assertThat(CommandRun.withState(temporary, "status", "--json").lines().get(0))
            .contains("\"role\":\"tracker\"", "\"address\":\"127.0.0.1\"", "\"pid\":" + ProcessHandle.current().pid());
        assertThat(CommandRun.withState(temporary, "status").out()).contains("tracker", "127.0.0.1:" + URI.create(url).getPort());
        thread.interrupt();
        assertThat(status.get(30, TimeUnit.SECONDS)).isEqualTo(ExitStatus.TERMINATED);
        assertThat(CommandRun.withState(temporary, "status").out()).contains("no murder process runs here");
    }

    @Test
    void reportsTakenPort() throws IOException {
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            CommandRun run = CommandRun.withState(temporary, "tracker", "--bind", "127.0.0.1", "--port",
                Integer.toString(taken.getLocalPort()));
            assertThat(run.status()).isEqualTo(1);
            assertThat(run.err()).contains("cannot listen on 127.0.0.1 port " + taken.getLocalPort(), "--port takes another one");
        }
    }

    @Test
    void refusesInvalidRanges() {
        CommandRun run = CommandRun.withState(temporary, "tracker", "--trust-ip", "10.0.0.0/8,intranet");
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("--trust-ip takes addresses such as 10.1.0.0/16", "'intranet'");
    }

    @Test
    void refusesMissingAllowDirectory() {
        CommandRun run = CommandRun.withState(temporary, "tracker", "--allow", temporary.resolve("none").toString());
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("is no directory");
    }
}
