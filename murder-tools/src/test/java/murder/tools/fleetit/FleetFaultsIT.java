package murder.tools.fleetit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import murder.tools.e2e.Bed;
import murder.tools.e2e.Program;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Deploys over real ssh to hosts with which something is wrong: each gets its one line, the others
 * finish, nothing half-done is left behind, and the exit status is as it was asked for.
 */
@Tag("e2e")
@Timeout(300)
class FleetFaultsIT {
    private static final String DESTINATION = "default_destination_path = /srv/releases";
    private static final List<String> GOOD = List.of("h1", "h2");

    private static FleetBed bed;
    private static Path source;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        bed = new FleetBed("h1", "h2", "nojava", "smalldest", "smalltemp", "off", "taken", "denied", "readonly");
        bed.host("nojava").fault("no-java", "");
        bed.host("smalldest").fault("small-destination", "/srv/releases 1m");
        bed.host("smalltemp").fault("small-temp", "/tmp 1m");
        bed.host("readonly").fault("read-only", "/srv/releases");
        bed.startAll();
        Files.createDirectories(bed.host("denied").path("/srv/releases"));
        chown("denied", "/srv/murder");
        source = ReleaseTree.tree(bed.host("h1").path("/srv/source"));
    }

    private static void chown(String host, String path) throws IOException, InterruptedException {
        Files.createDirectories(bed.host(host).path(path));
        bed.host(host).run("chown", "deploy", path).awaitSuccess();
    }

    @AfterAll
    static void stop() throws IOException {
        bed.close();
    }

    /** Whatever became of the test before. */
    @BeforeEach
    void begin() throws IOException, InterruptedException {
        bed.configure("role.peer = h1, h2", DESTINATION);
        // Without releases and without what orders said of them.
        bed.restart("/srv/releases", "/tmp", "/root/.local", "/home/deploy/.local");
        bed.host("off").kill();
    }

    @Test
    void namesEveryFailureWhileOthersFinish() throws IOException, InterruptedException, ExecutionException {
        bed.configure("role.peer = h1, nojava, smalldest, smalltemp, off, taken, deploy@denied, readonly, h2", DESTINATION,
            "connect_timeout = 5s");
        Files.createDirectories(bed.host("taken").path("/srv/releases/r1"));
        Files.writeString(bed.host("taken").path("/srv/releases/r1/precious"), "mine");

        String[] failures = {"nojava .*java.*", "smalldest .*(/srv/releases|space left).*(space|free|bytes).*",
            "smalltemp .*(/tmp|space left).*(space|free|bytes).*", "off .*ssh: connect to host off port 22: Connection refused",
            "taken .*/srv/releases/r1 is not empty.*", "deploy@denied .*/srv/releases.*denied.*",
            "readonly .*/srv/releases.*[Rr]ead-only.*"};

        // One more than is allowed: nothing changes, nowhere.
        Program refused = bed.fleet("deploy", "tag=r1", "files_path=/srv/source", "--tolerate", "6");
        assertThat(refused.awaitExit()).as(refused.awaitOutput()).isEqualTo(1);
        assertFailures(refused, failures);
        assertNothingLeft();
        assertThat(refused.awaitOutput()).contains("7 of 9 hosts failed to stage it, so no host has changed");
        for (String name : List.of("h1", "h2", "nojava", "smalldest", "smalltemp", "denied", "readonly")) {
            assertThat(bed.host(name).names("/srv/releases")).as("releases on %s", name).isEmpty();
        }

        Program deploy = bed.fleet("deploy", "tag=r1", "files_path=/srv/source", "--tolerate", "7");
        assertThat(deploy.awaitExit()).as(deploy.awaitOutput()).isZero();
        assertFailures(deploy, failures);
        assertDeployed("r1", GOOD);
        assertNothingLeft();
        for (String name : List.of("nojava", "smalldest", "smalltemp", "denied", "readonly")) {
            assertThat(bed.host(name).names("/srv/releases")).as("releases on %s", name).isEmpty();
        }
        assertThat(ReleaseTree.listing(bed.host("taken").path("/srv/releases/r1"))).containsOnlyKeys("/", "precious");

        // The same once more, with some of it mended: only those that failed take part, and enough
        // of them succeed.
        bed.host("off").start();
        chown("denied", "/srv/releases");
        Program again = bed.fleet("deploy", "tag=r1", "files_path=/srv/source", "--tolerate", "5", "--retry");
        assertThat(again.awaitExit()).as(again.awaitOutput()).isZero();
        assertFailures(again, "nojava .*", "smalldest .*", "smalltemp .*", "taken .*", "readonly .*");
        assertDeployed("r1", List.of("h1", "h2", "off", "denied"));
        assertNothingLeft();

        // Permitted deletions happen only where the release becomes active.
        Program few = bed.fleet("deploy", "tag=r1", "files_path=/srv/source", "--tolerate", "45%", "--retry", "unsafe_please_delete=1");
        assertThat(few.awaitExit()).as(few.awaitOutput()).isEqualTo(1);
        assertThat(ReleaseTree.listing(bed.host("taken").path("/srv/releases/r1"))).containsOnlyKeys("/", "precious");
        Program forced = bed.fleet("deploy", "tag=r1", "files_path=/srv/source", "--tolerate", "80%", "--retry", "unsafe_please_delete=1");
        assertThat(forced.awaitExit()).as(forced.awaitOutput()).isZero();
        assertDeployed("r1", List.of("taken"));
        assertNothingLeft();
    }

    @Test
    void nextRunCleansUpKilledHost() throws IOException, InterruptedException, ExecutionException {
        bed.configure("role.peer = h1, h2, taken", DESTINATION);
        FleetHost victim = bed.host("taken");
        prepare("killed");
        bed.limitRate(victim, "3mbit");
        Program peer = bed.fleet("peer", "tag=killed", "--json");
        awaitPart(peer, victim, "downloading");
        victim.kill();
        assertThat(peer.awaitExit()).as(peer.awaitOutput()).isEqualTo(1);
        assertThat(peer.awaitOutput()).contains("\"failed\":1", "{\"host\":\"taken\",\"task\":\"peer\"");
        assertDeployed("killed", GOOD);
        assertThat(FleetHost.namesIn(victim.path("/srv/releases"))).doesNotContain("killed");

        victim.start();
        bed.unlimitRate(victim);
        assertThat(victim.processes()).isEmpty();
        bed.fleet("peer", "tag=killed", "--retry").awaitSuccess();
        assertDeployed("killed", List.of("taken"));
        end("killed");
        assertNothingLeft();
    }

    @Test
    void refusesFullDestinationBeforeDownload() throws IOException, InterruptedException, ExecutionException {
        FleetHost taken = bed.host("h2");
        Files.createDirectories(taken.path("/srv/releases/there"));
        Files.writeString(taken.path("/srv/releases/there/precious"), "mine");
        prepare("there");
        Program peer = bed.fleet("peer", "tag=there");
        assertThat(peer.awaitExit()).as(peer.awaitOutput()).isEqualTo(1);
        assertFailures(peer, "h2  FAILED  peer: destination /srv/releases/there is not empty.*");
        assertThat(taken.temp()).isEmpty();
        assertThat(taken.names("/srv/releases")).containsExactly("there");
        assertThat(taken.path("/srv/releases/there/precious")).hasContent("mine");
        assertDeployed("there", List.of("h1"));
        end("there");
        assertNothingLeft();
    }

    @Test
    void interruptedDeployStopsItsProcesses() throws IOException, InterruptedException, ExecutionException {
        bed.configure("role.peer = h1, h2, taken", DESTINATION);
        FleetHost slow = bed.host("taken");
        bed.fleet("distribute_files").awaitSuccess();
        bed.limitRate(slow, "3mbit");
        Program deploy = bed.fleet("deploy", "tag=broken", "files_path=/srv/source", "--json");
        awaitPart(deploy, slow, "fetching");
        bed.signal(deploy, "INT");
        assertThat(deploy.awaitExit()).as(deploy.awaitOutput()).isEqualTo(130);
        bed.unlimitRate(slow);
        assertThat(slow.names("/srv/releases")).doesNotContain("broken");
        assertNothingLeft();
    }

    @Test
    void namesMissingTracker() throws IOException, InterruptedException, ExecutionException {
        prepare("lost");
        bed.fleet("stop_tracker").awaitSuccess();
        Program peer = bed.fleet("peer", "tag=lost", "timeout=4s");
        assertThat(peer.awaitExit()).as(peer.awaitOutput()).isEqualTo(1);
        // The seeder's host has the archive already, so it can do without.
        assertFailures(peer, "h2  FAILED  peer: .*tracker.*http://h1:8998/announce.*[Cc]onnect.*");
        bed.fleet("stop_seeding", "tag=lost").awaitSuccess();
        Program seeding = bed.fleet("start_seeding", "tag=lost");
        assertThat(seeding.awaitExit()).isEqualTo(1);
        assertFailures(seeding, "h1 .*tracker.*10\\.99\\.0\\.1|h1 .*tracker.*h1:8998.*");
        bed.fleet("stop_peering", "tag=lost").awaitSuccess();
        bed.fleet("clean_temp_files", "tag=lost").awaitSuccess();
        assertThat(bed.host("h2").names("/srv/releases")).doesNotContain("lost");
        assertNothingLeft();
    }

    @Test
    void takenTrackerPortEndsDeployEarly() throws IOException, InterruptedException, ExecutionException {
        bed.fleet("distribute_files").awaitSuccess();
        Program other = bed.host("h1").run("env", "MURDER_STATE=/tmp/murder-other", "/usr/local/bin/java", "-jar",
            "/srv/murder/murder-tools.jar", "tracker", "--port", "8998");
        other.awaitLine("tracker listens on");
        Program deploy = bed.fleet("deploy", "tag=occupied", "files_path=/srv/source");
        assertThat(deploy.awaitExit()).as(deploy.awaitOutput()).isEqualTo(1);
        assertFailures(deploy, "h1  FAILED  deploy: .*8998.*");
        assertThat(deploy.awaitOutput()).contains("the tracker did not start on h1, so the others were left alone");
        assertThat(other.isAlive()).isTrue();
        bed.signal(other, "TERM");
        other.awaitExit();
        assertThat(bed.host("h2").names("/srv/releases")).doesNotContain("occupied");
        // Without a tracker the running agents get no order. They leave by themselves, but later.
        bed.fleet("stop_agents").awaitSuccess();
        assertNothingLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "/", "..", ".", "", "two\nlines", "a\\b"})
    void refusesTagThatNamesNoDirectory(String tag) throws IOException, InterruptedException {
        Program deploy = bed.fleet("deploy", "tag=" + tag, "files_path=/srv/source");
        assertThat(deploy.awaitExit()).as(deploy.awaitOutput()).isEqualTo(2);
        assertThat(deploy.awaitOutput()).contains("tag").doesNotContain("hosts done");
    }

    @ParameterizedTest
    @ValueSource(strings = {"it's \"a\" $(touch pwned) `touch pwned`; & | * ? ~ #1 % ! gr\u00fcn", "--help"})
    void tagMayHoldShellCharacters(String tag) throws IOException, InterruptedException, ExecutionException {
        Files.createDirectories(bed.host("h1").path("/srv/odd"));
        Path odd = bed.host("h1").path("/srv/odd/'$(touch pwned)' \"x\"");
        if (!Files.exists(odd)) {
            ReleaseTree.tree(odd);
        }
        bed.fleet("deploy", "tag=" + tag, "files_path=/srv/odd/'$(touch pwned)' \"x\"").awaitSuccess();
        assertDeployed(tag, GOOD);
        assertNothingLeft();
        bed.fleet("deploy", "tag=" + tag, "files_path=/srv/odd/'$(touch pwned)' \"x\"", "archive=tree", "unsafe_please_delete=1")
            .awaitSuccess();
        assertThat(ReleaseTree.plainListing(bed.host("h2").path("/srv/releases/" + tag))).isEqualTo(ReleaseTree.plainListing(source));
        assertNothingLeft();
    }

    // ---- what they have in common ----

    private static void prepare(String tag) throws IOException, InterruptedException {
        bed.fleet("distribute_files").awaitSuccess();
        bed.fleet("start_tracker").awaitSuccess();
        bed.fleet("create_torrent", "tag=" + tag, "files_path=/srv/source").awaitSuccess();
        bed.fleet("start_seeding", "tag=" + tag).awaitSuccess();
    }

    private static void end(String tag) throws IOException, InterruptedException {
        bed.fleet("stop_peering", "tag=" + tag).awaitSuccess();
        bed.fleet("stop_seeding", "tag=" + tag).awaitSuccess();
        bed.fleet("stop_tracker").awaitSuccess();
        bed.fleet("clean_temp_files", "tag=" + tag).awaitSuccess();
    }

    /** Until some of the payload is there, but not all. */
    private static void awaitPart(Program fleet, FleetHost host, String state) throws InterruptedException {
        String line;
        do {
            int from = fleet.lineCount();
            line = fleet.awaitLine("\"host\":\"" + host + "\",\"state\":\"" + state + "\"", from);
        } while (Bed.number(line, "percent") == 0);
    }

    /** Exactly these hosts failed, each with one line. */
    private static void assertFailures(Program fleet, String... patterns) throws InterruptedException {
        List<String> failures = new ArrayList<>();
        for (String line : fleet.awaitOutput().split("\n")) {
            if (line.contains("  FAILED  ")) {
                failures.add(line);
            }
        }
        assertThat(failures).as(fleet.awaitOutput()).hasSameSizeAs(patterns);
        for (String pattern : patterns) {
            assertThat(failures).as("lines like '%s' in %s", pattern, fleet.awaitOutput())
                .filteredOn(line -> line.matches(pattern)).hasSize(1);
        }
    }

    private static void assertDeployed(String tag, List<String> hosts) throws IOException {
        for (String name : hosts) {
            assertThat(ReleaseTree.listing(bed.host(name).path("/srv/releases/" + tag))).as("%s on %s", tag, name)
                .isEqualTo(ReleaseTree.listing(source));
        }
    }

    /** On all hosts that run: no process, no temporary file, nothing beside the releases. */
    private static void assertNothingLeft() throws IOException, InterruptedException, ExecutionException {
        for (FleetHost host : bed.hosts()) {
            if (host.isRunning()) {
                host.awaitIdle();
                assertThat(host.temp()).as("temporary files on %s", host).isEmpty();
                assertThat(host.names("/root")).as("what a shell made of words on %s", host).doesNotContain("pwned");
                assertThat(host.names("/srv/releases")).as("releases on %s", host).noneMatch(name -> name.startsWith("."));
            }
        }
        List<String> names = new ArrayList<>(FleetHost.namesIn(bed.onControl("/tmp")));
        names.removeIf(name -> name.startsWith("hsperfdata_") || name.startsWith("murder-"));
        assertThat(names).as("temporary files on the control machine").isEmpty();
    }
}
