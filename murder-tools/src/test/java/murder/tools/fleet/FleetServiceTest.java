package murder.tools.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import murder.tools.CommandRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Agents that stay: as services of systemd where that runs, else in the background. */
class FleetServiceTest {
    @TempDir
    private Path temporary;
    private FakeFleet fleet;

    @BeforeEach
    void fleetOfTwo() throws Exception {
        fleet = new FakeFleet(temporary, List.of("h1", "h2"), "fleet = my \"fleet\" 100%");
        System.setProperty("murder.jar", Files.write(temporary.resolve("some.jar"), new byte[3000]).toString());
    }

    @AfterEach
    void clear() {
        System.clearProperty("murder.jar");
    }

    private static List<Path> files(Path folder, String ending) throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(ending)).toList();
        }
    }

    @Test
    void agentBecomesServiceWhereSystemdRuns() throws Exception {
        Path units = fleet.systemd("h1");
        CommandRun run = fleet.run("start_agents");
        assertThat(run.status()).as(run.out() + run.err()).isZero();
        String unit = Files.readString(files(units, ".service").get(0));
        Path folder = fleet.host("h1").resolve("murder");
        Path keys = files(folder, ".keys").get(0);
        assertThat(unit).contains("[Service]\nUser=", "ExecStart=/", "\"agent\" \"--fleet=my \\\"fleet\\\" 100%%\"",
            "\"--keys=" + keys + "\" \"--replace\"", "Restart=on-failure", "WantedBy=multi-user.target").doesNotContain("--once");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keys))).isEqualTo("rw-------");
        assertThat(keys).content().contains("swarm-key ");
        assertThat(fleet.log("h1").get(0)).startsWith("agent|--fleet=my \"fleet\" 100%|--name=h1|")
            .endsWith("|--keys=" + keys + "|--replace|");
        // The other host has no systemd, so its agent got the membership on standard input.
        assertThat(fleet.log("h2").get(0)).startsWith("agent|--fleet=").doesNotContain("--keys", "--once");
        assertThat(fleet.host("h2").resolve("membership")).content().startsWith(Files.readString(keys));
        assertThat(Files.readString(fleet.state().resolve("fleets").resolve(FleetFolder.fileName("my \"fleet\" 100%"))
            .resolve("resident"))).isEqualTo("h1\nh2\n");

        CommandRun stop = fleet.run("stop_agents");
        assertThat(stop.status()).as(stop.out() + stop.err()).isZero();
        assertThat(units).isEmptyDirectory();
        assertThat(files(folder, ".keys")).isEmpty();
        assertThat(fleet.log("h1")).last().asString().startsWith("stop|agent|--if-any|--exact|--|my \"fleet\" 100%|");
        assertThat(fleet.log("h2")).last().asString().startsWith("stop|agent|");
        assertThat(Files.readAllLines(fleet.host("h1").resolve("systemctl-log"))).filteredOn(line -> !line.startsWith("show"))
            .extracting(line -> line.split(" ")[0])
            .containsExactly("daemon-reload", "enable", "restart", "disable", "daemon-reload");
    }

    @Test
    void serviceThatFailsIsNamed() throws Exception {
        fleet.systemd("h1");
        fleet.with("h1", "fail-agent", "cannot listen on port 8998");
        CommandRun run = fleet.run("start_agents");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).contains("h1  FAILED  start_agents: cannot listen on port 8998");
    }

    @Test
    void agentRunsInBackgroundWithoutUnits() throws Exception {
        Path units = fleet.systemd("h1");
        Files.delete(units);
        Files.writeString(units, "no folder");
        assertThat(fleet.run("start_agents").status()).isZero();
        assertThat(fleet.log("h1").get(0)).startsWith("agent|--fleet=").doesNotContain("--keys");
    }

    @Test
    void newKeysKeepRoots() throws Exception {
        fleet.run("start_agents", "destination_path=" + temporary + "/control/releases");
        assertThat(fleet.run("keys", "revoke").status()).isZero();
        assertThat(fleet.log("h2")).hasSize(2).allMatch(line -> line.contains("|--root=" + fleet.host("h2") + "/releases|"));
    }
}
