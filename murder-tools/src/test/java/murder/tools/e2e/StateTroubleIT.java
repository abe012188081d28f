package murder.tools.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import murder.tools.cli.Trees;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The state folder fills up or is removed, or a process has no descriptors left: tracker, seeder
 * and peer go on, and say so once. Mounts a file system, so it needs root.
 */
@Tag("e2e")
@Timeout(180)
class StateTroubleIT {
    @TempDir
    Path folder;

    private Bed bed;
    private Path payload;
    private Path torrent;

    @BeforeEach
    void makePayload() throws Exception {
        bed = new Bed(folder);
        payload = Payloads.file(bed.path("build.tgz"), 4 << 20);
        torrent = bed.path("build.torrent");
    }

    @AfterEach
    void killAll() {
        bed.close();
    }

    private Program tracker(String host) throws Exception {
        Program tracker = bed.murder(host, "tracker", "--port", 0, "--bind", "127.0.0.1", "--interval", "1s");
        bed.murder("laptop", "create", payload, Bed.urlOf(tracker), torrent).awaitSuccess();
        return tracker;
    }

    private void assertPeerSucceeds(String host, String copy) throws Exception {
        bed.startPeer(host, torrent, bed.path(copy), "--foreground", "--seed-for", "0s").awaitSuccess();
        assertThat(Files.mismatch(payload, bed.path(copy))).isEqualTo(-1);
    }

    /** Moves it away first: a process that writes meanwhile would otherwise add a file to the folder that is being emptied. */
    private void remove(Path state) throws Exception {
        Path moved = Files.move(state, bed.path("removed-" + state.getFileName()));
        Trees.delete(moved);
    }

    @Test
    void removedStateFolderEndsNothing() throws Exception {
        Program tracker = tracker("tracker");
        Program seeder = bed.startSeeder(torrent, payload);
        remove(bed.state("tracker"));
        remove(bed.state("seeder"));
        assertPeerSucceeds("peer", "copy");
        // They have made their folders again, so they are found.
        bed.awaitStatus("tracker", status -> true);
        bed.awaitStatus("seeder", status -> true);
        bed.murder("seeder", "stop", "seeder").awaitSuccess();
        bed.murder("tracker", "stop", "tracker").awaitSuccess();
        assertThat(tracker.awaitExit()).isEqualTo(143);
        assertThat(seeder.awaitExit()).isEqualTo(143);
    }

    @Test
    void fullStateFolderEndsNothing() throws Exception {
        Path state = Files.createDirectory(bed.state("site"));
        bed.run("mount", "-t", "tmpfs", "-o", "size=64k,mode=700", "murder-test", state.toString());
        try {
            Program tracker = tracker("site");
            Program seeder = bed.murder("site", "seed", torrent, payload, "127.0.0.2");
            seeder.awaitLine("seeding ");
            Program fill = bed.start("fill", "dd", "if=/dev/zero", "of=" + state.resolve("filler"), "bs=1k");
            assertThat(fill.awaitExit()).isNotZero();
            tracker.awaitLine("which continues");
            seeder.awaitLine("which continues");
            assertPeerSucceeds("site", "copy");
            tracker.terminate();
            seeder.terminate();
            assertThat(tracker.awaitExit()).isEqualTo(143);
            assertThat(seeder.awaitExit()).isEqualTo(143);
        } finally {
            bed.close();
            new ProcessBuilder("umount", "--lazy", state.toString()).inheritIO().start().waitFor();
        }
    }

    /** Every file of the payload would take one; a JVM alone has some forty. */
    @ParameterizedTest
    @ValueSource(ints = {64, 48})
    void peerFetchesMoreFilesThanDescriptors(int most) throws Exception {
        Path tree = Files.createDirectory(bed.path("tree"));
        for (int i = 0; i < 300; i++) {
            Payloads.file(tree.resolve("file-" + i), 10_000 + i);
        }
        Program tracker = bed.murder("tracker", "tracker", "--port", 0, "--bind", "127.0.0.1", "--interval", "1s");
        bed.murder("laptop", "create", tree, Bed.urlOf(tracker), torrent).awaitSuccess();
        bed.startSeeder(torrent, tree);
        List<String> command = new ArrayList<>(List.of("sh", "-c", "ulimit -n " + most + "; exec \"$@\"", "sh"));
        command.addAll(Bed.murderCommand("peer", torrent, bed.path("copy"), "127.0.0.1", "--foreground", "--seed-for", "0s"));
        bed.start("peer", command.toArray(String[]::new)).awaitSuccess();
        for (int i = 0; i < 300; i++) {
            assertThat(Files.mismatch(tree.resolve("file-" + i), bed.path("copy/file-" + i))).isEqualTo(-1);
        }
    }

    @Test
    void trackerSurvivesLackOfDescriptors() throws Exception {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "ulimit -n 100; exec \"$@\"", "sh"));
        command.addAll(Bed.murderCommand("tracker", "--port", 0, "--bind", "127.0.0.1", "--interval", "1s"));
        Program tracker = bed.start("tracker", command.toArray(String[]::new));
        String url = Bed.urlOf(tracker);
        int port = Integer.parseInt(url.replaceAll(".*:([0-9]+)/.*", "$1"));
        List<Socket> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 150; i++) {
                idle.add(new Socket("127.0.0.1", port));
            }
            tracker.awaitLine("Too many open files");
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
        bed.murder("laptop", "create", payload, url, torrent).awaitSuccess();
        bed.startSeeder(torrent, payload);
        assertPeerSucceeds("peer", "copy");
    }
}
