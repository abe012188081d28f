package murder.tools.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One seeder and many peers, each a process, on loopback: the main job, and hosts that die in the
 * middle of it.
 */
@Tag("e2e")
@Timeout(300)
class ManyPeersIT {
    private static final int PEERS = 8;

    @TempDir
    Path folder;

    private Bed bed;
    private Path torrent;
    private byte[] infoHash;
    private int pieceCount;
    private long pieceLength;

    @BeforeEach
    void makeBed() {
        bed = new Bed(folder);
        torrent = bed.path("payload.torrent");
    }

    @AfterEach
    void killAll() {
        bed.close();
    }

    private void create(Path payload) throws Exception {
        bed.murder("laptop", "create", payload, bed.startTracker(), torrent).awaitSuccess();
        String made = bed.murder("laptop", "inspect", torrent, "--json").awaitSuccess().awaitResult();
        infoHash = HexFormat.of().parseHex(Bed.member(made, "info_hash"));
        pieceCount = (int) Bed.number(made, "pieces");
        pieceLength = (long) Bed.number(made, "piece_length");
    }

    private static void assertComplete(Program peer) throws Exception {
        assertThat(peer.awaitSuccess().awaitResult()).contains("\"result\":\"complete\"", "\"hash_failed_bytes\":0");
    }

    @Test
    void bringsLargeFileToEveryHost() throws Exception {
        Path payload = Payloads.file(bed.path("build.tgz"), 256 << 20);
        create(payload);
        bed.startSeeder(torrent, payload);
        List<Program> peers = new ArrayList<>();
        for (int i = 0; i < PEERS; i++) {
            peers.add(bed.startPeer("peer" + i, torrent, bed.path("copy" + i), "--seed-for", "10m"));
        }
        for (Program peer : peers) {
            assertComplete(peer);
        }
        for (int i = 0; i < PEERS; i++) {
            assertThat(Files.mismatch(payload, bed.path("copy" + i))).as("copy " + i).isEqualTo(-1);
        }
    }

    @Test
    void bringsATreeToEveryHost() throws Exception {
        Path payload = bed.path("source/release");
        for (int i = 0; i < 2000; i++) {
            Payloads.file(payload.resolve("classes/" + i % 40 + "/" + i + ".class"), 100 + i * 7 % 9000);
        }
        Payloads.file(payload.resolve("empty"), 0);
        Payloads.makeExecutable(Payloads.file(payload.resolve("bin/run.sh"), 333));
        Files.createSymbolicLink(payload.resolve("bin/start"), Path.of("run.sh"));
        create(payload);
        bed.startSeeder(torrent, payload);
        List<Program> peers = new ArrayList<>();
        for (int i = 0; i < PEERS; i++) {
            peers.add(bed.startPeer("peer" + i, torrent, bed.path("copy" + i), "--seed-for", "10m"));
        }
        for (Program peer : peers) {
            assertComplete(peer);
        }
        Map<String, String> wanted = Payloads.tree(payload);
        assertThat(wanted).hasSize(2003).containsEntry("bin/start", "link to run.sh");
        for (int i = 0; i < PEERS; i++) {
            assertThat(Payloads.tree(bed.path("copy" + i))).as("copy " + i).isEqualTo(wanted);
        }
    }

    @Test
    void killedPeerFetchesOnlyMissingPieces() throws Exception {
        int length = 48 << 20;
        Path payload = Payloads.file(bed.path("build.tgz"), length);
        create(payload);
        bed.startSeeder(torrent, payload);
        Path target = bed.path("copy");
        Program first = bed.startPeer("peer", torrent, target, "--foreground", "--download-limit", "8M");
        String atHalf = bed.awaitStatus("peer", status -> Bed.number(status, "percent") >= 50);
        first.kill();
        long missing = length - (long) (length * Bed.number(atHalf, "percent") / 100);
        assertThat(target).doesNotExist();

        Program second = bed.startPeer("peer", torrent, target, "--foreground", "--seed-for", "0s");
        assertComplete(second);
        assertThat(Files.mismatch(payload, target)).isEqualTo(-1);
        // The percentage is rounded, and an endgame may ask twice for a block or two.
        assertThat(Bed.number(second.awaitResult(), "downloaded_bytes")).isBetween(1.0, missing + 4.0 * pieceLength);
    }

    @Test
    void peersFinishWithoutSeeder() throws Exception {
        Path payload = Payloads.file(bed.path("build.tgz"), 40 << 20);
        create(payload);
        // The seeder gives each piece once, while the peers pass on at a trickle: so the moment
        // lies long before any of them is done.
        Program seeder = bed.startSeeder(torrent, payload, "--upload-limit", "8M");
        List<Program> peers = new ArrayList<>();
        try (Observer observer = new Observer(pieceCount)) {
            for (int i = 0; i < 4; i++) {
                peers.add(bed.startPeer("peer" + i, torrent, bed.path("copy" + i), "--upload-limit", "2M", "--seed-for", "10m"));
            }
            for (int i = 0; i < peers.size(); i++) {
                observer.join(bed.awaitStatus("peer" + i, status -> Bed.member(status, "state").equals("downloading")), infoHash);
            }
            int most = observer.awaitEveryPiece();
            seeder.kill();
            assertThat(most).as("pieces of the peer that has most when the seeder dies").isLessThan(pieceCount);
        }
        for (int i = 0; i < peers.size(); i++) {
            assertComplete(peers.get(i));
            assertThat(Files.mismatch(payload, bed.path("copy" + i))).as("copy " + i).isEqualTo(-1);
        }
    }
}
