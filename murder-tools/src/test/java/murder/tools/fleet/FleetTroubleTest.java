package murder.tools.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import murder.tools.CommandRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Hosts whose ssh behaves badly. Each of these runs must end. */
@Timeout(60)
class FleetTroubleTest {
    @TempDir
    private Path temporary;
    private FakeFleet fleet;

    @BeforeEach
    void fleetWithTorrent() throws Exception {
        fleet = new FakeFleet(temporary, List.of("h1", "h2", "h3"), "connect_timeout = 1s", "host_timeout = 1s");
        fleet.fetchTorrent("h1", "v1");
    }

    @Test
    void givesUpHostThatHangs() throws Exception {
        fleet.with("h2", "rc", "echo Welcome; exec sleep 50");
        CommandRun run = fleet.run("peer", "tag=v1", "--tolerate", "1");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).contains("h2  FAILED  peer: was silent for 2.0 s and was given up", "host_timeout");
    }

    @Test
    void givesUpHostThatPrintsForever() throws Exception {
        fleet.with("h2", "rc", "exec yes '{\"type\":\"progress\",\"progress\":\"downloading\"}'");
        CommandRun run = fleet.run("peer", "tag=v1", "--tolerate", "1");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).contains("h2  FAILED  peer: printed more than 16.0 MiB and was given up");
    }

    @Test
    @Tag("slow")
    void needsNoEndOfThePipe() throws Exception {
        // As ssh does that leaves a shared connection open. With one at once the next host needs
        // the worker's place.
        fleet.with("h1", "rc", "sleep 50 & echo $! > child").with("h2", "rc", "sleep 50 & echo $! > child");
        CommandRun run = fleet.run("peer", "tag=v1", "--parallel", "1");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).contains("peer: 3 of 3 hosts done");
        for (String host : List.of("h1", "h2")) {
            long child = Long.parseLong(Files.readString(fleet.host(host).resolve("child")).strip());
            ProcessHandle.of(child).ifPresent(ProcessHandle::destroy);
        }
    }

    @Test
    @Tag("slow")
    void triesLostLoginAgain() throws Exception {
        fleet.with("h2", "lose-logins", "1\n2\n");
        CommandRun run = fleet.run("peer", "tag=v1");
        assertThat(run.status()).as(run.out()).isZero();
        assertThat(fleet.log("h2")).hasSize(1);
    }

    @Test
    void limitsTorrent() throws Exception {
        fleet.with("h1", "rc", "exec yes '{\"type\":\"data\",\"base64\":\"" + "A".repeat(8000) + "\"}'");
        CommandRun run = fleet.run("download_torrent", "tag=v1");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("download_torrent failed on the seeder h1", "printed more than 96.0 MiB");
    }

    @Test
    void noiseDoesNotReachTorrent() throws Exception {
        fleet.with("h1", "banner", "Welcome, authorised users only\n").with("h1", "rc", "printf '\\033]0;h1\\007'");
        CommandRun run = fleet.run("download_torrent", "tag=v1");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(fleet.keptTorrents().get(0)).hasSameBinaryContentAs(fleet.host("h1").resolve("torrent"));
    }

    @Test
    void ignoresTorrentInTempFolder() throws Exception {
        for (Path kept : fleet.keptTorrents()) {
            Files.delete(kept);
        }
        fleet.torrent(Files.createDirectories(fleet.temp()).resolve("v1.tgz.torrent"), "v1");
        assertThat(fleet.run("peer", "tag=v1").err()).contains("the torrent v1.tgz.torrent is not here");
    }
}
