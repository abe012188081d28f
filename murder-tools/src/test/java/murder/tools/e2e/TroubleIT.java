package murder.tools.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import murder.tools.FreePort;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Failures on hosts: each gives one line and a status, and never a wrong byte under the final name.
 */
@Tag("e2e")
@Timeout(180)
class TroubleIT {
    private static final int BYTES = 16 << 20;

    @TempDir
    Path folder;

    private Bed bed;
    private Path payload;
    private Path torrent;

    @BeforeEach
    void makePayload() throws IOException {
        bed = new Bed(folder);
        payload = Payloads.file(bed.path("build.tgz"), BYTES);
        torrent = bed.path("build.torrent");
    }

    @AfterEach
    void killAll() {
        bed.close();
    }

    private void create(String announce) throws Exception {
        bed.murder("laptop", "create", payload, announce, torrent).awaitSuccess();
    }

    /** It failed with one line, and that tells {@code what}. */
    private static void assertFailed(Program program, int status, String what) throws Exception {
        assertThat(program.awaitExit()).as(program.awaitOutput()).isEqualTo(status);
        List<String> lines = program.awaitOutput().lines().filter(line -> !line.startsWith("{")).toList();
        assertThat(lines).singleElement().asString().startsWith("murder ").contains(what);
    }

    @ParameterizedTest
    @ValueSource(strings = {"inspect", "seed", "peer"})
    void aTorrentOfGarbageIsRefused(String command) throws Exception {
        Files.write(torrent, new byte[] {1, 2, 3, 4, 5});
        Object[] args = command.equals("inspect") ? new Object[] {command, torrent} : new Object[] {command, torrent, payload, "127.0.0.1"};
        assertFailed(bed.murder("host", args), command.equals("inspect") ? 4 : 1, torrent.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"inspect", "seed", "peer"})
    void aTorrentCutShortIsRefused(String command) throws Exception {
        create("127.0.0.1:1");
        byte[] whole = Files.readAllBytes(torrent);
        Files.write(torrent, Arrays.copyOf(whole, whole.length / 2));
        Object[] args = command.equals("inspect") ? new Object[] {command, torrent} : new Object[] {command, torrent, payload, "127.0.0.1"};
        assertFailed(bed.murder("host", args), command.equals("inspect") ? 4 : 1, torrent.toString());
    }

    @Test
    void findsLateTracker() throws Exception {
        int port = FreePort.next();
        create("127.0.0.1:" + port);
        bed.startSeeder(torrent, payload);
        Program peer = bed.startPeer("peer", torrent, bed.path("copy"), "--foreground", "--seed-for", "0s");
        // It reports its trouble before there is a tracker.
        bed.awaitStatus("peer", status -> !Bed.member(status, "error").isEmpty());
        bed.murder("tracker", "tracker", "--port", port, "--bind", "127.0.0.1");
        peer.awaitSuccess();
        assertThat(Files.mismatch(payload, bed.path("copy"))).isEqualTo(-1);
    }

    @Test
    void restartedTrackerBringsNewPeers() throws Exception {
        int port = FreePort.next();
        create("127.0.0.1:" + port);
        Program tracker = bed.murder("tracker", "tracker", "--port", port, "--bind", "127.0.0.1", "--interval", "1s");
        bed.startSeeder(torrent, payload);
        bed.awaitStatus("tracker", status -> Bed.number(status, "peers") == 1);
        tracker.kill();
        bed.awaitStatus("seeder", status -> !Bed.member(status, "error").isEmpty());
        bed.murder("tracker", "tracker", "--port", port, "--bind", "127.0.0.1", "--interval", "1s");
        bed.startPeer("peer", torrent, bed.path("copy"), "--foreground", "--seed-for", "0s").awaitSuccess();
        assertThat(Files.mismatch(payload, bed.path("copy"))).isEqualTo(-1);
    }

    @Test
    void seederRefusesWrongPayload() throws Exception {
        create("127.0.0.1:1");
        spoil(payload);
        assertFailed(bed.murder("seeder", "seed", torrent, payload, "127.0.0.1"), 1, payload.toString());
    }

