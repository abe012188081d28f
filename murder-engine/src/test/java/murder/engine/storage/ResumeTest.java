package murder.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import murder.wire.Bitfield;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A storage that is opened again: after kills, reboots, changes by others, and with damaged resume
 * files.
 */
class ResumeTest {
    private static final int KIB = 1024;
    private static final int PIECES = 40;

    @TempDir
    Path temp;

    private Rig rig(TestTorrent torrent) {
        return new Rig(torrent, temp.resolve("target"), temp.resolve("state").resolve("resume"));
    }

    private static TestTorrent threeFiles() {
        return new TestTorrent(16 * KIB).file("a", 200_000).file("dir/b", 300_000).file("c", PIECES * 16 * KIB - 500_000);
    }

    /**
     * Some pieces fetched, and one half of another; then the storage is dropped without closing.
     */
    private static void fetchSomeAndDie(Rig rig, int... pieces) throws Exception {
        rig.openAndAllocate(CheckMode.RESUME);
        for (int piece : pieces) {
            assertThat(rig.fetch(piece)).isTrue();
        }
    }

    private static void corrupt(Path file, long at) throws Exception {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.READ)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, at);
            channel.write(ByteBuffer.wrap(new byte[] {(byte) ~one.get(0)}), at);
        }
    }

    /** Counts bytes that a full check hashes; stays 0 if the resume file is believed. */
    private static long bytesHashedByOpening(Rig rig, Bitfield expected) throws Exception {
        long[] bytes = {0};
        rig.storage = TorrentStorage.open(rig.metainfo, rig.target, rig.resumeFile, rig.workers, rig.options, rig.disk);
        assertThat(Rig.get(rig.storage.check(CheckMode.RESUME, done -> bytes[0] = done))).hasToString(expected.toString());
        return bytes[0];
    }

    private static Bitfield pieces(int... pieces) {
        Bitfield set = new Bitfield(PIECES);
        for (int piece : pieces) {
            set.set(piece);
        }
        return set;
    }

    @Test
    void killLosesNoVerifiedPiece() throws Exception {
        try (Rig rig = rig(threeFiles())) {
            fetchSomeAndDie(rig, 0, 5, 17, 39);
            assertThat(bytesHashedByOpening(rig, pieces(0, 5, 17, 39))).isZero();
            Rig.get(rig.storage.allocate());
            assertThat(rig.fetch(1)).isTrue();
            assertThat(bytesHashedByOpening(rig, pieces(0, 1, 5, 17, 39))).isZero();
            Rig.get(rig.storage.allocate());
            rig.fetchMissing(pieces(0, 1, 5, 17, 39));
            Rig.get(rig.storage.complete());
            assertThat(TestTorrent.tree(rig.target)).isEqualTo(rig.torrent.expectedTree());
        }
    }

    @Test
    void resumeFileProvesCompletionAfterReboot() throws Exception {
        try (Rig rig = rig(threeFiles())) {
            fetchSomeAndDie(rig);
            rig.fetchMissing(pieces());
            Rig.get(rig.storage.complete());
            Bitfield all = pieces();
            all.setAll();
            rig.disk = booted(UUID.randomUUID());
            assertThat(bytesHashedByOpening(rig, all)).isZero();
            Rig.get(rig.storage.allocate());
            Rig.get(rig.storage.complete());
            assertThat(TestTorrent.tree(rig.target)).isEqualTo(rig.torrent.expectedTree());
        }
    }

    @Test
    void hashingProvesCompletionWithoutResumeFile() throws Exception {
        try (Rig rig = rig(threeFiles())) {
            fetchSomeAndDie(rig);
            rig.fetchMissing(pieces());
            Rig.get(rig.storage.complete());
            rig.storage.deleteResume();
            assertThat(rig.resumeFile).doesNotExist();
            Bitfield all = pieces();
            all.setAll();
            assertThat(bytesHashedByOpening(rig, all)).isEqualTo(rig.layout.length());
        }
    }

    @Test
    void hashesTouchedFinishedFiles() throws Exception {
        try (Rig rig = rig(threeFiles())) {
            fetchSomeAndDie(rig);
            rig.fetchMissing(pieces());
            Rig.get(rig.storage.complete());
            corrupt(rig.target.resolve("a"), 100_000);
            Files.setLastModifiedTime(rig.target.resolve("a"), FileTime.fromMillis(1));
            Bitfield allButOne = pieces();
            allButOne.setAll();
            allButOne.clear(100_000 / (16 * KIB));
            assertThat(bytesHashedByOpening(rig, allButOne)).isEqualTo(rig.layout.length());
        }
    }

    @Test
    void rebootCausesFullCheck() throws Exception {
        try (Rig rig = rig(threeFiles())) {
            rig.disk = booted(UUID.randomUUID());
            fetchSomeAndDie(rig, 3, 4);
            assertThat(bytesHashedByOpening(rig, pieces(3, 4))).isZero();
            rig.disk = booted(UUID.randomUUID());
            assertThat(bytesHashedByOpening(rig, pieces(3, 4))).isEqualTo(rig.layout.length());
        }
    }

    @Test
    void distrustsSystemWithoutBootId() throws Exception {
        try (Rig rig = rig(threeFiles())) {
            rig.disk = booted(null);
            fetchSomeAndDie(rig, 3, 4);
            assertThat(bytesHashedByOpening(rig, pieces(3, 4))).isEqualTo(rig.layout.length());
        }
    }

    private static Disk booted(UUID bootId) {
        return new Disk() {
            @Override
            UUID bootId() {
                return bootId;
            }
        };
    }

    @Test
    void badSampleCausesFullCheck() throws Exception {
        try (Rig rig = rig(threeFiles())) {
            rig.options = sampling(1, 42);
            fetchSomeAndDie(rig, 0, 2, 4, 6);
            int sampled = Check.sample(pieces(0, 2, 4, 6), 1, 42)[0];
            corrupt(rig.target.resolve("a.part"), rig.layout.offset(sampled) + 77);
            Bitfield rest = pieces(0, 2, 4, 6);
            rest.clear(sampled);
            assertThat(bytesHashedByOpening(rig, rest)).isEqualTo(rig.layout.length());
            assertThat(rig.resumeFile).doesNotExist();
        }
    }

    @Test
    void torrentStartsAlthoughSampleMisses() throws Exception {
        try (Rig rig = rig(threeFiles())) {
            rig.options = sampling(1, 42);
            fetchSomeAndDie(rig, 0, 2, 4, 6);
            int missed = Check.sample(pieces(0, 2, 4, 6), 1, 42)[0] == 0 ? 2 : 0;
            corrupt(rig.target.resolve("a.part"), rig.layout.offset(missed) + 77);
            assertThat(bytesHashedByOpening(rig, pieces(0, 2, 4, 6))).isZero();
        }
    }

    /** The sample misses it, so the storage continues, but it does not complete. */
    @Test
    void findsReplacedPieceOfPartFile() throws Exception {
        try (Rig rig = rig(threeFiles())) {
            rig.options = sampling(0, 42);
            fetchSomeAndDie(rig);
            rig.fetchMissing(pieces());
            corrupt(rig.target.resolve("a.part"), rig.layout.offset(3) + 77);
            assertThat(rig.openAndAllocate(CheckMode.RESUME).isFull()).isTrue();
            assertThat(Rig.get(rig.storage.wrongPieces())).hasToString(pieces(3).toString());
            assertThatThrownBy(() -> Rig.get(rig.storage.complete())).isInstanceOf(StorageException.class)
                .hasMessageContaining(rig.target + " has changed since it was verified");
            assertThat(rig.target.resolve("a")).doesNotExist();
            assertThat(rig.resumeFile).doesNotExist();
            Bitfield have = rig.openAndAllocate(CheckMode.RESUME);
            assertThat(have.nextClear(0)).isEqualTo(3);
            rig.fetchMissing(have);
            Rig.get(rig.storage.complete());
            assertThat(TestTorrent.tree(rig.target)).isEqualTo(rig.torrent.expectedTree());
        }
    }

    @Test
    void freshRunHashesNothingAgain() throws Exception {
        try (Rig rig = rig(threeFiles())) {
            fetchSomeAndDie(rig, 0, 1);
            assertThat(rig.storage.wrongPieces()).isCompletedWithValueMatching(Bitfield::isEmpty);
        }
    }

    /** Nobody can write to a file without changing its fingerprint, so this is not read. */
    @Test
    void unchangedFinishedFilesAreNotHashed() throws Exception {
        try (Rig rig = rig(threeFiles())) {
            rig.options = sampling(0, 42);
            fetchSomeAndDie(rig);
            rig.fetchMissing(pieces());
            Rig.get(rig.storage.complete());
            assertThat(rig.open(CheckMode.RESUME).isFull()).isTrue();
            assertThat(rig.storage.wrongPieces()).isDone();
        }
    }

    private static StorageOptions sampling(int pieces, long seed) {
        return new StorageOptions(4, 4, 1 << 20, 1 << 20, 64 << 20, pieces, seed, Duration.ofSeconds(10), true, false);
    }

    @Test
    void samplesCoverAllClaimedPieces() {
        Bitfield claimed = new Bitfield(1000);
        for (int piece = 100; piece < 900; piece += 2) {
            claimed.set(piece);
        }
        int[] sample = Check.sample(claimed, 16, 5);
        assertThat(sample).hasSize(16).isEqualTo(Check.sample(claimed, 16, 5)).isNotEqualTo(Check.sample(claimed, 16, 6));
        for (int i = 0; i < sample.length; i++) {
            assertThat(sample[i]).isBetween(100 + i * 50, 149 + i * 50);
            assertThat(claimed.get(sample[i])).isTrue();
        }
        assertThat(Check.sample(claimed, 400, 5)).hasSize(400).doesNotHaveDuplicates();
    }

    @Test
    void missingPartForcesFullCheck() throws Exception {
        try (Rig rig = rig(threeFiles())) {
            fetchSomeAndDie(rig, 0, 1, 20);
            Files.delete(rig.target.resolve("a.part"));
            assertThat(bytesHashedByOpening(rig, pieces(20))).isEqualTo(rig.layout.length());
        }
    }

    @Test
    void shortenedPartForcesFullCheck() throws Exception {
        try (Rig rig = rig(threeFiles())) {
            fetchSomeAndDie(rig, 0, 1);
            try (FileChannel channel = FileChannel.open(rig.target.resolve("a.part"), StandardOpenOption.WRITE)) {
                channel.truncate(20_000);
            }
            assertThat(bytesHashedByOpening(rig, pieces(0))).isEqualTo(rig.layout.length());
            Rig.get(rig.storage.allocate());
            assertThat(Files.size(rig.target.resolve("a.part"))).isEqualTo(200_000);
        }
    }

    @Test
    void ignoresDamagedResumeFile() throws Exception {
        List<byte[]> damaged = new ArrayList<>();
        try (Rig rig = rig(threeFiles())) {
            fetchSomeAndDie(rig, 7, 8, 9);
            byte[] good = Files.readAllBytes(rig.resumeFile);
            Random random = new Random(1);
            for (int length : new int[] {0, 1, 95, 96, good.length - 1}) {
                damaged.add(java.util.Arrays.copyOf(good, length));
            }
            damaged.add(java.util.Arrays.copyOf(good, good.length + 1));
            for (int at = 0; at < good.length; at += at < 96 ? 1 : 7) {
                byte[] flipped = good.clone();
                flipped[at] ^= (byte) (2 << random.nextInt(7));
                damaged.add(flipped);
            }
            damaged.add(TestTorrent.random(good.length, 2));
            for (byte[] bytes : damaged) {
                Files.write(rig.resumeFile, bytes);
                assertThat(bytesHashedByOpening(rig, pieces(7, 8, 9))).isEqualTo(rig.layout.length());
                assertThat(rig.resumeFile).doesNotExist();
            }
            Files.write(rig.resumeFile, good);
            assertThat(bytesHashedByOpening(rig, pieces(7, 8, 9))).isZero();
        }
    }

    @Test
    void ignoresForeignResumeFile() throws Exception {
        Path elsewhere = temp.resolve("elsewhere");
        try (Rig rig = rig(threeFiles()); Rig other = new Rig(threeFiles().file("more", 1), rig.target, rig.resumeFile);
                Rig moved = new Rig(threeFiles(), elsewhere, rig.resumeFile)) {
            fetchSomeAndDie(rig, 7, 8, 9);
            byte[] good = Files.readAllBytes(rig.resumeFile);
            assertThat(other.open(CheckMode.RESUME).count()).isEqualTo(3);
            assertThat(rig.resumeFile).doesNotExist();
            Files.write(rig.resumeFile, good);
            fetchSomeAndDie(new Rig(threeFiles(), elsewhere, null), 1);
            assertThat(bytesHashedByOpening(moved, pieces(1))).isEqualTo(rig.layout.length());
        }
    }

    @Test
    void removesUntrustedResumeFileFirst() throws Exception {
        try (Rig rig = rig(threeFiles())) {
            fetchSomeAndDie(rig, 0, 1, 2);
            for (String name : List.of("a.part", "c.part", "dir/b.part")) {
                Files.delete(rig.target.resolve(name));
            }
            rig.disk = new Disk() {
                @Override
                long usableSpace(Path existing) {
                    return 0;
                }
            };
            assertThat(rig.open(CheckMode.RESUME).isEmpty()).isTrue();
            assertThatThrownBy(() -> Rig.get(rig.storage.allocate())).isInstanceOf(StorageException.class);
            assertThat(rig.resumeFile).doesNotExist();
        }
    }

    @Test
    void fullModeIgnoresResumeFile() throws Exception {
        try (Rig rig = rig(threeFiles())) {
            fetchSomeAndDie(rig, 0, 1, 2);
            corrupt(rig.target.resolve("a.part"), 0);
            assertThat(rig.open(CheckMode.FULL)).hasToString(pieces(1, 2).toString());
            assertThat(rig.resumeFile).doesNotExist();
        }
    }

    @Test
    void nextRunFinishesInterruptedRenames() throws Exception {
        try (Rig rig = rig(threeFiles())) {
            fetchSomeAndDie(rig);
            rig.fetchMissing(pieces());
            Files.move(rig.target.resolve("dir/b.part"), rig.target.resolve("dir/b"));
            assertThat(rig.openAndAllocate(CheckMode.RESUME).isFull()).isTrue();
            Rig.get(rig.storage.complete());
            assertThat(TestTorrent.tree(rig.target)).isEqualTo(rig.torrent.expectedTree());
        }
    }

    @Test
    void checkReportsProgressToTheEnd() throws Exception {
        try (Rig rig = rig(threeFiles())) {
            rig.torrent.writeFiles(rig.target);
            List<Long> told = new ArrayList<>();
            rig.storage = TorrentStorage.open(rig.metainfo, rig.target, null, rig.workers, rig.options);
            assertThat(Rig.get(rig.storage.check(CheckMode.FULL, told::add)).isFull()).isTrue();
            assertThat(told).hasSize(PIECES).isSorted().endsWith(rig.layout.length());
        }
    }
}
