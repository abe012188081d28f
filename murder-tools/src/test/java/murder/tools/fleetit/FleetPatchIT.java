package murder.tools.fleetit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import murder.tools.e2e.Program;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A second deploy over real ssh. Hosts that hold the first release take a patch, all others the
 * whole payload.
 */
@Tag("e2e")
@Timeout(300)
class FleetPatchIT {
    /** So slow that the patch is there long before the payload. */
    private static final String RATE = "upload_limit=3Mbit";

    private static FleetBed bed;
    private static Path source;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        bed = new FleetBed("h1", "h2", "h3", "h4").startAll();
        bed.configure("role.peer = h1, h2, h3, h4", "default_destination_path = /srv/releases",
            "default_seeder_files_path = /srv/source");
        source = ReleaseTree.tree(bed.host("h1").path("/srv/source"));
    }

    @AfterAll
    static void stop() throws IOException {
        bed.close();
    }

    private static String deploy(String... words) throws IOException, InterruptedException {
        String[] all = new String[words.length + 1];
        all[0] = "deploy";
        System.arraycopy(words, 0, all, 1, words.length);
        Program deploy = bed.fleet(all);
        return deploy.awaitSuccess().awaitOutput();
    }

    /** One byte in the middle of the large file. */
    private static void flip(Path file) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(1_500_000);
            int old = bytes.read();
            bytes.seek(1_500_000);
            bytes.write(old ^ 1);
        }
    }

    private static void assertAllHave(String tag) throws IOException {
        assertAllHave("/srv/releases", tag, source);
    }

    private static void assertAllHave(String destination, String tag, Path tree) throws IOException {
        for (FleetHost host : bed.hosts()) {
            assertThat(ReleaseTree.listing(host.path(destination + "/" + tag))).as(host.name()).isEqualTo(ReleaseTree.listing(tree));
            assertThat(host.names(destination)).as(host.name()).noneMatch(name -> name.startsWith(".murder"));
        }
    }

    /**
     * Deploys two trees to two destinations at the same time.
     *
     * @return what the deploys printed
     */
    private static List<String> deployBoth(String tag, Path firstTree, String secondFiles, Path secondTree) throws Exception {
        Program first = bed.fleet("deploy", "tag=" + tag, "destination_path=/srv/one", RATE);
        Program second = bed.fleet("deploy", "tag=" + tag, "destination_path=/srv/two", "files_path=" + secondFiles,
            "upload_limit=4Mbit"); // Limits of the first deploy hold for both.
        List<String> printed = List.of(first.awaitSuccess().awaitOutput(), second.awaitSuccess().awaitOutput());
        assertAllHave("/srv/one", tag, firstTree);
        assertAllHave("/srv/two", tag, secondTree);
        return printed;
    }

    @Test
    void twoDeploysAtOnceUsePatches() throws Exception {
        Path other = ReleaseTree.tree(bed.host("h1").path("/srv/other"));
        Files.writeString(other.resolve("other"), "text");
        deploy("tag=p1", "destination_path=/srv/one");
        deploy("tag=p1", "destination_path=/srv/two", "files_path=/srv/other");
        flip(source.resolve("lib/big.jar"));
        flip(other.resolve("lib/big.jar"));
        assertThat(deployBoth("p2", source, "/srv/other", other))
            .allMatch(output -> output.contains("3 hosts took it, 0 hosts took the whole payload"));
    }

    @Test
    void twoDeploysAtOnceShareOnePayload() throws Exception {
        deploy("tag=q1", "destination_path=/srv/one");
        deploy("tag=q1", "destination_path=/srv/two");
        flip(source.resolve("lib/big.jar"));
        deployBoth("q2", source, "/srv/source", source);
    }

    /** A report has room for all of them. */
    @Test
    void fiveDeploysRunAtOnce() throws Exception {
        List<String> destinations = List.of("/srv/r1", "/srv/r2", "/srv/r3", "/srv/r4", "/srv/r5");
        List<Program> deploys = new ArrayList<>();
        for (String destination : destinations) {
            deploys.add(bed.fleet("deploy", "tag=r1", "destination_path=" + destination, RATE));
        }
        for (Program deploy : deploys) {
            assertThat(deploy.awaitSuccess().awaitOutput()).contains("4 of 4 hosts done");
        }
        for (String destination : destinations) {
            assertAllHave(destination, "r1", source);
        }
    }

    @Test
    void hostsWithBaseFetchPatch() throws Exception {
        deploy("tag=v1");
        assertAllHave("v1");
        // As long as others seed it, an agent fetches the active release again.
        for (FleetHost host : bed.hosts()) {
            host.awaitIdle();
        }
        bed.host("h3").run("rm", "-r", "/srv/releases/v1").awaitSuccess();
        flip(bed.host("h4").path("/srv/releases/v1/lib/big.jar"));
        flip(source.resolve("lib/big.jar"));
        Files.createSymbolicLink(source.resolve("bin/new"), Path.of("run.sh"));

        String output = deploy("tag=v2", RATE, "--json");

        assertAllHave("v2");
        assertThat(output).contains("\"patch_hosts\":1", "\"whole_hosts\":2");

        Files.delete(source.resolve("bin/new"));
        assertThat(deploy("tag=v3", RATE)).containsPattern("patch: .* in place of .*; 3 hosts took it, 0 hosts took the whole payload");
        assertAllHave("v3");
        assertThat(deploy("tag=v4", "delta=0")).doesNotContain("patch");
        assertAllHave("v4");
    }
}
