package murder.tools.fleetit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
 * Deploys over real ssh to eight hosts: waves with a gate, payloads of the control machine, agents
 * that stay, full disks.
 */
@Tag("e2e")
@Timeout(300)
class FleetDeployIT {
    private static final String DESTINATION = "default_destination_path = /srv/releases";
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);
    private static final int ZEROS = 40_000_000;

    private static FleetBed bed;
    private static Path source;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        bed = new FleetBed("h1", "h2", "h3", "h4", "h5", "h6", "h7", "h8");
        bed.host("h8").fault("small-place", "/srv/small 8m");
        bed.startAll();
        source = ReleaseTree.tree(bed.host("h1").path("/srv/source"));
        ReleaseTree.tree(bed.onControl("/srv/build"));
    }

    @AfterAll
    static void stop() throws IOException {
        bed.close();
    }

    @BeforeEach
    void begin() throws IOException, InterruptedException {
        bed.configure("role.peer = h1, h2, h3, h4, h5, h6, h7, h8", DESTINATION);
        bed.restart("/srv/releases", "/tmp", "/root/.local");
    }

    private static void assertCurrent(FleetHost host, String tag) throws IOException {
        assertThat(Files.readSymbolicLink(host.path("/srv/releases/current"))).as("current on %s", host).hasToString(tag);
        assertThat(ReleaseTree.listing(host.path("/srv/releases/" + tag))).as("%s on %s", tag, host).isEqualTo(ReleaseTree.listing(source));
    }

    @Test
    void failedGateTouchesOneHost() throws Exception {
        bed.fleet("deploy", "tag=v1", "files_path=/srv/source", "current_link=current").awaitSuccess();
        Program refused = bed.fleet("deploy", "tag=v2", "files_path=/srv/source", "current_link=current", "waves=1,50%,100%",
            "gate=cp \"$1\" /srv/wave; readlink /srv/nothing");
        assertThat(refused.awaitExit()).as(refused.awaitOutput()).isEqualTo(1);
        assertThat(refused.awaitOutput()).contains("the gate after 1 host failed: status 1");
        assertThat(bed.onControl("/srv/wave")).hasContent("h1\n");
        for (FleetHost host : bed.hosts()) {
            assertCurrent(host, "v1");
            host.awaitIdle();
            // Only the first host ever had it in its place.
            assertThat(host.names("/srv/releases").contains("v2")).as("v2 on %s", host).isEqualTo(host.name().equals("h1"));
        }
        bed.fleet("deploy", "tag=v2", "files_path=/srv/source", "current_link=current", "waves=1,50%,100%", "gate=true").awaitSuccess();
        for (FleetHost host : bed.hosts()) {
            assertCurrent(host, "v2");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsync", "tar"})
    void payloadComesFromControlMachine(String way) throws Exception {
        FleetHost seeder = bed.host("h1");
        if (way.equals("tar")) {
            seeder.run("mount", "--bind", "/dev/null", "/usr/bin/rsync").awaitSuccess();
        }
        Program deploy = bed.fleet("deploy", "tag=" + way, "source=/srv/build");
        deploy.awaitSuccess();
        assertThat(deploy.awaitOutput()).contains("upload: 1 of 1 host done", "deploy: 8 of 8 hosts done");
        for (FleetHost host : bed.hosts()) {
            assertThat(ReleaseTree.listing(host.path("/srv/releases/" + way))).as("on %s", host).isEqualTo(ReleaseTree.listing(source));
            assertThat(host.names("/root/murder-uploads").isEmpty()).isEqualTo(host != seeder);
        }
        Files.writeString(bed.onControl("/srv/build/etc/.hidden"), "changed\n");
        bed.fleet("deploy", "tag=" + way + "-2", "source=/srv/build").awaitSuccess();
        assertThat(bed.host("h8").path("/srv/releases/" + way + "-2/etc/.hidden")).hasContent("changed");
        Files.writeString(bed.onControl("/srv/build/etc/.hidden"), "hidden\n");
    }

    /** The payload has room, but what comes out of it has not. */
    @Test
    void fullDiskChangesNoHost() throws Exception {
        Files.write(Files.createDirectories(bed.host("h1").path("/srv/zeros")).resolve("zeros"), new byte[ZEROS]);
        Program refused = bed.fleet("deploy", "tag=v1", "files_path=/srv/zeros", "destination_path=/srv/small");
        assertThat(refused.awaitExit()).as(refused.awaitOutput()).isEqualTo(1);
        assertThat(refused.awaitOutput()).containsPattern("h8  FAILED  deploy: .*[Nn]o space left")
            .contains("1 of 8 hosts failed to stage it, so no host has changed");
        for (FleetHost host : bed.hosts()) {
            host.awaitIdle();
            assertThat(host.names("/srv/small")).as("on %s", host).isEmpty();
        }
        bed.fleet("deploy", "tag=v1", "files_path=/srv/zeros", "destination_path=/srv/small", "--tolerate", "1").awaitSuccess();
        assertThat(bed.host("h7").path("/srv/small/v1/zeros")).hasSize(ZEROS);
    }

    /** Its service starts with the host, and learns what it has missed. */
    @Test
    void hostThatWasOffCatchesUp() throws Exception {
        bed.configure("role.peer = h1, h2, h3", DESTINATION);
        List<FleetHost> hosts = bed.hosts().subList(0, 3);
        for (FleetHost host : hosts) {
            Path program = host.path("/bin/systemctl");
            try (InputStream in = FleetDeployIT.class.getResourceAsStream("/murder/tools/fleet/fake-systemctl.sh")) {
                Files.deleteIfExists(program);
                Files.copy(in, program);
            }
            Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.createDirectories(host.path("/root/etc/systemd/system"));
        }
        bed.fleet("start_agents").awaitSuccess();
        bed.fleet("deploy", "tag=v1", "files_path=/srv/source", "current_link=current").awaitSuccess();
        FleetHost off = bed.host("h3");
        off.kill();
        bed.fleet("deploy", "tag=v2", "files_path=/srv/source", "current_link=current", "--tolerate", "1").awaitSuccess();
        assertCurrent(bed.host("h2"), "v2");
        off.start();
        off.run("env", "-u", "MURDER_STATE", "HOME=/root", "systemctl", "boot").awaitSuccess();
        long endNs = System.nanoTime() + PATIENCE_NS;
        while (!Files.readSymbolicLink(off.path("/srv/releases/current")).toString().equals("v2")) {
            assertThat(System.nanoTime()).as("h3 catches up").isLessThan(endNs);
            Thread.onSpinWait();
        }
        assertCurrent(off, "v2");
        assertThat(bed.fleet("agents").awaitSuccess().awaitOutput()).contains("3 of 3 hosts with an agent").doesNotContain("lost");
        assertThat(bed.fleet("releases").awaitSuccess().awaitOutput()).containsPattern("v2 +active .* 3 of 3: h1, h2, h3")
            .containsPattern("v1 +in place .* 3 of 3");
        assertThat(bed.fleet("status").awaitSuccess().awaitOutput()).containsPattern("h3 +agent +v2 +active")
            .doesNotContain("a deploy runs");
        bed.fleet("stop_agents").awaitSuccess();
        for (FleetHost host : hosts) {
            host.awaitIdle();
            assertThat(host.names("/root/etc/systemd/system")).isEmpty();
            Files.delete(host.path("/bin/systemctl"));
        }
    }
}
