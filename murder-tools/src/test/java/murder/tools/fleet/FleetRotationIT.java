package murder.tools.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import murder.order.Membership;
import murder.tools.CommandRun;
import murder.tracker.TrackerException;
import murder.tracker.http.TrackerClient;
import murder.tracker.http.TrackerClientOptions;
import murder.trust.SwarmKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys are replaced while agents run that stay. */
@Tag("slow")
@Timeout(240)
class FleetRotationIT {
    @TempDir
    private Path temporary;
    private RealFleet fleet;

    private void start(String tls) throws Exception {
        fleet = new RealFleet(temporary, "tls = " + tls);
        fleet.succeeds("start_agents", "destination_path=releases");
    }

    @AfterEach
    void stop() {
        fleet.succeeds("stop_agents");
        fleet.awaitEndOfAgents();
    }

    /** Until the tracker, which may have been started again, has heard what each agent does. */
    private void awaitReports() throws Exception {
        SwarmKey key = membership("h1").keys().get(0);
        while (board(key).split("\"presence\":\"here\"[^}]*\\\\\"name", -1).length <= RealFleet.HOSTS.size()) {
            Thread.onSpinWait();
        }
    }

    private void deploy(String tag) throws Exception {
        awaitReports();
        Path source = Files.createDirectories(temporary.resolve("source-" + tag));
        byte[] bytes = new byte[1_000_000];
        new Random(tag.hashCode()).nextBytes(bytes);
        Files.write(source.resolve("jar"), bytes);
        fleet.succeeds("deploy", "tag=" + tag, "files_path=" + source, "destination_path=releases", "current_link=current");
        assertActive(tag);
    }

    private void assertActive(String tag) throws IOException {
        for (String host : RealFleet.HOSTS) {
            Path current = fleet.host(host).resolve("releases/current");
            assertThat(Files.readSymbolicLink(current)).as(host).hasToString(tag);
            assertThat(current.resolve("jar")).hasSameBinaryContentAs(temporary.resolve("source-" + tag + "/jar"));
        }
    }

    /** What makes a host a member now. */
    private Membership membership(String host) throws IOException {
        try (Stream<Path> files = Files.walk(fleet.host(host).resolve("state"))) {
            return Membership.read(files.filter(file -> file.endsWith("membership")).findFirst().orElseThrow());
        }
    }

    private String board(SwarmKey key) throws Exception {
        return new TrackerClient(TrackerClientOptions.defaults(), new SplittableRandom(1)).fleet(fleet.trackerUrl(), 0, key);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1"})
    void rotationLosesNothing(String tls) throws Exception {
        start(tls);
        deploy("v1");
        SwarmKey old = membership("h2").keys().get(0);

        // One host cannot be reached: old and new keys count, and deploys go on.
        fleet.fake().with("h3", "refuse", "");
        CommandRun half = fleet.run("keys", "rotate");
        assertThat(half.out()).contains("hosts accept old and new keys until all have the new ones; run it again for the hosts that"
            + " failed");
        assertThat(membership("h2").keys()).hasSize(2).startsWith(old);
        assertThat(membership("h3").keys()).containsExactly(old);
        deploy("v2");

        Files.delete(fleet.host("h3").resolve("refuse"));
        assertThat(fleet.succeeds("keys", "rotate")).contains("hosts no longer accept the old keys");
        SwarmKey settled = membership("h1").keys().get(0);
        assertThat(settled).isNotEqualTo(old);
        for (String host : RealFleet.HOSTS) {
            assertThat(membership(host).keys()).as(host).containsExactly(settled);
            assertThat(membership(host).signers()).as(host).hasSize(1);
        }
        assertThat(board(settled)).contains("\"agents\":[");
        assertThatThrownBy(() -> board(old)).isInstanceOf(TrackerException.class)
            .hasMessageContaining("only the tracker's own host and members");
        assertActive("v2");

        // The release before is still there, and what hosts have goes on.
        fleet.succeeds("rollback", "destination_path=releases", "current_link=current");
        assertActive("v1");
        deploy("v3");
    }

    /** One host is out of reach when the others use the new pair. It takes part all the same. */
    @Test
    void hostWithBothKeysGetsEachOrder() throws Exception {
        start("1");
        deploy("v1");
        FleetFolder folder = fleet.folder();
        FleetKeys both = KeyRing.read(folder).rotated(new SecureRandom());
        folder.write(KeyRing.FILE, both.toFile());
        fleet.succeeds("start_agents", "destination_path=releases");
        fleet.fake().with("h3", "refuse", "");
        assertThat(fleet.run("keys", "rotate").status()).isEqualTo(1);
        assertThat(membership("h3").keys()).isEqualTo(both.swarmKeys());
        deploy("v2");
        folder.write(KeyRing.FILE, both.turned().toFile());
        assertThat(fleet.run("keys", "rotate").status()).isEqualTo(1);
        assertThat(membership("h2").keys()).isEqualTo(both.turned().swarmKeys());
        assertThat(membership("h3").keys()).isEqualTo(both.swarmKeys());
        deploy("v3");
        Files.delete(fleet.host("h3").resolve("refuse"));
        fleet.succeeds("keys", "rotate");
        assertThat(membership("h3").keys()).containsExactly(both.swarmKeys().get(1));
        deploy("v4");
    }
}
