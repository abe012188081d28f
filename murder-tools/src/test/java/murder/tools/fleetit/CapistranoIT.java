package murder.tools.fleetit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import murder.tools.Repository;
import murder.tools.e2e.Payloads;
import murder.tools.e2e.Program;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The same as {@link FleetTasksIT} by {@code cap}, with the distribution's Capistrano and the gem
 * as it lies in the sources.
 */
@Tag("e2e")
@Timeout(300)
class CapistranoIT {
    private static FleetBed bed;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        bed = new FleetBed("h1", "h2", "h3", "h4", "h5").startAll();
        copy(Repository.root().resolve("murder-tools/capistrano"), bed.onControl("/srv/capistrano"));
        Files.copy(bed.folder().resolve("murder-tools.jar"), bed.onControl("/srv/murder-tools.jar"));
        ReleaseTree.tree(bed.onControl("/srv/build"));
        ReleaseTree.tree(bed.host("h1").path("/srv/source"));
        Payloads.file(bed.host("h1").path("/srv/app.bin"), 2_500_003);
        Files.writeString(bed.onControl("/srv/Capfile"), """
            $LOAD_PATH.unshift "/srv/capistrano/lib"
            require "capistrano/setup"
            require "capistrano/deploy"
            require "capistrano/scm/murder"
            install_plugin Capistrano::SCM::Murder
            """);
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) throws IOException {
                Files.createDirectories(to.resolve(from.relativize(directory)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.copy(file, to.resolve(from.relativize(file)));
                return FileVisitResult.CONTINUE;
            }
        });
    }

    @AfterAll
    static void stop() throws IOException {
        bed.close();
    }

    @BeforeEach
    void configure() throws IOException, InterruptedException {
        bed.restart("/tmp", "/srv/app", "/srv/releases");
        configure("set :default_destination_path, '/srv/releases'");
    }

    private static void configure(String... settings) throws IOException {
        Files.createDirectories(bed.onControl("/srv/config/deploy"));
        Files.writeString(bed.onControl("/srv/config/deploy.rb"), """
            set :application, "app"
            set :deploy_to, "/srv/app"
            set :murder_source, "/srv/build"
            set :remote_murder_path, "/srv/murder"
            """ + String.join("\n", settings) + "\n");
        Files.writeString(bed.onControl("/srv/config/deploy/production.rb"), "role :peer, %w[h1 h2 h3 h4 h5]\n");
    }

    private static Program cap(String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of("cap", "production"));
        command.addAll(Arrays.asList(words));
        return bed.onControl(command.toArray(String[]::new));
    }

    @Test
    void deployCarriesReleaseBySwarm() throws IOException, InterruptedException, ExecutionException {
        Program deploy = cap("deploy");
        deploy.awaitSuccess();
        // Reports of the hosts are for programs.
        assertThat(deploy.awaitOutput()).doesNotContain("{\"").containsPattern("h5  [0-9]+ is there after [0-9.]+ s");
        assertCurrent(bed.onControl("/srv/build"), bed.hosts());
        assertNothingElse();
        String first = Files.readSymbolicLink(bed.host("h5").path("/srv/app/current")).toString();

        // Once more, from what the seeder has, without compression; and then with a host that is
        // off.
        configure("set :default_seeder_files_path, '/srv/source'", "set :murder_tolerate, 1");
        bed.host("h5").kill();
        Program tolerated = cap("deploy", "archive=tar");
        assertThat(tolerated.awaitExit()).as(tolerated.awaitOutput()).isZero();
        assertThat(tolerated.awaitOutput()).containsPattern("h5  FAILED  distribute_files: .*[Cc]onnection refused")
            .containsPattern("murder: 1 failed, which :murder_tolerate allows: h5: distribute_files: .*[Cc]onnection refused");
        assertCurrent(bed.host("h1").path("/srv/source"), bed.hosts().subList(0, 4));
        assertThat(Files.readSymbolicLink(bed.host("h5").path("/srv/app/current"))).hasToString(first);
        assertNothingElse();

        configure("set :default_seeder_files_path, '/srv/source'");
        Program refused = cap("deploy");
        assertThat(refused.awaitExit()).as(refused.awaitOutput()).isEqualTo(1);
        assertNothingElse();
    }

    private static void assertCurrent(Path source, List<FleetHost> hosts) throws IOException {
        for (FleetHost host : hosts) {
            Path current = Files.readSymbolicLink(host.path("/srv/app/current"));
            Map<String, String> listing = ReleaseTree.listing(host.path(current.toString()));
            assertThat(listing.remove("REVISION")).as("Capistrano's own file on %s", host).isNotNull();
            assertThat(listing).as("the release on %s", host).isEqualTo(ReleaseTree.listing(source));
        }
    }

    /** Every task in a run of its own. */
    @Test
    void everyTaskDoesItsPart() throws IOException, InterruptedException, ExecutionException {
        String tag = "it's $(touch pwned) \"1\"";
        Path torrent = bed.onControl("/tmp/" + tag + ".tgz.torrent");
        FleetHost seeder = bed.host("h1");
        cap("murder:distribute_files").awaitSuccess();
        cap("murder:start_tracker").awaitSuccess();
        cap("murder:create_torrent", "tag=" + tag, "files_path=/srv/source", "do_not_download_torrent=1").awaitSuccess();
        assertThat(seeder.temp()).containsExactly(tag + ".tgz", tag + ".tgz.torrent");
        assertThat(torrent).doesNotExist();
        cap("murder:download_torrent", "tag=" + tag).awaitSuccess();
        assertThat(torrent).hasSameBinaryContentAs(seeder.path(FleetHost.ARCHIVES + "/" + tag + ".tgz.torrent"));
        cap("murder:start_seeding", "tag=" + tag).awaitSuccess();
        cap("murder:peer", "tag=" + tag, "seed_for=1h").awaitSuccess();
        for (FleetHost host : bed.hosts()) {
            assertThat(ReleaseTree.listing(host.path("/srv/releases/" + tag))).isEqualTo(ReleaseTree.listing(seeder.path("/srv/source")));
            assertThat(host.names("/root")).doesNotContain("pwned");
            assertThat(host.processes()).as("a peer on %s", host).anyMatch(line -> line.contains("host peer"));
        }
        cap("murder:stop_peering", "tag=" + tag).awaitSuccess();
        for (FleetHost host : bed.hosts()) {
            assertThat(host.processes()).noneMatch(line -> line.contains("host peer"));
        }
        assertThat(seeder.processes()).hasSize(2);
        cap("murder:stop_seeding", "tag=" + tag).awaitSuccess();
        assertThat(seeder.processes()).hasSize(1);
        cap("murder:stop_tracker").awaitSuccess();
        cap("murder:clean_temp_files", "tag=" + tag).awaitSuccess();
        Files.delete(torrent);
        assertNothingElse();

        Program none = cap("murder:stop_tracker");
        assertThat(none.awaitExit()).isEqualTo(1);
        assertThat(none.awaitOutput()).contains("h1  FAILED  stop_tracker: no tracker runs here");
        Program slash = cap("murder:peer", "tag=a/b");
        assertThat(slash.awaitExit()).isEqualTo(1);
        assertThat(slash.awaitOutput()).contains("the tag 'a/b' holds a '/'");
    }

    @ParameterizedTest
    @CsvSource({"tar, archive=tar, /srv/source", "tree, archive=tree, /srv/source", "file, path_is_file=1, /srv/app.bin"})
    void deploysEveryArchiveKind(String tag, String way, String path) throws IOException, InterruptedException, ExecutionException {
        cap("murder:distribute_files", "murder:start_tracker", "murder:create_torrent", "murder:start_seeding", "murder:peer", "tag=" + tag,
            way, "files_path=" + path).awaitSuccess();
        Path source = bed.host("h1").path(path);
        for (FleetHost host : bed.hosts()) {
            Path release = host.path("/srv/releases/" + tag);
            switch (tag) {
                case "tar" -> assertThat(ReleaseTree.listing(release)).isEqualTo(ReleaseTree.listing(source));
                case "tree" -> assertThat(ReleaseTree.plainListing(release)).isEqualTo(ReleaseTree.plainListing(source));
                default -> assertThat(host.path("/srv/releases/file.tgz")).hasSameBinaryContentAs(source);
            }
        }
        cap("murder:stop_all_peering", "murder:stop_all_seeding", "murder:stop_tracker", "murder:clean_temp_files", "tag=" + tag, way)
            .awaitSuccess();
        assertNothingElse();
    }

    private static void assertNothingElse() throws IOException, InterruptedException, ExecutionException {
        for (FleetHost host : bed.hosts()) {
            if (host.isRunning()) {
                host.awaitIdle();
                assertThat(host.temp()).as("temporary files on %s", host).isEmpty();
                assertThat(host.names("/srv/releases")).as("releases on %s", host).noneMatch(name -> name.startsWith("."));
            }
        }
    }
}
