package murder.tools.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ends of processes, and background processes. */
@Tag("e2e")
@Timeout(180)
class LifeIT {
    private static final int BYTES = 20 << 20;
    /** Two seconds are promised; the rest is for a busy machine that has yet to notice the end. */
    private static final long PROMPT_S = 4;

    @TempDir
    Path folder;

    private Bed bed;
    private Path payload;
    private Path torrent;
    private Program tracker;
    private byte[] infoHash;

    @BeforeEach
    void create() throws Exception {
        bed = new Bed(folder);
        payload = Payloads.file(bed.path("build.tgz"), BYTES);
        torrent = bed.path("build.torrent");
        tracker = bed.murder("tracker", "tracker", "--port", 0, "--bind", "127.0.0.1", "--interval", "1s");
        bed.murder("laptop", "create", payload, Bed.urlOf(tracker), torrent).awaitSuccess();
        String made = bed.murder("laptop", "inspect", torrent, "--json").awaitSuccess().awaitResult();
        infoHash = HexFormat.of().parseHex(Bed.member(made, "info_hash"));
    }

    @AfterEach
    void killAll() {
        bed.close();
    }

    private void awaitPeersAtTracker(int count) throws Exception {
        bed.awaitStatus("tracker", status -> Bed.number(status, "peers") == count);
    }

    @Test
    void processesAnnounceStopOnSigterm() throws Exception {
        Program seeder = bed.startSeeder(torrent, payload, "--upload-limit", "2M");
        Program peer = bed.startPeer("peer", torrent, bed.path("copy"), "--foreground");
        bed.awaitStatus("peer", status -> Bed.number(status, "percent") > 0);
        awaitPeersAtTracker(2);
        peer.terminate();
        assertThat(peer.endsWithin(PROMPT_S)).isTrue();
        awaitPeersAtTracker(1);
        seeder.terminate();
        assertThat(seeder.endsWithin(PROMPT_S)).isTrue();
        awaitPeersAtTracker(0);
        tracker.terminate();
        assertThat(tracker.endsWithin(PROMPT_S)).isTrue();
        assertThat(bed.state("peer").toFile().list()).noneMatch(name -> name.endsWith(".process.json"));
    }

    @Test
    void seederEndsSoonWithoutTracker() throws Exception {
        Program seeder = bed.startSeeder(torrent, payload);
        awaitPeersAtTracker(1);
        tracker.kill();
        seeder.terminate();
        assertThat(seeder.endsWithin(PROMPT_S)).isTrue();
    }

    @Test
    void backgroundPeerKeepsConnections() throws Exception {
        bed.startSeeder(torrent, payload);
        Program launcher = bed.startPeer("peer", torrent, bed.path("copy"), "--download-limit", "5M", "--seed-for", "5s");
        String status = bed.awaitStatus("peer", now -> Bed.member(now, "state").equals("downloading"));
        ProcessHandle background = ProcessHandle.of((long) Bed.number(status, "pid")).orElseThrow();
        assertThat(background.pid()).isNotEqualTo(launcher.pid());
        // It joins in the middle of the download, and talks over the same connection when the
        // launcher is gone.
        try (RawPeer guest = RawPeer.dial(Bed.member(status, "address"), (int) Bed.number(status, "port"), infoHash)) {
            guest.send(RawPeer.INTERESTED);
            int unseen = (BYTES + (1 << 14) - 1) >> 14;
            while (launcher.isAlive()) {
                unseen -= isHave(guest.receive()) ? 1 : 0;
            }
            assertThat(launcher.awaitSuccess().awaitResult()).contains("\"result\":\"complete\"");
            guest.send(RawPeer.REQUEST, 0, 0, 1 << 14);
            ByteBuffer message = guest.receive();
            while (!message.hasRemaining() || message.get(0) != RawPeer.PIECE) {
                message = guest.receive();
            }
            byte[] block = new byte[1 << 14];
            message.position(9).get(block);
            try (var in = Files.newInputStream(payload)) {
                assertThat(block).isEqualTo(in.readNBytes(block.length));
            }
            assertThat(unseen).as("pieces that were announced over this connection").isLessThan((BYTES + (1 << 14) - 1) >> 14);
            guest.awaitClose();
        }
        background.onExit().get(Program.PATIENCE_S, TimeUnit.SECONDS);
        assertThat(bed.state("peer").toFile().list()).noneMatch(name -> name.endsWith(".process.json"));
    }

    private static boolean isHave(ByteBuffer message) {
        return message.hasRemaining() && message.get(0) == RawPeer.HAVE;
    }

    @Test
    void secondPeerFetchesFromBackgroundPeer() throws Exception {
        Program seeder = bed.startSeeder(torrent, payload);
        Program second = bed.startPeer("second", torrent, bed.path("copy2"), "--download-limit", "2M", "--seed-for", "0s");
        bed.startPeer("first", torrent, bed.path("copy1"), "--seed-for", "10m").awaitSuccess();
        seeder.kill();
        assertThat(second.awaitSuccess().awaitResult()).contains("\"result\":\"complete\"");
        assertThat(Files.mismatch(payload, bed.path("copy2"))).isEqualTo(-1);
    }
}
