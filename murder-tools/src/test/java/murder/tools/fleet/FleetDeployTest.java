package murder.tools.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
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
    void makeFleetAndJar() throws Exception {
        fleet = new FakeFleet(temporary, List.of("h1", "h2", "h3"));
        fleet.torrent(fleet.host("h1").resolve("torrent"), "v1");
        System.setProperty("murder.jar", Files.write(temporary.resolve("some.jar"), new byte[300_000]).toString());
    }

    @AfterEach
    void clear() {
        System.clearProperty("murder.jar");
    }

    /** The orders that were published, each on one line. */
    private List<String> orders() throws Exception {
        Path orders = temporary.resolve("orders");
        return Files.exists(orders) ? Files.readAllLines(orders) : List.of();
    }

    private void assertNoAgentStays() {
        for (String host : List.of("h1", "h2", "h3")) {
            assertThat(fleet.host(host).resolve("agent")).doesNotExist();
        }
    }

    @Test
    void oneSshStartsEachAgent() throws Exception {
        CommandRun run = fleet.run(DEPLOY);
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).as(run.out()).isZero();
        assertThat(run.out()).containsPattern("(?m)^deploy: 3 of 3 hosts done, ").containsPattern("(?m)^slowest: h[123] .* s fetching")
            .contains("seeder copies: 2.0 ").containsPattern("(?m)^deploy: [0-9.:]+( s)? from the first task to the last$")
            .doesNotContain("link_rate");
        for (String host : List.of("h1", "h2", "h3")) {
            assertThat(fleet.log(host)).hasSize(1).first().asString()
                .startsWith("agent|--once|--fleet=h1:8998|--name=" + host + "|--tracker=h1:8998|--root=" + fleet.root()
                    + "/" + host + "/releases|");
            assertThat(fleet.log(host).get(0).contains("|--serve=8998|")).isEqualTo(host.equals("h1"));
            assertThat(fleet.host(host).resolve("murder/murder-tools.jar")).hasSameBinaryContentAs(temporary.resolve("some.jar"));
        }
        assertThat(Files.readAllLines(temporary.resolve("logins"))).containsExactlyInAnyOrder("h1", "h2", "h3");
        assertNoAgentStays();
        assertThat(orders()).hasSize(3).last().asString().contains("ended=true", "active=[Activation[who=All[], tag=v1]]");
        assertThat(orders().get(0)).contains("content=null", "names=[h1]", "source=/srv/files", "active=[]");
        assertThat(orders().get(1)).contains("length=100000", "active=[]");
    }

    @Test
    void ordersPatchFromActiveRelease() throws Exception {
        assertThat(fleet.run(DEPLOY).status()).isZero();
        assertThat(orders()).first().asString().contains("patchFrom=[]");
        fleet.with("h1", "patch", "").with("h2", "patched", "");
        CommandRun run = fleet.run("deploy", "tag=v2", "files_path=/srv/files");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).contains(
            "patch: 9.7 KiB in place of 97.6 KiB; 1 host took it, 1 host took the whole payload; 87.8 KiB saved");
        assertThat(orders().get(3)).contains("patchFrom=[v1]").doesNotContain("Patch[");
        assertThat(orders().get(4)).contains("patches=[Patch[from=");
        assertThat(orders()).last().asString().contains("ended=true").doesNotContain("Patch[");
        assertThat(fleet.run("deploy", "tag=v3", "files_path=/srv/files", "--json").out()).contains("\"patch_bytes\":10000,",
            "\"patch_hosts\":1,", "\"whole_hosts\":1,", "\"saved_bytes\":90000");
    }

    @Test
    void makesNoUnwantedPatch() throws Exception {
        fleet.run(DEPLOY);
        assertThat(fleet.run("deploy", "tag=v2", "files_path=/srv/files", "delta=0").status()).isZero();
        assertThat(orders().get(3)).contains("content=null", "patchFrom=[]");
    }

    @Test
    void oneSshLeadsResidentAgents() throws Exception {
        assertThat(fleet.run("start_agents").status()).isZero();
        assertThat(fleet.run(DEPLOY).status()).isZero();
        assertThat(Files.readAllLines(temporary.resolve("logins"))).hasSize(4).endsWith("h1");
    }

    @Test
    void residentAgentsWriteTheLink() throws Exception {
        assertThat(fleet.run("start_agents", "current_link=/srv/links/live").status()).isZero();
        assertThat(fleet.log("h2")).singleElement().asString().contains("/releases,/srv/links|");
    }

    @Test
    void toleratedFailureStopsNoOther() throws Exception {
        fleet.with("h2", "fail-stage", "no space left").with("h3", "refuse", "");
        CommandRun run = fleet.run("deploy", "tag=v1", "files_path=/srv/files", "--tolerate", "2");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out().lines()).filteredOn(line -> line.contains("FAILED  ")).containsExactlyInAnyOrder(
            "h2  FAILED  deploy: no space left", "h3  FAILED  deploy: ssh: connect to host h3 port 22: Connection refused");
        assertThat(run.out()).contains("1 of 3 hosts have the release: h1\n");
        assertThat(fleet.run("deploy", "tag=v1", "files_path=/srv/files", "--tolerate", "2", "--json").out())
            .contains("\"with_release\":[\"h1\"]", "\"result\":\"tolerated\"");
        Files.delete(fleet.host("h2").resolve("fail-stage"));
        Files.delete(fleet.host("h3").resolve("refuse"));
        CommandRun retry = fleet.run("deploy", "tag=v1", "files_path=/srv/files", "--retry");
        assertThat(retry.status()).as(retry.err()).isZero();
        assertThat(retry.out()).contains("deploy: 2 of 2 hosts done");
        assertThat(packing()).hasSize(3).allMatch(order -> order.contains("hosts=3"));
    }

    /** The number of hosts decides about the length of pieces, and so about the content. */
    @Test
    void newHostGetsTheContentOfTheOthers() throws Exception {
        assertThat(fleet.run(DEPLOY).status()).isZero();
        Files.createDirectory(fleet.host("h4"));
        Files.writeString(fleet.config(), Files.readString(fleet.config()).replace("h1, h2, h3", "h1, h2, h3, h4"));
        assertThat(fleet.run(DEPLOY).out()).contains("deploy: 4 of 4 hosts done");
        assertThat(packing()).hasSize(2).allMatch(order -> order.contains("hosts=3"));
        assertThat(fleet.run("deploy", "tag=v2", "files_path=/srv/files").status()).isZero();
        assertThat(packing()).hasSize(3).last().asString().contains("hosts=4");
    }

    /** The orders to pack something. */
    private List<String> packing() throws Exception {
        return orders().stream().filter(order -> order.contains("content=null")).toList();
    }

    @Test
    void tooManyFailuresChangeNoHost() throws Exception {
        fleet.with("h2", "fail-stage", "no space left");
        CommandRun run = fleet.run(DEPLOY);
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).isEqualTo("murder fleet: deploy failed on 1 of 3 hosts: h2; 1 of 3 hosts failed to stage it, so no host has"
            + " changed; --retry tries them again\n");
        assertThat(run.out()).contains("0 of 3 hosts have the release\n");
        assertThat(orders()).hasSize(3).last().asString().contains("ended=true", "releases=[]").doesNotContain("v1");
        assertNoAgentStays();
        Files.delete(fleet.host("h2").resolve("fail-stage"));
        assertThat(fleet.run("deploy", "tag=v1", "files_path=/srv/files", "--retry").out()).contains("deploy: 3 of 3 hosts done");
    }

    @Test
    void seederThatFailsEndsIt() throws Exception {
        fleet.with("h1", "fail-make", "/srv/files: there is no such file or directory");
        CommandRun run = fleet.run(DEPLOY);
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("packing failed on h1, so the others were left alone: /srv/files:");
        assertThat(orders()).last().asString().contains("ended=true", "releases=[]");
        assertNoAgentStays();
        Files.delete(fleet.host("h1").resolve("fail-make"));
        assertThat(fleet.run("deploy", "tag=v1", "files_path=/srv/files", "--retry").out()).contains("deploy: 3 of 3 hosts done");
    }

    @Test
    void trackerThatFailsEndsIt() throws Exception {
        fleet.with("h1", "fail-agent", "cannot listen on port 8998: Address already in use");
        CommandRun run = fleet.run(DEPLOY);
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("the tracker did not start on h1, so the others were left alone: cannot listen on port 8998")
            .doesNotContain("--retry");
        assertThat(orders()).isEmpty();
    }

    @Test
    void seedersMustHaveTheSameFiles() throws Exception {
        Files.writeString(fleet.config(), Files.readString(fleet.config()) + "role.seeder = h1, h2\n");
        fleet.with("h2", "made", "");
        CommandRun run = fleet.run(DEPLOY);
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("the seeders h1 and h2 do not have the same files at /srv/files");
        assertNoAgentStays();
    }

    @Test
    void interruptedDeployWithdraws() throws Exception {
        Path pipe = fleet.host("h3").resolve("hang-stage");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        List<CommandRun> runs = new ArrayList<>();
        Thread thread = new Thread(() -> runs.add(fleet.run(DEPLOY)));
        thread.start();
        try (OutputStream opened = Files.newOutputStream(pipe)) {
            thread.interrupt();
            thread.join();
            opened.flush();
        }
        assertThat(runs.get(0).status()).as(runs.get(0).err()).isEqualTo(143);
        assertThat(runs.get(0).err()).contains("interrupted; what it had started is stopped");
        assertThat(runs.get(0).out()).contains("0 of 3 hosts have the release");
        assertThat(orders()).last().asString().contains("ended=true", "releases=[]");
        assertNoAgentStays();
    }

    @Test
    void interruptWhileOrderIsWrittenWithdraws() throws Exception {
        Path pipe = fleet.host("h3").resolve("hang-stage");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        List<CommandRun> runs = new ArrayList<>();
        Thread thread = new Thread(() -> runs.add(fleet.run(DEPLOY)));
        thread.start();
        Path lock;
        try (OutputStream opened = Files.newOutputStream(pipe); Stream<Path> files = Files.walk(fleet.state().resolve("fleets"))) {
            lock = files.filter(file -> file.endsWith("lock")).findFirst().orElseThrow();
            opened.flush();
        }
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE)) {
            channel.lock();
            Files.delete(pipe); // The host goes on, and the order to activate waits for the lock.
            while (Arrays.stream(thread.getStackTrace()).noneMatch(frame -> frame.getMethodName().equals("locked"))) {
                Thread.onSpinWait();
            }
            thread.interrupt();
        }
        thread.join();
        assertThat(runs.get(0).status()).as(runs.get(0).err()).isEqualTo(143);
        assertThat(orders()).noneMatch(order -> order.contains("tag=v1]]")).last().asString().contains("ended=true", "releases=[]");
        assertNoAgentStays();
    }

    @Test
    void nextDeployStartsFromLastOrder() throws Exception {
        fleet.run(DEPLOY);
        assertThat(fleet.run("deploy", "tag=v2", "files_path=/srv/files", "keep=3", "current_link=current").status()).isZero();
        // While v2 is staged v1 stays active.
        assertThat(orders().get(4)).contains("tag=v1", "tag=v2", "active=[Activation[who=All[], tag=v1]]", "keep=3",
            "currentLink=" + fleet.root() + "/control/releases/current");
        assertThat(orders().get(5)).contains("active=[Activation[who=All[], tag=v2]]", "ended=true").doesNotContain("v1");
        CommandRun back = fleet.run("rollback");
        assertThat(back.status()).as(back.err()).isZero();
        assertThat(orders()).last().asString().contains("active=[Activation[who=All[], tag=v1]]", "maker=null", "ended=true",
            "currentLink=" + fleet.root() + "/control/releases/current");
        assertThat(fleet.run("rollback", "current_link=").status()).isZero();
        assertThat(orders()).last().asString().contains("currentLink=,", "tag=v2");
        assertThat(fleet.run("activate", "tag=v3").err()).contains("this machine knows of no release 'v3'");
    }

    @Test
    void stagedReleaseIsActivatedLater() throws Exception {
        fleet.run(DEPLOY);
        assertThat(fleet.run("stage", "tag=v2", "files_path=/srv/files").status()).isZero();
        assertThat(orders()).last().asString().contains("active=[Activation[who=All[], tag=v1]]", "tag=v2", "ended=true");
        CommandRun run = fleet.run("activate", "tag=v2");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(orders()).last().asString().contains("active=[Activation[who=All[], tag=v2]]", "ended=true");
    }

    @Test
    void failedGateReturnsToReleaseBefore() throws Exception {
        fleet.run(DEPLOY);
        CommandRun run = fleet.run("deploy", "tag=v2", "files_path=/srv/files", "waves=1,100%", "gate=cat \"$1\"; echo not well; exit 3");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("the gate after 1 host failed: status 3, not well");
        assertThat(orders()).last().asString().contains("active=[Activation[who=All[], tag=v1]]", "ended=true").doesNotContain("v2");
        assertThat(orders().get(orders().size() - 2)).contains("Activation[who=Names[names=[h1]], tag=v2]");
        CommandRun well = fleet.run("deploy", "tag=v3", "files_path=/srv/files", "waves=1,100%", "gate=cat $MURDER_HOSTS >> "
            + temporary.resolve("gated"));
        assertThat(well.status()).as(well.err()).isZero();
        assertThat(well.out()).contains("deploy: 3 of 3 hosts done").doesNotContain("hosts have the release");
        assertThat(Files.readAllLines(temporary.resolve("gated"))).containsExactly("h1", "h1", "h2", "h3");
    }

    @Test
    void refusesSecondDeployOfTag() throws Exception {
        Path pipe = fleet.host("h3").resolve("hang-stage");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        Thread thread = new Thread(() -> fleet.run(DEPLOY));
        thread.start();
        try (OutputStream opened = Files.newOutputStream(pipe)) {
            CommandRun second = fleet.run(DEPLOY);
            assertThat(second.status()).isEqualTo(1);
            assertThat(second.err()).contains("a deploy of 'v1' to ", " runs already (process ");
            thread.interrupt();
            thread.join();
            opened.flush();
        }
    }

    @Test
    void keysAppearNowhere() throws Exception {
        CommandRun run = fleet.run("deploy", "tag=v1", "files_path=/srv/files", "--json");
        String membership = Files.readString(fleet.host("h2").resolve("membership"));
        String secret = membership.lines().filter(line -> line.startsWith("swarm-key ")).findFirst().orElseThrow().substring(10);
        assertThat(secret).hasSize(64);
        assertThat(run.out() + run.err()).doesNotContain(secret);
        try (Stream<Path> files = Files.walk(temporary)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                boolean holds = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(secret);
                assertThat(holds).as("%s", file).isEqualTo(file.endsWith("membership") || file.endsWith("fleets/h1%3A8998/keys"));
                if (file.startsWith(fleet.state())) {
                    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .as("%s", file).matches("rw-(r--r--|-{6})");
                }
            }
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(fleet.state().resolve("fleets/h1%3A8998/keys"))))
            .isEqualTo("rw-------");
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
        assertThat(fleet.log("h3")).containsExactly("prepare|");
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
    void packsNothingIfAllPlacesOccupied() throws Exception {
        fleet.with("h1", "occupied", "").with("h2", "occupied", "");
        CommandRun run = fleet.run("deploy", "tag=v1", "files_path=/srv/files", "--tolerate", "2");
        assertThat(run.status()).as(run.err()).isEqualTo(1);
        assertThat(run.out()).contains("h1  FAILED  deploy: destination is not empty");
        assertThat(run.err()).doesNotContain("--retry");
        assertThat(fleet.run("deploy", "tag=v1", "files_path=/srv/files", "unsafe_please_delete=1").status()).isZero();
    }

    @Test
    void rotationReplacesBothKeys() throws Exception {
        CommandRun shown = fleet.run("keys");
        assertThat(shown.out()).contains("signs: murder namespaces=\"murder-order\" ssh-ed25519 ", "secret: ");
        assertThat(fleet.run("keys").out()).isEqualTo(shown.out());
        Path copy = temporary.resolve("copy");
        assertThat(fleet.run("keys", "export", copy.toString()).status()).isZero();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy))).isEqualTo("rw-------");
        CommandRun rotated = fleet.run("keys", "rotate");
        assertThat(rotated.status()).as(rotated.err()).isZero();
        assertThat(fleet.run("keys").out()).isNotEqualTo(shown.out()).doesNotContain("being replaced");
        assertThat(fleet.run("keys", "import", copy.toString()).status()).isZero();
        assertThat(fleet.run("keys").out()).isEqualTo(shown.out());
        assertThat(fleet.run("keys", "sell").err()).contains("not 'sell'");
    }
}
