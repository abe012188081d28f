package murder.tools.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import murder.tools.CommandRun;
import murder.tools.FreePort;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real murder on three hosts that are folders of this machine. */
@Tag("slow")
@Timeout(180)
class FleetIT {
    private static final List<String> HOSTS = List.of("h1", "h2", "h3");
    private static final String TAG = "it's $(id) \"v1\"";

    @TempDir
    private Path temporary;
    private FakeFleet fleet;
    private Path source;

    @BeforeEach
    void fleetAndFiles() throws Exception {
        fleet = new FakeFleet(temporary, HOSTS, "tracker_host = 127.0.0.1", "tracker_port = " + FreePort.next(),
            "murder_state = " + temporary + "/%h/state");
        Files.delete(temporary.resolve("bin/java"));
        Files.createSymbolicLink(temporary.resolve("bin/java"), Path.of(System.getProperty("java.home"), "bin", "java"));
        source = Files.createDirectories(temporary.resolve("source/lib")).getParent();
        byte[] bytes = new byte[3_000_000];
        new Random(1).nextBytes(bytes);
        Files.write(source.resolve("lib/big jar"), bytes);
        Files.writeString(source.resolve("run"), "#!/bin/sh\n");
        Files.setPosixFilePermissions(source.resolve("run"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createSymbolicLink(source.resolve("link"), Path.of("lib/big jar"));
    }

    private CommandRun fleet(String task, String... words) {
        String[] all = new String[words.length + 3];
        all[0] = task;
        all[1] = "tag=" + TAG;
        all[2] = "files_path=" + source;
        System.arraycopy(words, 0, all, 3, words.length);
        return fleet.run(all);
    }

    private void succeeds(String task, String... words) {
        CommandRun run = fleet(task, words);
        assertThat(run.status()).as(task + ": " + run.out() + run.err()).isZero();
    }

    /** Names with content, mode or target. */
    private static Map<String, String> tree(Path root) throws IOException {
        Map<String, String> tree = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.toList()) {
                String what = Files.isSymbolicLink(path) ? "-> " + Files.readSymbolicLink(path)
                    : Files.isDirectory(path) ? "directory" : Files.isExecutable(path) + " " + Arrays.hashCode(Files.readAllBytes(path));
                tree.put(root.relativize(path).toString(), what);
            }
        }
        return tree;
    }

    private void assertReleased(List<String> hosts) throws IOException {
        for (String host : hosts) {
            assertThat(tree(fleet.host(host).resolve("releases").resolve(TAG))).as(host).isEqualTo(tree(source));
        }
    }

    /**
     * Agents stay for some seconds to forward the last order. They remove their payloads at the
     * end.
     */
    private void assertNothingLeft() throws Exception {
        for (String host : HOSTS) {
            Map<String, String> state = Map.of("MURDER_STATE", fleet.host(host).resolve("state").toString());
            while (!CommandRun.in(state, "status").out().contains("no murder process runs here")) {
                Thread.sleep(20);
            }
            if (Files.exists(fleet.host(host).resolve("tmp"))) {
                assertThat(Files.list(fleet.host(host).resolve("tmp"))).as(host).isEmpty();
            }
        }
    }

    @Test
    void deployBringsTreeToAllHosts() throws Exception {
        CommandRun first = fleet("deploy", "destination_path=releases", "--json");
        assertThat(first.status()).as(first.out() + first.err()).isZero();
        Matcher copies = Pattern.compile("\"seeder_copies\":([0-9.]+)").matcher(first.out());
        assertThat(copies.find()).as(first.out()).isTrue();
        // h1 has the archive. The other two cannot have got it by less.
        assertThat(Double.parseDouble(copies.group(1))).isBetween(1.0, 2.1);
        assertReleased(HOSTS);
        assertNothingLeft();
        // Once more: exactly this release is there.
        CommandRun again = fleet("deploy", "destination_path=releases");
        assertThat(again.status()).as(again.out() + again.err()).isZero();
        assertThat(again.out()).contains("deploy: 3 of 3 hosts done");
        // A program may write into its own release. That is its business: the release stays as it
        // is, and counts as active.
        Path written = fleet.host("h2").resolve("releases").resolve(TAG).resolve("other");
        Files.writeString(written, "by the program");
        CommandRun still = fleet("deploy", "destination_path=releases");
        assertThat(still.status()).as(still.out() + still.err()).isZero();
        assertThat(written).hasContent("by the program");
        assertNothingLeft();
    }

    @Test
    void runsEveryTaskByHand() throws Exception {
        succeeds("distribute_files");
        succeeds("check");
        succeeds("start_tracker");
        succeeds("create_torrent", "archive=tree");
        succeeds("start_seeding", "archive=tree");
        fleet.with("h2", "no-java", "");
        CommandRun run = fleet("peer", "archive=tree");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).contains("h2  FAILED  peer: java does not run there", "seeder copies: ", "slowest: h");
        assertReleased(List.of("h1", "h3"));
        Files.delete(fleet.host("h2").resolve("no-java"));
        succeeds("peer", "archive=tree", "--retry");
        assertReleased(HOSTS);
        succeeds("stop_peering");
        succeeds("stop_seeding");
        succeeds("clean_temp_files");
        succeeds("stop_tracker");
        assertThat(fleet("stop_tracker").out()).contains("h1  FAILED  stop_tracker: no tracker runs here");
        assertNothingLeft();
    }
}
