package murder.tools.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import murder.tools.CommandRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code source=}: a payload of this machine reaches the seeder before it is packed. */
class FleetUploadTest {
    private static final Map<String, String> NO_RSYNC = Map.of();

    @TempDir
    private Path temporary;
    private FakeFleet fleet;
    private Path source;

    @BeforeEach
    void fleetAndBuild() throws Exception {
        fleet = new FakeFleet(temporary, List.of("h1", "h2"));
        System.setProperty("murder.jar", Files.write(temporary.resolve("some.jar"), new byte[3000]).toString());
        source = Files.createDirectories(temporary.resolve("a 'build'/lib/empty")).getParent().getParent();
        Files.writeString(source.resolve("lib/app"), "one");
        Files.writeString(source.resolve("lib/same"), "same");
        Files.setPosixFilePermissions(source.resolve("lib/app"), PosixFilePermissions.fromString("rwxr-x--x"));
        Files.createDirectories(source.resolve(".git/objects"));
        Files.setLastModifiedTime(source.resolve("lib/app"), FileTime.fromMillis(0));
    }

    @AfterEach
    void clear() {
        System.clearProperty("murder.jar");
    }

    private static Map<String, String> withRsync() {
        String path = System.getenv("PATH");
        assumeTrue(Arrays.stream(path.split(":")).anyMatch(folder -> Files.isExecutable(Path.of(folder, "rsync"))), "rsync is here");
        return Map.of("PATH", path);
    }

    private CommandRun deploy(Map<String, String> env, String tag) {
        return fleet.run(env, "deploy", "tag=" + tag, "source=" + source);
    }

    /** The last content of the seeder, from its order. */
    private Path packed() throws Exception {
        List<String> orders = Files.readAllLines(temporary.resolve("orders"));
        String order = orders.stream().filter(line -> line.contains("source=/~/murder-uploads/")).reduce((a, b) -> b).orElseThrow();
        String path = order.substring(order.indexOf("source=/~/") + "source=/~/".length());
        return fleet.host("h1").resolve(path.substring(0, path.indexOf(',')));
    }

    private void assertArrived() throws Exception {
        Path there = packed();
        assertThat(there.resolve("lib/app")).hasSameTextualContentAs(source.resolve("lib/app"));
        assertThat(there.resolve("lib/same")).hasContent("same");
        assertThat(there.resolve("lib/empty")).isDirectory();
        assertThat(there.resolve(".git")).doesNotExist();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(there.resolve("lib/app")))).isEqualTo("rwxr-x--x");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(fleet.host("h1").resolve("murder-uploads"))))
            .isEqualTo("rwx------");
        assertThat(fleet.host("h2").resolve("murder-uploads")).doesNotExist();
    }

    @Test
    void payloadArrivesAsTar() throws Exception {
        CommandRun run = deploy(NO_RSYNC, "v1");
        assertThat(run.status()).as(run.out() + run.err()).isZero();
        assertThat(run.out()).contains("upload: 1 of 1 host done", "deploy: 2 of 2 hosts done");
        assertArrived();
        Files.delete(source.resolve("lib/app"));
        Files.writeString(source.resolve("lib/app"), "two");
        Files.setPosixFilePermissions(source.resolve("lib/app"), PosixFilePermissions.fromString("rwxr-x--x"));
        assertThat(deploy(NO_RSYNC, "v1").status()).isZero();
        assertArrived();
        try (Stream<Path> left = Files.list(packed().getParent())) {
            assertThat(left).hasSize(1);
        }
    }

    @Test
    void payloadArrivesByRsync() throws Exception {
        Map<String, String> env = withRsync();
        CommandRun run = deploy(env, "v1");
        assertThat(run.status()).as(run.out() + run.err()).isZero();
        assertThat(run.out()).containsOnlyOnce("\nupload: 1 of 1 host done").contains("prepare_upload: 1 of 1 host done");
        assertArrived();
        Path first = packed();
        // Same size and time, so that only the content tells.
        Files.writeString(source.resolve("lib/app"), "two");
        Files.setLastModifiedTime(source.resolve("lib/app"), FileTime.fromMillis(0));
        assertThat(deploy(env, "v2").status()).isZero();
        assertArrived();
        assertThat(packed()).isNotEqualTo(first);
        assertThat(Files.isSameFile(packed().resolve("lib/same"), first.resolve("lib/same"))).isTrue();
        assertThat(first.resolve("lib/app")).hasContent("one");
    }

    @Test
    void singleFileArrives() throws Exception {
        Path file = source.resolve("lib/app");
        for (Map<String, String> env : List.of(NO_RSYNC, withRsync())) {
            CommandRun run = fleet.run(env, "deploy", "tag=v" + env.size(), "source=" + file, "path_is_file=1");
            assertThat(run.status()).as(run.out() + run.err()).isZero();
            assertThat(packed()).hasFileName("app").hasContent("one");
        }
    }

    @Test
    @Tag("slow")
    void oldUploadsAreRemoved() throws Exception {
        for (int i = 0; i < 6; i++) {
            assertThat(deploy(NO_RSYNC, "v" + i).status()).isZero();
        }
        assertArrived();
        try (Stream<Path> left = Files.list(packed().getParent().getParent())) {
            assertThat(left).hasSize(4);
        }
    }

    @Test
    void badSourceChangesNothing() throws Exception {
        CommandRun both = fleet.run("deploy", "tag=v1", "source=" + source, "files_path=/srv/files");
        assertThat(both.status()).isEqualTo(2);
        assertThat(both.err()).contains("source and files_path exclude each other");
        assertThat(fleet.run("deploy", "tag=v1", "source=" + source + "/missing").err()).contains("/missing is not there");
        assertThat(fleet.run("deploy", "tag=v1", "source=" + source.resolve("lib/app")).err())
            .contains("path_is_file=1 sends a single file");
        assertThat(fleet.log("h1")).isEmpty();
        fleet.with("h1", "murder-uploads", "a file");
        CommandRun run = deploy(NO_RSYNC, "v1");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("upload failed on the seeder h1, so the others were left alone: mkdir: ");
        fleet.with("h1", "refuse", "");
        assertThat(deploy(NO_RSYNC, "v1").err()).contains("ssh: connect to host h1 port 22: Connection refused");
    }

    @Test
    void dryRunShowsBothWays() {
        assertThat(fleet.run("deploy", "tag=v1", "source=" + source, "--dry-run").out())
            .contains("h1  upload  ", "sh upload.sh ", ", made of murder-uploads/");
        assertThat(fleet.run(withRsync(), "deploy", "tag=v1", "source=" + source, "--dry-run").out()).contains("h1  upload  rsync ");
    }
}
