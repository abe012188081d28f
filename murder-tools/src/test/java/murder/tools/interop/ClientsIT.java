package murder.tools.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import murder.tools.e2e.Bed;
import murder.tools.e2e.Payloads;
import murder.tools.e2e.Program;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each real client on either side of a transfer, brought together by our tracker. */
@Tag("interop")
@Timeout(180)
class ClientsIT {
    @TempDir
    Path folder;

    private Bed bed;
    private Path payload;
    private Path torrent;

    @BeforeEach
    void startTracker() throws Exception {
        bed = new Bed(folder);
        payload = bed.path("source/release");
        Payloads.file(payload.resolve("app.jar"), 5_000_001);
        Payloads.file(payload.resolve("lib/one.so"), 1 << 20);
        Payloads.file(payload.resolve("lib/deep/two.so"), 12_345);
        Payloads.file(payload.resolve("empty"), 0);
        Payloads.file(payload.resolve("run.sh"), 77);
        Payloads.makeExecutable(payload.resolve("run.sh"));
        torrent = bed.path("release.torrent");
        bed.murder("laptop", "create", payload, bed.startTracker(), torrent).awaitSuccess();
    }

    @AfterEach
    void killAll() {
        bed.close();
    }

    private Path newFolder(String name) throws IOException {
        return Files.createDirectory(bed.path(name));
    }

    @ParameterizedTest
    @EnumSource
    void downloadsFromOurSeed(Client client) throws Exception {
        bed.startSeeder(torrent, payload);
        Path target = newFolder("target");
        client.start(bed, torrent.toString(), target, false).awaitLine(Client.COMPLETE);
        Map<String, String> wanted = Payloads.contents(payload);
        if (client == Client.TRANSMISSION) {
            wanted.remove("empty"); // It makes no empty files.
        }
        assertThat(Payloads.contents(target.resolve("release"))).isEqualTo(wanted);
    }

    @ParameterizedTest
    @EnumSource
    void seedsAndAnnounces(Client client) throws Exception {
        Program seeding = client.start(bed, torrent.toString(), payload.getParent(), true);
        bed.awaitStatus("tracker", status -> Bed.number(status, "peers") == 1);
        Path target = bed.path("target");
        Program peer = bed.startPeer("peer", torrent, target, "--foreground", "--seed-for", "0s").awaitSuccess();
        assertThat(Bed.member(peer.awaitResult(), "result")).isEqualTo("complete");
        assertThat(Bed.number(peer.awaitResult(), "wasted_bytes")).as("wasted").isLessThan(0.05 * 6_000_000);
        assertThat(Payloads.tree(target)).isEqualTo(Payloads.tree(payload));
        seeding.interrupt();
        if (client != Client.TRANSMISSION) { // It leaves without a word.
            bed.awaitStatus("tracker", status -> Bed.number(status, "peers") == 0);
        }
    }

    /**
     * The client has the torrent and the tracker's address, and asks while members have the payload
     * and pass it on.
     */
    @ParameterizedTest
    @EnumSource
    void getsNothingFromClosedSwarm(Client client) throws Exception {
        Path key = bed.path("key");
        Files.writeString(key, "0123456789abcdef".repeat(4));
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        String url = Bed.urlOf(bed.murder("closed", "tracker", "--port", 0, "--bind", "127.0.0.1", "--interval", "1s", "--swarm-key", key));
        Path closed = bed.path("closed.torrent");
        bed.murder("laptop", "create", payload, url, closed).awaitSuccess();
        bed.startSeeder(closed, payload, "--swarm-key", key);
        Path folder = newFolder("stranger");
        Program stranger = client.start(bed, closed.toString(), folder, false);
        for (int i = 0; i < 3; i++) {
            Path target = bed.path("target" + i);
            bed.startPeer("member" + i, closed, target, "--foreground", "--seed-for", "2s", "--swarm-key", key).awaitSuccess();
            assertThat(Payloads.tree(target)).isEqualTo(Payloads.tree(payload));
        }
        stranger.interrupt();
        assertThat(stranger.awaitOutput()).doesNotContain(Client.COMPLETE);
        Map<String, String> wanted = Payloads.contents(payload);
        wanted.remove("empty");
        assertThat(Payloads.contents(folder).values()).doesNotContainAnyElementsOf(wanted.values());
    }
}