    @Test
    void wrongBytesNeverGetFinalName() throws Exception {
        create(bed.startTracker());
        spoil(payload, bed.startSeeder(torrent, payload));
        Path copy = bed.path("copy");
        Program peer = bed.startPeer("peer", torrent, copy, "--foreground", "--timeout", "8s");
        assertThat(peer.awaitExit()).as(peer.awaitOutput()).isEqualTo(3);
        assertThat(peer.awaitOutput()).contains("sent bad data and is banned").contains("\"result\":\"timeout\"");
        assertThat(copy).doesNotExist();
    }

    @Test
    void seederEndsWhenItsFileChanges() throws Exception {
        create(bed.startTracker());
        Program seeder = bed.startSeeder(torrent, payload);
        change(payload);
        assertThat(seeder.awaitExit()).isEqualTo(1);
        assertThat(seeder.awaitOutput()).contains("murder seed: seeding of " + payload + " failed: " + payload
            + " was changed while it was seeded, so peers refuse it");
    }

    @Test
    void peerCompletesDespiteCorruptSeeder() throws Exception {
        Path honest = Files.copy(payload, bed.path("honest.tgz"));
        create(bed.startTracker());
        Program corrupt = bed.startSeeder(torrent, payload);
        bed.murder("honest", "seed", torrent, honest, bed.newAddress()).awaitLine("seeding ");
        spoil(payload, corrupt);
        Path copy = bed.path("copy");
        bed.startPeer("peer", torrent, copy, "--foreground", "--seed-for", "0s").awaitSuccess();
        assertThat(Files.mismatch(honest, copy)).isEqualTo(-1);
    }

    /** Changes one byte in every 64 KiB, in place, as a bad disk does: the file's times stay. */
    private static void spoil(Path file) throws IOException {
        FileTime before = Files.getLastModifiedTime(file);
        change(file);
        Files.setLastModifiedTime(file, before);
    }

    /** The same under a seeder, which does not look at the file until the time is right again. */
    private static void spoil(Path file, Program seeder) throws Exception {
        seeder.pause();
        spoil(file);
        seeder.resume();
    }

    private static void change(Path file) throws IOException {
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            for (long at = 1000; at < raw.length(); at += 1 << 16) {
                raw.seek(at);
                int value = raw.read();
                raw.seek(at);
                raw.write(value ^ 0xff);
            }
        }
    }

    @Test
    void fullDiskFailsOnlyItsPeer() throws Exception {
        create(bed.startTracker());
        Program seeder = bed.startSeeder(torrent, payload);
        Path small = Files.createDirectory(bed.path("small"));
        // A mount of its own, seen by the peer alone, which goes when the peer does.
        List<String> command = new ArrayList<>(List.of("unshare", "--mount"));
        if (!System.getProperty("user.name").equals("root")) {
            command.add("--map-root-user");
        }
        command.addAll(List.of("sh", "-c", "mount -t tmpfs -o size=4m tmpfs '" + small + "' && exec \"$@\"", "sh"));
        command.addAll(Bed.murderCommand("peer", torrent, small.resolve("copy"), bed.newAddress(), "--foreground"));
        Program peer = bed.start("peer on a small disk", command.toArray(String[]::new));
        assertThat(peer.awaitExit()).as(peer.awaitOutput()).isEqualTo(1);
        assertThat(peer.awaitOutput()).contains("murder peer: ").containsIgnoringCase("space").doesNotContain("\tat ");
        assertThat(seeder.isAlive()).isTrue();
    }

    @Test
    void namesUnwritableDestination() throws Exception {
        create("127.0.0.1:1");
        // A folder that is a file: not even the superuser writes below it.
        Path file = Files.createFile(bed.path("file"));
        assertFailed(bed.startPeer("peer", torrent, file.resolve("copy"), "--foreground"), 1, file.toString());
        assertFailed(bed.startPeer("peer", torrent, Path.of("/proc/murder/copy"), "--foreground"), 1, "/proc/murder");
    }

    @Test
    void aPortInUseIsNamed() throws Exception {
        create("127.0.0.1:1");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String port = Integer.toString(taken.getLocalPort());
            assertFailed(bed.murder("a", "seed", torrent, payload, "127.0.0.1", "--port", port), 1, port);
            assertFailed(bed.murder("b", "peer", torrent, bed.path("copy"), "127.0.0.1", "--port", port), 1, port);
            assertFailed(bed.murder("c", "tracker", "--bind", "127.0.0.1", "--port", port), 1, port);
        }
    }
}
