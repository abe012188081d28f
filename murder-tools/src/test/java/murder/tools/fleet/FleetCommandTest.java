package murder.tools.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import murder.tools.CommandRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FleetCommandTest {
    private static final byte[] JAR = {1, 2, 3};

    @TempDir
    private Path temporary;

    @BeforeEach
    void jar() throws Exception {
        System.setProperty("murder.jar", Files.write(temporary.resolve("some.jar"), JAR).toString());
    }

    @AfterEach
    void clear() {
        System.clearProperty("murder.jar");
    }

    private FakeFleet fleet(String... moreConfig) throws Exception {
        return new FakeFleet(temporary, List.of("h1", "h2", "h3"), moreConfig);
    }

    /** A fleet whose torrent is on the control machine. */
    private FakeFleet fleetWithTorrent(String... moreConfig) throws Exception {
        FakeFleet fleet = fleet(moreConfig);
        fleet.fetchTorrent("h1", "v1");
        return fleet;
    }

    @Test
    void peerGetsTorrentOnStandardInput() throws Exception {
        FakeFleet fleet = fleetWithTorrent();
        CommandRun run = fleet.run("peer", "tag=v1", "no_tag_directory=1", "seed_for=1m");
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("peer: 3 of 3 hosts done", "slowest: h");
        for (String host : List.of("h1", "h2", "h3")) {
            assertThat(fleet.log(host)).contains("host|peer|--tag=v1|--temp=" + fleet.host(host) + "/tmp|--archive=tgz|--dest="
                + fleet.host(host) + "/releases|--no-tag-directory|--seed-for=1m|--stall=60s|--seeders=h1|--json|");
        }
        CommandRun json = fleet.run("peer", "tag=v1", "--json");
        assertThat(json.lines()).filteredOn(line -> line.contains("\"state\":\"done\"")).hasSize(3);
        assertThat(json.lines().get(json.lines().size() - 1)).startsWith("{\"result\":\"done\",\"ok\":true,\"task\":\"peer\",\"hosts\":3,"
            + "\"failed\":0,\"bytes\":100000,");
    }

    @Test
    void failedHostStopsNoOther() throws Exception {
        FakeFleet fleet = fleetWithTorrent().with("h2", "fail-peer", "/srv/releases/v1 is not empty").with("h3", "refuse", "");
        CommandRun run = fleet.run("peer", "tag=v1");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).contains("h2  FAILED  peer: /srv/releases/v1 is not empty",
            "h3  FAILED  peer: ssh: connect to host h3 port 22: Connection refused", "peer: 1 of 3 hosts done, 2 FAILED");
        assertThat(run.err()).isEqualTo("murder fleet: peer failed on 2 of 3 hosts: h2, h3; --retry tries them again\n");
        assertThat(fleet.run("peer", "tag=v1", "--tolerate", "2").status()).isZero();
        assertThat(fleet.run("peer", "tag=v1", "--tolerate", "66%").status()).isEqualTo(1);
        CommandRun tolerated = fleet.run("peer", "tag=v1", "--tolerate=67%", "--json");
        assertThat(tolerated.status()).isZero();
        assertThat(tolerated.out()).contains("{\"result\":\"tolerated\",\"ok\":true", "{\"host\":\"h2\",\"task\":\"peer\",\"error\":");
    }

    @Test
    void retriesFailedHosts() throws Exception {
        FakeFleet fleet = fleetWithTorrent();
        assertThat(fleet.run("peer", "tag=v1", "--retry").err()).contains("this machine knows no earlier run of peer of 'v1'");
        fleet.with("h2", "fail-peer", "no").with("h3", "refuse", "");
        fleet.run("peer", "tag=v1");
        Files.delete(fleet.host("h3").resolve("refuse"));
        CommandRun again = fleet.run("peer", "tag=v1", "--retry");
        assertThat(again.status()).isEqualTo(1);
        assertThat(again.out()).contains("peer: 1 of 2 hosts done, 1 FAILED");
        Files.delete(fleet.host("h2").resolve("fail-peer"));
        assertThat(fleet.run("peer", "tag=v1", "--retry").out()).contains("peer: 1 of 1 host done");
        CommandRun none = fleet.run("peer", "tag=v1", "--retry");
        assertThat(none.status()).isZero();
        assertThat(none.out()).contains("nothing failed in the last run of peer");
        assertThat(peers(fleet, "h1")).isEqualTo(1);
        assertThat(peers(fleet, "h2")).isEqualTo(3);
        assertThat(peers(fleet, "h3")).isEqualTo(1);
    }

    private static long peers(FakeFleet fleet, String host) throws Exception {
        return fleet.log(host).stream().filter(line -> line.startsWith("host|peer|")).count();
    }

    @Test
    void interruptStopsStartedProcesses() throws Exception {
        FakeFleet fleet = fleetWithTorrent();
        Path pipe = fleet.host("h2").resolve("hang-peer");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        List<CommandRun> runs = new ArrayList<>();
        Thread thread = new Thread(() -> runs.add(fleet.run("peer", "tag=v1", "--parallel", "2")));
        thread.start();
        // Opening a pipe waits until the other side has opened it: then h2 runs, and says nothing
        // more.
        try (OutputStream opened = Files.newOutputStream(pipe)) {
            thread.interrupt();
            thread.join();
            opened.flush();
        }
        CommandRun run = runs.get(0);
        assertThat(run.status()).isEqualTo(143);
        assertThat(run.err()).contains("interrupted; what it had started is stopped");
        assertThat(run.out()).contains("interrupted, ", "stop_peering: ").doesNotContain("FAILED");
        assertThat(fleet.log("h2")).contains("stop|peer|--if-any|--exact|--|v1|");
        // Those that the interrupt met are for --retry.
        Files.delete(pipe);
        assertThat(fleet.run("peer", "tag=v1", "--retry").status()).isZero();
        assertThat(peers(fleet, "h2")).isEqualTo(2);
    }

    @Test
    void everyTaskAsksItsHosts() throws Exception {
        FakeFleet fleet = new FakeFleet(temporary, List.of("h1", "h2"), "role.seeder = h2");
        fleet.torrent(fleet.host("h2").resolve("torrent"), "v1");
        String tagged = "|--tag=v1|--temp=%s/tmp|--archive=tgz|".replace("%s", fleet.host("h2").toString());
        ask(fleet, "start_tracker", "h1", "host|start-tracker|--port=8998|--json|");
        ask(fleet, "create_torrent", "h2", "host|pack" + tagged + "--files=/srv/files|--tracker=h1:8998|--hosts=2|--json|",
            "host|torrent" + tagged + "--json|");
        assertThat(fleet.keptTorrents()).hasSize(1).first().satisfies(
            kept -> assertThat(kept).hasSameBinaryContentAs(fleet.host("h2").resolve("torrent")));
        ask(fleet, "download_torrent", "h2", "host|torrent" + tagged + "--json|");
        ask(fleet, "start_seeding", "h2", "host|start-seeding" + tagged + "--json|");
        ask(fleet, "stop_peering", "h1", "stop|peer|--if-any|--exact|--|v1|");
        ask(fleet, "stop_all_peering", "h1", "stop|peer|--if-any|");
        ask(fleet, "stop_seeding", "h2", "stop|seeder|--exact|--|v1|");
        ask(fleet, "stop_all_seeding", "h2", "stop|seeder|");
        ask(fleet, "clean_temp_files", "h2", "host|clean|--tag=v1|--temp=" + fleet.host("h2") + "/tmp|--json|");
        ask(fleet, "clean_temp_files", "h1", "host|clean|--tag=v1|--temp=" + fleet.host("h1") + "/tmp|--json|");
        ask(fleet, "stop_tracker", "h1", "stop|tracker|");
        assertThat(fleet.keptTorrents()).isEmpty();
        assertThat(fleet.temp()).isEmptyDirectory();
    }

    private static void ask(FakeFleet fleet, String task, String host, String... expected) throws Exception {
        Files.deleteIfExists(fleet.host(host).resolve("log"));
        CommandRun run = fleet.run(task, "tag=v1", "files_path=/srv/files");
        assertThat(run.err()).as(task).isEmpty();
        assertThat(run.status()).as(task).isZero();
        assertThat(fleet.log(host)).as(task).containsExactly(expected);
    }

    @Test
    void refusesSeedersWithDifferentFiles() throws Exception {
        FakeFleet fleet = fleet("role.seeder = h1, h2").with("h1", "info-hash", "aa").with("h2", "info-hash", "bb");
        CommandRun run = fleet.run("create_torrent", "tag=v1", "files_path=/srv/files");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("the seeders h1 and h2 do not have the same files at /srv/files");
    }

    @Test
    void refusesDownloadThatIsNoTorrent() throws Exception {
        FakeFleet fleet = fleet().with("h1", "torrent", "not bencoded");
        CommandRun run = fleet.run("download_torrent", "tag=v1");
        assertThat(run.status()).isEqualTo(4);
        assertThat(run.err()).contains("is not a torrent");
        assertThat(fleet.keptTorrents()).isEmpty();
        assertThat(fleet.run("peer", "tag=v1").err()).contains("v1.tgz.torrent", "create_torrent and download_torrent");
    }

    /** Its jar is on the hosts already. */
    private FakeFleet fleetWithJar() throws Exception {
        FakeFleet fleet = fleetWithTorrent();
        for (String host : List.of("h1", "h2", "h3")) {
            Files.write(Files.createDirectories(fleet.host(host).resolve("murder")).resolve("murder-tools.jar"), JAR);
        }
        return fleet;
    }

    @Test
    void checkNamesAllFaults() throws Exception {
        FakeFleet fleet = fleetWithJar().with("h2", "bad-check", "");
        CommandRun run = fleet.run("check", "tag=v1");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).contains("h1  ok\n", "h2  FAILED  check: temp: 1 MiB free, 5 MiB needed; clock: an hour behind")
            .doesNotContain("murder itself");
        assertThat(run.err()).isEqualTo("murder fleet: check failed on 1 of 3 hosts: h2\n");
        assertThat(fleet.log("h1").get(0))
            .isEqualTo("host|check|--temp=" + fleet.host("h1") + "/tmp|--bytes=100000|--tracker=h1:8998|--dest=" + fleet.host("h1")
                + "/releases|--port=8998|--json|");
        assertThat(fleet.log("h2").get(0)).doesNotContain("--port").contains("|--seeders=h1:50000|");
        Files.writeString(fleet.config(), "peer_port = 7000\n", StandardOpenOption.APPEND);
        fleet.run("check", "tag=v1");
        assertThat(fleet.log("h3").get(1)).contains("|--peer-port=7000|--seeders=h1:7000|");
    }

    @Test
    void checkLooksForFilesOfEachSeeder() throws Exception {
        FakeFleet fleet = fleetWithJar();
        Files.writeString(fleet.config(), "role.seeder = h2, h3\n", StandardOpenOption.APPEND);
        Path there = fleet.root().resolve("control/build");
        CommandRun run = fleet.run("check", "files_path=" + there);
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).contains("h1  ok\n", "FAILED  check: files_path " + there + " is not there\n");
        Files.createDirectories(fleet.host("h2").resolve("build"));
        assertThat(fleet.run("check", "files_path=" + there).err()).isEqualTo("murder fleet: check failed on 1 of 3 hosts: h3\n");
        Files.createDirectories(fleet.host("h3").resolve("build"));
        assertThat(fleet.run("check", "files_path=" + there).status()).isZero();
        assertThat(fleet.run("check", "files_path=" + there + "x", "source=/here").status()).isEqualTo(2);
    }

    @Test
    void checkNeedsNoJarThere() throws Exception {
        FakeFleet fleet = fleet("tracker_host = 127.0.0.1").with("h2", "java-version", "11.0.2").with("h3", "no-java", "");
        Files.writeString(fleet.host("h1").resolve("releases"), "a file");
        CommandRun run = fleet.run("check", "destination_path=" + fleet.root().resolve("control/elsewhere"));
        assertThat(run.out()).contains("h1  ok\n", "h2  FAILED  check: java: java is too old there",
            "h3  FAILED  check: java: java does not run there", "murder itself is not on 3 of 3 hosts yet; deploy and distribute_files");
        assertThat(fleet.run("check").out()).contains("h1  FAILED  check: dest: ", "releases is no directory");
        assertThat(fleet.log("h1")).isEmpty();
        assertThat(fleet.host("h1").resolve("tmp")).doesNotExist();
        Files.writeString(fleet.config(), Files.readString(fleet.config()).replace("= 127.0.0.1", "= no-such-host.invalid"));
        assertThat(fleet.run("check").out()).contains("set tracker_host to an address");
    }

    @Test
    void statusShowsProcessesOfAllHosts() throws Exception {
        FakeFleet fleet = fleetWithTorrent().with("h2", "status", "{\"type\":\"process\",\"role\":\"peer\",\"tag\":\"v1\\u001b\",\"state\":"
            + "\"downloading\",\"percent\":62.5,\"download_bytes_per_second\":1048576,\"peers\":3,\"slow\":\"disk_slow\"}\n")
            .with("h3", "refuse", "");
        CommandRun run = fleet.run("status");
        assertThat(run.out()).containsPattern("HOST +ROLE +TAG +STATE +DONE +DOWN +UP +PEERS +SLOWED BY\\n")
            .containsPattern("h2 +peer +v1\\? +downloading +62.5 % +1.0 MiB/s +- +3 +disk slow\\n")
            .contains("no murder process runs on 1 other host\n", "h3  FAILED  status: ssh: ");
        assertThat(run.err()).isEqualTo("murder fleet: status failed on 1 of 3 hosts: h3\n");
        assertThat(fleet.run("status", "--json").out()).contains("{\"task\":\"status\",\"host\":\"h2\",\"role\":\"peer\"");
    }

    @Test
    void checkTriesPortsWithoutJar() throws Exception {
        FakeFleet fleet = fleet("tracker_host = 127.0.0.1");
        // Stands for a firewall.
        Path timeout = Files.createDirectories(fleet.host("h2").resolve("bin")).resolve("timeout");
        Files.writeString(timeout, "#!/bin/sh\nexit 124\n");
        Files.setPosixFilePermissions(timeout, PosixFilePermissions.fromString("rwxr-xr-x"));
        CommandRun run = fleet.run("check");
        assertThat(run.out()).contains("h1  ok\n", "h3  ok\n",
            "h2  FAILED  check: tracker: cannot reach 127.0.0.1:8998: no answer within 3 s; peers: cannot reach 127.0.0.1:50000:"
                + " no answer within 3 s; set peer_port and open that port between all hosts\n");
    }

    @Test
    void showsEachWarningOnce() throws Exception {
        FakeFleet fleet = fleetWithJar().with("h1", "warn-check", "odd \\u001b").with("h3", "warn-check", "odd \\u001b")
            .with("h2", "warn-check", "other");
        CommandRun run = fleet.run("check", "tag=v1");
        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("h1, h3  warning: odd ?\n", "h2  warning: other\n");
        assertThat(fleet.run("check", "tag=v1", "--json").out()).contains("\"state\":\"done\",\"warning\":\"other\"");
    }

    @Test
    void checkWarnsOfLoopbackWithoutJar() throws Exception {
        assertThat(fleet("tracker_host = 127.1").run("check").out())
            .contains("warning: ", "the tracker's name 127.1 means 127.0.0.1 there");
    }

    @Test
    void showsNoControlCharactersOfHosts() throws Exception {
        FakeFleet fleet = fleetWithJar().with("h1", "fail-check", "\u001b[2J\u202e");
        CommandRun run = fleet.run("check", "tag=v1");
        assertThat(run.out()).contains("h1  FAILED  check: ?[2J?").doesNotContain("\u001b");
    }

    @Test
    void refusesWrongArgumentsBeforeAnySsh() throws Exception {
        FakeFleet fleet = fleet();
        assertUsage(fleet.run("peer"), "this task needs tag=");
        assertUsage(fleet.run("peer", "tag=a/b"), "holds a '/'");
        assertUsage(fleet.run("deploy", "tag=v1"), "this task needs files_path=");
        assertUsage(fleet.run("perr"), "there is no task 'perr'");
        assertUsage(fleet.run("peer", "tag=v1", "--parallel", "0"), "--parallel takes a number from 1");
        assertUsage(fleet.run(Map.of("archive", "zip"), "peer", "tag=v1"), "archive is tgz, tar or tree");
        assertThat(fleet.log("h1")).isEmpty();
        assertThat(CommandRun.of("fleet", "peer", "--config", temporary.resolve("no").toString()).err())
            .contains("no: there is no such file");
    }

    private static void assertUsage(CommandRun run, String message) {
        assertThat(run.status()).as(run.err()).isEqualTo(2);
        assertThat(run.err()).startsWith("murder fleet: ").contains(message);
    }
}
