package murder.tools.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import murder.tools.agent.AgentStart;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script that starts an agent by ssh. */
class StartScriptTest {
    private static final Path SCRIPTS = Path.of("src/main/resources/murder/tools/fleet");
    private static final byte[] JAR = {1, 2, 3};
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(30);
    private static final String SUCCESS = "{\"type\":\"result\",\"result\":\"joined\",\"ok\":true}";
    private static final String FAILURE = "{\"type\":\"result\",\"result\":\"failed\",\"ok\":false,\"error\":\"port taken\"}";

    @TempDir
    Path temporary;
    /** Seconds that no other process on this machine sleeps. */
    private String limit;
    private String output;

    @BeforeEach
    void putJar() throws Exception {
        Files.write(Files.createDirectories(temporary.resolve("murder")).resolve("murder.jar"), JAR);
        Files.writeString(temporary.resolve("script.sh"),
            Files.readString(SCRIPTS.resolve("jar.sh")) + Files.readString(SCRIPTS.resolve("agent.sh")));
        limit = Long.toString(90_000 + ProcessHandle.current().pid() % 100_000) + "." + System.nanoTime() % 1000;
    }

    /** @param agent what stands for java, as lines of a shell */
    private int start(String seconds, String joined, String agent) throws Exception {
        Path java = Files.writeString(temporary.resolve("java"), "#!/bin/sh\n" + agent + "\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));
        Process process = new ProcessBuilder("sh", temporary.resolve("script.sh").toString(), temporary.resolve("murder").toString(),
            "murder.jar", HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(JAR)), "3", seconds, joined,
            java.toString(), "-Xmx16m -XX:+UseSerialGC", "NAME=value", "--", "Main")
            .directory(temporary.toFile()).redirectErrorStream(true).start();
        try (OutputStream in = process.getOutputStream()) {
            in.write("murder-fleet\nsecret\nend\nmore\n".getBytes(StandardCharsets.US_ASCII));
        }
        output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor();
    }

    private Optional<ProcessHandle> process(String word) {
        return ProcessHandle.allProcesses().filter(each -> each.info().commandLine().orElse("").contains(word)).findAny();
    }

    /** The timer that would end a silent agent has nothing more to do. */
    private void assertTimerEnds() {
        long endNs = System.nanoTime() + PATIENCE_NS;
        while (process("sleep " + limit).isPresent()) {
            assertThat(System.nanoTime()).as("the timer ends").isLessThan(endNs);
            Thread.onSpinWait();
        }
    }

    @Test
    void agentOutlivesTheScript() throws Exception {
        String agent = "cat > membership; echo '" + SUCCESS + "'; exec > /dev/null 2>&1; exec sleep 3" + limit;
        assertThat(start(limit, "", agent)).as(output).isZero();
        assertThat(output.lines()).containsExactly("{\"type\":\"send\",\"already\":true}", SUCCESS);
        assertThat(temporary.resolve("membership")).content().startsWith("murder-fleet\nsecret\nend\n");
        assertTimerEnds();
        ProcessHandle running = process("sleep 3" + limit).orElseThrow();
        assertThat(running.destroyForcibly()).isTrue();
    }

    /** At once: the timer may still be starting. */
    @RepeatedTest(20)
    void failedAgentLeavesNothing() throws Exception {
        assertThat(start(limit, "", "echo '" + FAILURE + "'; exit 1")).isEqualTo(1);
        assertThat(output).contains(FAILURE);
        assertTimerEnds();
        assertThat(start(limit, "", "exit 3")).isEqualTo(3);
        assertTimerEnds();
    }

    @Test
    void silentAgentIsEnded() throws Exception {
        assertThat(start("0.1", "", "exec sleep 3" + limit)).as(output).isEqualTo(1);
        assertThat(output).contains("the agent was silent for 0.1 s and was killed");
        assertThat(process("sleep 3" + limit)).isEmpty();
    }

    @Test
    void attachedProgramGetsRestOfInput() throws Exception {
        String agent = "while read -r line && [ \"$line\" != end ]; do :; done; echo '" + SUCCESS + "'; echo \"$NAME $*\"; exec cat";
        assertThat(start(limit, "joined", agent)).as(output).isZero();
        List<String> options = new ArrayList<>(List.of("-Xmx16m", "-XX:+UseSerialGC"));
        options.addAll(AgentStart.processorOptions());
        assertThat(output.lines()).containsExactly("{\"type\":\"send\",\"already\":true}", SUCCESS,
            "value " + String.join(" ", options) + " -cp " + temporary.toRealPath().resolve("murder/murder.jar") + " Main", "more");
        assertTimerEnds();
    }
}
