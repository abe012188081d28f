package murder.tools.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Ctrl-C as a terminal sends it, and the end as {@code timeout} and build servers send it: to the
 * whole process group.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FleetInterruptTest {
    @TempDir
    private Path temporary;
    private FakeFleet fleet;

    @BeforeEach
    void fleetWhoseLastHostHangs() throws Exception {
        fleet = new FakeFleet(temporary, List.of("h1", "h2", "h3"));
        fleet.torrent(fleet.host("h1").resolve("torrent"), "v1");
        Path pipe = fleet.host("h3").resolve("hang-stage");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    }

    /**
     * In a process group of its own, as a shell starts what a user types.
     *
     * @param jvms one, or two as with a class archive
     */
    private Process deploy(int jvms) throws Exception {
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT", "setsid",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", System.getProperty("java.class.path")));
        String jar = "-Dmurder.jar=" + Files.write(temporary.resolve("some.jar"), new byte[1000]);
        command.addAll(jvms == 1 ? List.of(jar, "murder.tools.Main") : List.of("murder.tools.LaunchedFleet", jar));
        command.addAll(List.of("fleet", "deploy", "tag=v1", "files_path=/srv/files", "--config", fleet.config().toString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("MURDER_STATE", fleet.state().toString());
        return builder.start();
    }

    private static String signalGroup(String signal, Process process, Path pipe) throws Exception {
        // Opening a pipe waits until the other side has opened it: then h3 hangs.
        try (OutputStream opened = Files.newOutputStream(pipe)) {
            assertThat(new ProcessBuilder("kill", "-" + signal, "--", "-" + process.pid()).start().waitFor()).isZero();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            opened.flush();
            return printed;
        }
    }

    @ParameterizedTest
    @CsvSource({"INT, 1", "TERM, 1", "INT, 2", "TERM, 2"})
    void groupSignalStopsWhatRuns(String signal, int jvms) throws Exception {
        Process process = deploy(jvms);
        String printed = signalGroup(signal, process, fleet.host("h3").resolve("hang-stage"));
        assertThat(printed).contains("interrupted; what it had started is stopped").doesNotContain("FAILED");
        assertThat(process.waitFor()).isEqualTo(signal.equals("INT") ? 130 : 143);
        for (String host : List.of("h1", "h2", "h3")) {
            assertThat(fleet.host(host).resolve("agent")).as(host).doesNotExist();
        }
        List<String> orders = Files.readAllLines(temporary.resolve("orders"));
        assertThat(orders.get(orders.size() - 1)).contains("ended=true", "releases=[]");
    }

    @Test
    void namesUnreachableHosts() throws Exception {
        Files.delete(fleet.host("h3").resolve("hang-stage"));
        Path pipe = fleet.host("h3").resolve("hang-ssh");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        fleet.with("h3", "rc", "read -r nothing < hang-ssh");
        String printed = signalGroup("INT", deploy(1), pipe);
        assertThat(printed).contains("interrupted; something that it started may be left on ", "h3 (stop_agents)")
            .doesNotContain("is stopped");
    }
}
