package murder.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import murder.wire.Bitfield;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real process, killed in the middle of a download. */
class KillTest {
    private static final int PIECES = 400;

    @TempDir
    Path temp;

    private static TestTorrent torrent() {
        return new TestTorrent(32 * 1024).file("a", 5_000_000).file("b", PIECES * 32 * 1024 - 5_000_000);
    }

    /** Downloads, tells of each piece when it is verified, and then waits to be killed. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        try (Rig rig = new Rig(torrent(), directory.resolve("target"), directory.resolve("resume"))) {
            rig.openAndAllocate(CheckMode.RESUME);
            for (int piece = 0; piece < PIECES; piece++) {
                rig.fetch(piece * 7 % PIECES);
                System.out.println(piece * 7 % PIECES);
            }
            while (System.in.read() >= 0) {
                // Nothing is sent: this waits for the end.
            }
        }
    }

    @Test
    void killedPeerResumesVerifiedPieces() throws Exception {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
            "-cp", System.getProperty("java.class.path"), KillTest.class.getName(), temp.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        List<Integer> told = new ArrayList<>();
        try (BufferedReader output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                told.add(Integer.valueOf(line));
                if (told.size() == PIECES / 4) {
                    // By its handle, as the process's own method would close its output before it
                    // is read to the end.
                    process.toHandle().destroyForcibly();
                }
            }
        }
        assertThat(process.waitFor()).isNotZero();
        assertThat(told).hasSizeGreaterThanOrEqualTo(PIECES / 4);

        try (Rig rig = new Rig(torrent(), temp.resolve("target"), temp.resolve("resume"))) {
            List<Long> hashed = new ArrayList<>();
            rig.storage = TorrentStorage.open(rig.metainfo, rig.target, rig.resumeFile, rig.workers, rig.options);
            Bitfield have = Rig.get(rig.storage.check(CheckMode.RESUME, hashed::add));
            assertThat(hashed).isEmpty();
            assertThat(told).allMatch(have::get);
            // Between verification and telling there may have been one more.
            assertThat(have.count()).isBetween(told.size(), told.size() + 1);
            Rig.get(rig.storage.allocate());
            rig.fetchMissing(have);
            Rig.get(rig.storage.complete());
            assertThat(TestTorrent.tree(rig.target)).isEqualTo(rig.torrent.expectedTree());
        }
    }
}
