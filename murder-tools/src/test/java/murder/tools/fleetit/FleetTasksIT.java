package murder.tools.fleetit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import murder.tools.e2e.Payloads;
import murder.tools.e2e.Program;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code murder fleet} over real ssh to five hosts: {@code deploy}, and every task by itself. */
@Tag("e2e")
@Timeout(300)
class FleetTasksIT {
    /** How a release travels. */
    enum Way {
        TGZ("archive=tgz", ".tgz"), TAR("archive=tar", ".tar"), TREE("archive=tree", ""), FILE("path_is_file=1", ".tgz");

        private final String argument;
        private final String ending;

        Way(String argument, String ending) {
            this.argument = argument;
            this.ending = ending;
        }

        String filesPath() {
            return this == FILE ? "/srv/app.bin" : "/srv/source";
        }

        /** The release that a host got, or should have got. */
        private Map<String, String> content(Path path) throws IOException {
            return switch (this) {
                case FILE -> Map.of("", Payloads.sha1(path));
                case TREE -> ReleaseTree.plainListing(path);
                default -> ReleaseTree.listing(path);
            };
        }
    }

    private static FleetBed bed;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        bed = new FleetBed("h1", "h2", "h3", "h4", "h5").startAll();
        ReleaseTree.tree(bed.host("h1").path("/srv/source"));
        Payloads.file(bed.host("h1").path("/srv/app.bin"), 2_500_003);
    }

    @BeforeEach
    void configure() throws IOException {
        bed.configure("role.peer = h1, h2, h3, h4, h5", "default_destination_path = /srv/releases");
    }

    @AfterAll
    static void stop() throws IOException {
        bed.close();
    }

    @ParameterizedTest
    @EnumSource
    void deployBringsReleaseToEveryHost(Way way) throws IOException, InterruptedException, ExecutionException {
        String tag = "deployed-" + way;
        String output = fleet("deploy", "tag=" + tag, "files_path=" + way.filesPath(), way.argument).awaitSuccess().awaitOutput();
        assertThat(output).contains("deploy: 5 of 5 hosts done").doesNotContain("FAILED");
        for (FleetHost host : bed.hosts()) {
            assertHasRelease(host, tag, way);
            if (way == Way.TREE) {
                // Agents also bring modes and empty directories.
                assertThat(ReleaseTree.listing(host.path("/srv/releases/" + tag))).as("%s on %s", tag, host)
                    .isEqualTo(ReleaseTree.listing(bed.host("h1").path(way.filesPath())));
            }
            assertNothingElse(host);
        }
        assertThat(temporaryFilesOnControl()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void everyTaskDoesItsPart(Way way) throws IOException, InterruptedException, ExecutionException {
        String tag = "step-" + way;
        FleetHost seeder = bed.host("h1");
        String archive = tag + way.ending;
        String torrent = archive + ".torrent";

        fleet("distribute_files").awaitSuccess();
        for (FleetHost host : bed.hosts()) {
            assertThat(Payloads.sha1(host.path("/srv/murder/murder-tools.jar")))
                .isEqualTo(Payloads.sha1(bed.folder().resolve("murder-tools.jar")));
        }
        assertThat(fleet("distribute_files").awaitSuccess().awaitOutput()).contains("sent to 0 hosts");

        fleet("start_tracker").awaitSuccess();
        assertThat(status(seeder)).contains("\"role\":\"tracker\"", "\"port\":8998");

        fleet("create_torrent", "tag=" + tag, "files_path=" + way.filesPath(), way.argument, "do_not_download_torrent=1").awaitSuccess();
        assertThat(seeder.temp()).isEqualTo(way == Way.TREE ? List.of(torrent) : List.of(archive, torrent));
        assertThat(temporaryFilesOnControl()).isEmpty();

        fleet("download_torrent", "tag=" + tag, way.argument).awaitSuccess();
        assertThat(temporaryFilesOnControl()).isEmpty();

        fleet("start_seeding", "tag=" + tag, "files_path=" + way.filesPath(), way.argument).awaitSuccess();
        assertThat(status(seeder)).contains("\"role\":\"seeder\"", "\"tag\":\"" + tag);

        // For so long that those to be stopped below are there.
        fleet("peer", "tag=" + tag, way.argument, "seed_for=1h").awaitSuccess();
        for (FleetHost host : bed.hosts()) {
            assertHasRelease(host, tag, way);
            assertThat(status(host)).contains("\"role\":\"peer\"");
        }

        fleet("stop_peering", "tag=" + tag).awaitSuccess();
        for (FleetHost host : bed.hosts()) {
            assertThat(status(host)).doesNotContain("\"role\":\"peer\"");
        }
        fleet("stop_seeding", "tag=" + tag).awaitSuccess();
        assertThat(status(seeder)).doesNotContain("\"role\":\"seeder\"").contains("\"role\":\"tracker\"");
        fleet("stop_tracker").awaitSuccess();

        fleet("clean_temp_files", "tag=" + tag, way.argument).awaitSuccess();
        for (FleetHost host : bed.hosts()) {
            assertNothingElse(host);
        }
    }

    @Test
    void stopsOneTagOrAll() throws IOException, InterruptedException,
        ExecutionException {
        bed.configure("role.peer = h1, h2", "default_destination_path = /srv/releases");
        List<FleetHost> both = List.of(bed.host("h1"), bed.host("h2"));
        fleet("distribute_files").awaitSuccess();
        fleet("start_tracker").awaitSuccess();
        for (String tag : List.of("one", "one.two")) {
            fleet("create_torrent", "tag=" + tag, "files_path=/srv/source").awaitSuccess();
            fleet("start_seeding", "tag=" + tag).awaitSuccess();
            fleet("peer", "tag=" + tag, "seed_for=1h").awaitSuccess();
        }
        fleet("stop_seeding", "tag=one").awaitSuccess();
        fleet("stop_peering", "tag=one").awaitSuccess();
        for (FleetHost host : both) {
            assertThat(status(host)).doesNotContain("\"tag\":\"one\"").doesNotContain("\"tag\":\"one.tgz\"")
                .contains("\"tag\":\"one.two");
        }

        Program again = fleet("stop_seeding", "tag=one");
        assertThat(again.awaitExit()).isEqualTo(1);
        assertThat(again.awaitOutput()).containsPattern("(?m)^h1  FAILED  stop_seeding: .*one");

        fleet("stop_all_seeding").awaitSuccess();
        fleet("stop_all_peering").awaitSuccess();
        fleet("stop_tracker").awaitSuccess();
        Program noTracker = fleet("stop_tracker");
        assertThat(noTracker.awaitExit()).isEqualTo(1);
        assertThat(noTracker.awaitOutput()).containsPattern("(?m)^h1  FAILED  stop_tracker: ");
        for (String tag : List.of("one", "one.two")) {
            fleet("clean_temp_files", "tag=" + tag).awaitSuccess();
        }
        for (FleetHost host : both) {
            assertNothingElse(host);
        }
    }

    /** Neither processes nor files but the releases. */
    private static void assertNothingElse(FleetHost host) throws IOException, InterruptedException, ExecutionException {
        host.awaitIdle();
        assertThat(host.temp()).as("temporary files on %s", host).isEmpty();
        assertThat(host.names("/srv/releases")).as("names on %s", host).noneMatch(name -> name.startsWith("."));
    }

    private static void assertHasRelease(FleetHost host, String tag, Way way) throws IOException {
        Path source = bed.host("h1").path(way.filesPath());
        Path release = host.path("/srv/releases/" + tag + (way == Way.FILE ? way.ending : ""));
        assertThat(way.content(release)).as("%s on %s", release, host).isEqualTo(way.content(source));
    }

    private static List<String> temporaryFilesOnControl() throws IOException {
        List<String> names = new ArrayList<>(FleetHost.namesIn(bed.onControl("/tmp")));
        names.removeIf(name -> name.startsWith("hsperfdata_") || name.startsWith("murder-"));
        return names;
    }

    private static String status(FleetHost host) throws IOException, InterruptedException {
        return host.run("env", "-u", "MURDER_STATE", "HOME=/root", "/usr/local/bin/java", "-jar", "/srv/murder/murder-tools.jar", "status",
            "--json").awaitSuccess().awaitOutput();
    }

    private static Program fleet(String... words) throws IOException {
        return bed.fleet(words);
    }
}
