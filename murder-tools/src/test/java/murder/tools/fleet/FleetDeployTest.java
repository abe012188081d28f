package murder.tools.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import murder.tools.CommandRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FleetDeployTest {
    private static final String[] DEPLOY = {"deploy", "tag=v1", "files_path=/srv/files"};

    @TempDir
    private Path temporary;
    private FakeFleet fleet;

    @BeforeEach
    void fleetOfThreeAndAJarToDistribute() throws Exception {
        fleet = new FakeFleet(temporary, List.of("h1", "h2", "h3"));
        fleet.torrent(fleet.host("h1").resolve("torrent"), "v1");
        System.setProperty("murder.jar", Files.write(temporary.resolve("some.jar"), new byte[300_000]).toString());
    }

    @AfterEach
    void clear() {
        System.clearProperty("murder.jar");
    }

    /** What murder was asked for there, without its options. */
    private List<String> asked(String host) throws Exception {
        return fleet.log(host).stream().map(line -> line.split("\\|"))
            .map(words -> words.length == 1 ? words[0] : words[0] + " " + words[1]).toList();
    }

    @Test
    void deployStopsWhatItStarted() throws Exception {
        CommandRun run = fleet.run(DEPLOY);
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        assertThat(run.out()).containsPattern("(?m)^deploy: [0-9.:]+( s)? from the first task to the last$").doesNotContain("link_rate");
        assertThat(asked("h1")).containsExactly("prepare", "host pack", "host torrent", "host start-tracker",
            "host start-seeding", "host peer", "status --json", "stop peer", "stop seeder", "host clean", "stop tracker");
        assertThat(asked("h2")).containsExactly("prepare", "host peer", "stop peer", "host clean");
        assertThat(fleet.keptTorrents()).isEmpty();
    }

    @Test
    void leavesEarlierTrackerAndSeederRunning() throws Exception {
        fleet.with("h1", "already-start-tracker", "").with("h1", "already-start-seeding", "");
        CommandRun run = fleet.run(DEPLOY);
        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("h1  start_tracker: one runs there already", "h1  start_seeding: one runs there already");
        // The hosts count who uses them: what a user started is used by nobody.
        assertThat(fleet.log("h1")).filteredOn(line -> line.matches("stop.(tracker|seeder).*")).hasSize(2)
            .allMatch(line -> line.matches(".*\\|--deploy=[0-9a-f]{16}\\|.*"));
        assertThat(fleet.log("h1")).anyMatch(line -> line.matches("host.start-tracker.*\\|--deploy=[0-9a-f]{16}\\|.*"));
    }

    @Test
    void failedHostIsCleanedWhileOthersFinish() throws Exception {
        fleet.with("h2", "fail-peer", "no space left").with("h3", "refuse", "");
        CommandRun run = fleet.run(DEPLOY);
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out().lines()).filteredOn(line -> line.contains("FAILED  ")).containsExactlyInAnyOrder(
            "h2  FAILED  peer: no space left",
            "h3  FAILED  distribute_files: ssh: connect to host h3 port 22: Connection refused");
        assertThat(asked("h2")).containsExactly("prepare", "host peer", "stop peer", "host clean");
        assertThat(asked("h1")).endsWith("stop peer", "stop seeder", "host clean", "stop tracker");
        assertThat(fleet.run("deploy", "tag=v1", "files_path=/srv/files", "--tolerate", "2").status()).isZero();
    }

    @Test
    void failureNamesHostsThatHaveTheRelease() throws Exception {
        fleet.with("h2", "fail-peer", "no space left");
        assertThat(fleet.run(DEPLOY).out()).contains("2 of 3 hosts have the release: h1, h3\n");
        // One that nobody could log in to counts, too.
        fleet.with("h3", "refuse", "");
        assertThat(fleet.run(DEPLOY).out()).contains("1 of 3 hosts have the release: h1\n");
        Files.delete(fleet.host("h3").resolve("refuse"));
        CommandRun programs = fleet.run("deploy", "tag=v1", "files_path=/srv/files", "--json");
        assertThat(programs.out()).contains("\"with_release\":[\"h1\",\"h3\"]");
    }

    @Test
    void failureNamesSeederThatHasEnded() throws Exception {
        String seeder = "{\"type\":\"process\",\"role\":\"seeder\",\"tag\":\"v1\",\"uploaded_bytes\":7}\n";
        fleet.with("h2", "fail-peer", "gave up without progress").with("h1", "status", seeder);
        assertThat(fleet.run(DEPLOY).out()).doesNotContain("seeder h1: no");
        fleet.with("h1", "status", seeder.replace("v1", "v2"));
        assertThat(fleet.run(DEPLOY).out()).contains("seeder h1: no seeder of v1 runs there any more; the state folder there has its log."
            + " Start one or deploy again\n");
        assertThat(fleet.log("h2")).anyMatch(line -> line.startsWith("host|peer|") && line.contains("|--seeders=h1|"));
    }

    @Test
    void peerBesideSeederSeedsUntilDeployEnds() throws Exception {
        fleet.run(DEPLOY);
        assertThat(fleet.log("h1")).anyMatch(line -> line.startsWith("host|peer|") && line.contains("|--seed-for=1h|"));
        assertThat(fleet.log("h2")).noneMatch(line -> line.contains("--seed-for"));
        assertThat(fleet.run("deploy", "tag=v1", "files_path=/srv/files", "seed_for=5s").status()).isZero();
        assertThat(fleet.log("h1")).anyMatch(line -> line.startsWith("host|peer|") && line.contains("|--seed-for=5s|"));
    }

    @Test
    void retryDeploysToFailedPeersOnly() throws Exception {
        fleet.with("h2", "fail-peer", "no space left");
        fleet.run(DEPLOY);
        Files.delete(fleet.host("h2").resolve("fail-peer"));
        for (String host : List.of("h1", "h2", "h3")) {
            Files.delete(fleet.host(host).resolve("log"));
        }
        assertThat(fleet.run("deploy", "tag=v1", "files_path=/srv/files", "--retry").status()).isZero();
        assertThat(asked("h1")).containsExactly("host pack", "host torrent", "host start-tracker", "host start-seeding", "status --json",
            "stop seeder", "host clean", "stop tracker");
        assertThat(asked("h2")).containsExactly("host peer", "stop peer", "host clean");
        assertThat(asked("h3")).isEmpty();
    }

    @Test
    void stopsTrackerWhenSeederFails() throws Exception {
        fleet.with("h1", "fail-start-seeding", "the tracker does not answer");
        CommandRun run = fleet.run(DEPLOY);
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).isEqualTo("murder fleet: start_seeding failed on the seeder h1, so the others were left alone:"
            + " the tracker does not answer\n");
        assertThat(asked("h1")).endsWith("host start-seeding", "host clean", "stop tracker").doesNotContain("stop seeder");
        assertThat(asked("h2")).containsExactly("prepare");
        Files.delete(fleet.host("h1").resolve("fail-start-seeding"));
        assertThat(fleet.run("deploy", "tag=v1", "files_path=/srv/files", "--retry").out()).contains("peer: 3 of 3 hosts done");
    }

    @Test
    void seedsNothingWithoutTracker() throws Exception {
        fleet.with("h1", "fail-start-tracker", "port 8998 is taken");
        CommandRun run = fleet.run(DEPLOY);
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("start_tracker failed on the tracker h1", "port 8998 is taken");
        assertThat(asked("h1")).startsWith("prepare", "host pack", "host torrent", "host start-tracker")
            .doesNotContain("host start-seeding");
    }

    @Test
    void interruptedDeployCleansUp() throws Exception {
        Path pipe = fleet.host("h3").resolve("hang-peer");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        List<CommandRun> runs = new ArrayList<>();
        Thread thread = new Thread(() -> runs.add(fleet.run(DEPLOY)));
        thread.start();
        try (OutputStream opened = Files.newOutputStream(pipe)) {
            thread.interrupt();
            thread.join();
            opened.flush();
        }
        assertThat(runs.get(0).status()).isEqualTo(143);
        assertThat(runs.get(0).out()).containsPattern(
            "[0-2] of 3 hosts have the release.*; [1-3] (was|were) interrupted and may have it, too");
        assertThat(asked("h1")).endsWith("stop peer", "stop seeder", "host clean", "stop tracker");
        assertThat(asked("h3")).endsWith("stop peer", "host clean");
        assertThat(fleet.log("h1")).anyMatch(line -> line.startsWith("stop|tracker|--if-any|"))
            .anyMatch(line -> line.startsWith("stop|seeder|--if-any|"));
    }

    @Test
    void sendsJarOnce() throws Exception {
        CommandRun first = fleet.run("distribute_files");
        assertThat(first.err()).isEmpty();
        assertThat(first.out()).contains("distribute_files: 3 of 3 hosts done", "sent to 3 hosts");
        for (String host : List.of("h1", "h2", "h3")) {
            assertThat(fleet.host(host).resolve("murder/murder-tools.jar")).hasSameBinaryContentAs(temporary.resolve("some.jar"));
            assertThat(Files.list(fleet.host(host).resolve("murder"))).hasSize(1);
        }
        Files.write(fleet.host("h2").resolve("murder/murder-tools.jar"), new byte[10]);
        assertThat(fleet.run("distribute_files").out()).contains("sent to 1 host, 2 had it already");
        assertThat(fleet.host("h2").resolve("murder/murder-tools.jar")).hasSameBinaryContentAs(temporary.resolve("some.jar"));
        assertThat(asked("h3")).containsExactly("prepare");
    }

    @Test
    void findsReportsBehindUnendedBanner() throws Exception {
        fleet.with("h1", "banner", "\u001b]0;h1\u0007").with("h2", "banner", "Welcome").with("h1", "already-start-tracker", "");
        CommandRun sent = fleet.run("distribute_files");
        assertThat(sent.status()).as(sent.err()).isZero();
        assertThat(sent.out()).contains("sent to 3 hosts");
        assertThat(fleet.run("distribute_files").out()).contains("sent to 0 hosts");
        assertThat(fleet.run("start_tracker").out()).contains("h1  start_tracker: one runs there already");
    }

    @Test
    void leavesFullFolderAlone() throws Exception {
        Path folder = Files.createDirectories(fleet.host("h2").resolve("murder"));
        for (int i = 0; i < 1000; i++) {
            Files.createFile(folder.resolve("file" + i));
        }
        CommandRun run = fleet.run("distribute_files");
        assertThat(run.out()).contains("h2  FAILED  distribute_files: ", "holds 1000 files or more", "check remote_murder_path");
        assertThat(Files.list(folder)).hasSize(1000);
    }

    @Test
    void namesFileInPlaceOfFolder() throws Exception {
        Files.createFile(fleet.host("h3").resolve("murder"));
        assertThat(fleet.run("distribute_files").out()).containsPattern("h3  FAILED  distribute_files: mkdir: .*murder.*File exists");
    }

    @Test
    void refusesOccupiedPlaceBeforePacking() throws Exception {
        for (String host : List.of("h1", "h2", "h3")) {
            Files.createDirectories(fleet.host(host).resolve("releases/v1"));
            Files.writeString(fleet.host(host).resolve("releases/v1/file"), "mine");
        }
        fleet.with("h1", "occupied", "").with("h2", "occupied", "");
        CommandRun run = fleet.run(DEPLOY);
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).contains("h1  FAILED  peer: destination is not empty", "h2  FAILED  peer: ", "peer: 1 of 1 host done");
        assertThat(asked("h1")).contains("host destination", "host pack").doesNotContain("host peer");
        assertThat(asked("h3")).contains("host destination", "host peer");
        fleet.with("h3", "occupied", "");
        Files.delete(fleet.host("h1").resolve("log"));
        assertThat(fleet.run(DEPLOY).out()).contains("h3  FAILED  peer: destination is not empty");
        assertThat(asked("h1")).containsExactly("host destination");
        assertThat(fleet.run("deploy", "tag=v1", "files_path=/srv/files", "unsafe_please_delete=1").status()).isZero();
    }

    @Test
    void retryLeavesHostsThatHaveTheRelease() throws Exception {
        fleet.with("h2", "fail-stop", "pid 7 cannot be killed");
        CommandRun run = fleet.run(DEPLOY);
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).isEqualTo("murder fleet: the release is on its hosts, but something that it started may be left on"
            + " h2 (stop_peering); run these tasks again to end it\n");
        assertThat(fleet.run("deploy", "tag=v1", "files_path=/srv/files", "--retry").out()).contains("nothing failed in the last run");
    }
}
