package murder.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import murder.wire.Bitfield;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No room: before allocation, while blocks are reserved, and in the middle of a download. */
class FullDiskTest {
    private static final int KIB = 1024;

    @TempDir
    Path temp;

    private Rig rig(TestTorrent torrent) {
        return new Rig(torrent, temp.resolve("target"), temp.resolve("resume"));
    }

    private static TestTorrent twoFiles() {
        return new TestTorrent(16 * KIB).file("a", 160 * KIB).file("b", 160 * KIB);
    }

    private static void assertDiskFull(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(StorageException.class,
            e -> assertThat(e.reason()).isEqualTo(StorageException.Reason.DISK_FULL)).hasMessageContaining("free some space");
    }

    private static Disk withSpace(long usable) {
        return new Disk() {
            @Override
            long usableSpace(Path existing) {
                return usable;
            }
        };
    }

    @Test
    void reportsLackOfSpaceFirst() throws Exception {
        try (Rig rig = rig(twoFiles())) {
            rig.disk = withSpace(320 * KIB - 1);
            assertDiskFull(() -> rig.openAndAllocate(CheckMode.RESUME));
            assertThat(temp).isEmptyDirectory();
            rig.disk = withSpace(320 * KIB);
            rig.openAndAllocate(CheckMode.RESUME);
        }
    }

    @Test
    void onlyMissingBytesNeedSpace() throws Exception {
        try (Rig rig = rig(twoFiles())) {
            rig.openAndAllocate(CheckMode.RESUME);
            rig.fetch(0);
            rig.fetch(19);
            rig.disk = withSpace(18 * 16 * KIB);
            assertThat(rig.openAndAllocate(CheckMode.RESUME).count()).isEqualTo(2);
            rig.disk = withSpace(18 * 16 * KIB - 1);
            assertDiskFull(() -> rig.openAndAllocate(CheckMode.RESUME));
            rig.disk = new Disk();
            assertThat(rig.openAndAllocate(CheckMode.RESUME).count()).isEqualTo(2);
        }
    }

    @Test
    void reservesBlocksOfLargeFiles() throws Exception {
        for (boolean able : new boolean[] {true, false}) {
            List<String> asked = new ArrayList<>();
            Path target = temp.resolve("able-" + able);
            try (Rig rig = new Rig(new TestTorrent(16 * KIB).file("a", 160 * KIB).file("b", 160 * KIB - 1), target, null)) {
                rig.options = new StorageOptions(4, 4, 4096, 1, 160 * KIB, 16, 0, Duration.ofSeconds(10), true, false);
                rig.disk = new Disk() {
                    @Override
                    boolean reserve(Path file, long length) throws IOException {
                        asked.add(file.getFileName() + " " + length);
                        return able && super.reserve(file, length);
                    }
                };
                rig.openAndAllocate(CheckMode.RESUME);
                assertThat(asked).containsExactly("a.part " + 160 * KIB);
                assertThat(Files.size(target.resolve("a.part"))).isEqualTo(160 * KIB);
                assertThat(rig.fetch(3)).isTrue();
                assertThat(rig.openAndAllocate(CheckMode.RESUME).count()).isEqualTo(1);
                rig.fetchMissing(new Bitfield(rig.layout.pieceCount()));
                Rig.get(rig.storage.complete());
                assertThat(TestTorrent.tree(target)).isEqualTo(rig.torrent.expectedTree());
            }
        }
    }

    @Test
    void failedReservationLeavesNothingBehind() throws Exception {
        try (Rig rig = rig(twoFiles())) {
            rig.options = new StorageOptions(4, 4, 4096, 1, 1, 16, 0, Duration.ofSeconds(10), true, false);
            rig.disk = new Disk() {
                @Override
                boolean reserve(Path file, long length) throws IOException {
                    if (file.endsWith("b.part")) {
                        throw new StorageException(StorageException.Reason.DISK_FULL, file, "free some space");
                    }
                    return super.reserve(file, length);
                }
            };
            assertDiskFull(() -> rig.openAndAllocate(CheckMode.RESUME));
            assertThat(TestTorrent.tree(temp)).containsOnlyKeys("target/a.part");
            rig.disk = new Disk();
            assertThat(rig.openAndAllocate(CheckMode.RESUME).isEmpty()).isTrue();
            rig.fetchMissing(new Bitfield(rig.layout.pieceCount()));
            Rig.get(rig.storage.complete());
            assertThat(TestTorrent.tree(rig.target)).isEqualTo(rig.torrent.expectedTree());
        }
    }

    /** Nothing forces the whole file system: others may have left gigabytes there to be written. */
    @Test
    void forcesItsOwnFilesAlone() throws Exception {
        TestTorrent torrent = new TestTorrent(16 * KIB);
        for (int i = 0; i < 100; i++) {
            torrent.file("f" + i, 10);
        }
        List<Path> forced = new ArrayList<>();
        try (Rig rig = rig(torrent)) {
            rig.disk = new Disk() {
                @Override
                void force(Collection<Path> files) throws IOException {
                    forced.addAll(files);
                    super.force(files);
                }
            };
            rig.openAndAllocate(CheckMode.RESUME);
            rig.fetch(0);
            Rig.get(rig.storage.complete());
            assertThat(forced).hasSize(100).allMatch(file -> file.startsWith(rig.target));
            assertThat(TestTorrent.tree(rig.target)).isEqualTo(torrent.expectedTree());
        }
    }

    /** The kernel's own answer: every write to this device fails with ENOSPC. */
    private static final class FillingDisk extends Disk {
        private volatile String full = "nothing";

        @Override
        FileChannel open(Path file, Set<? extends OpenOption> options, FileAttribute<?>... mode) throws IOException {
            return file.endsWith(full) ? FileChannel.open(Path.of("/dev/full"), StandardOpenOption.READ, StandardOpenOption.WRITE)
                : super.open(file, options, mode);
        }
    }

    @Test
    void fullDiskKeepsVerifiedPieces() throws Exception {
        FillingDisk filling = new FillingDisk();
        try (Rig rig = rig(twoFiles())) {
            rig.disk = filling;
            rig.openAndAllocate(CheckMode.RESUME);
            assertThat(rig.fetch(0)).isTrue();
            filling.full = "b.part";
            rig.write(12, 0);
            assertDiskFull(() -> rig.verify(12));
            assertDiskFull(() -> rig.verify(1));
            assertThat(rig.storage.write(1, 0, TestTorrent.block(rig.payload, rig.layout, 1, 0), e -> {})).isFalse();
            assertThat(rig.workers.queuedBytes()).isZero();
            assertThat(rig.read(0, 0, 16 * KIB)).isEqualTo(rig.expected(0, 0, 16 * KIB));
            rig.storage.close();

            rig.disk = new Disk();
            Bitfield have = rig.openAndAllocate(CheckMode.RESUME);
            assertThat(have.count()).isEqualTo(1);
            rig.fetchMissing(have);
            Rig.get(rig.storage.complete());
            assertThat(TestTorrent.tree(rig.target)).isEqualTo(rig.torrent.expectedTree());
        }
    }

    @Test
    void firstFailingBlockNotifiesOnce() throws Exception {
        FillingDisk filling = new FillingDisk();
        List<StorageException> heard = java.util.Collections.synchronizedList(new ArrayList<>());
        try (Rig rig = rig(twoFiles())) {
            rig.disk = filling;
            rig.openAndAllocate(CheckMode.RESUME);
            filling.full = "a.part";
            rig.storage.write(0, 0, TestTorrent.block(rig.payload, rig.layout, 0, 0), heard::add);
            rig.storage.write(2, 0, TestTorrent.block(rig.payload, rig.layout, 2, 0), heard::add);
            assertDiskFull(() -> rig.verify(0));
            assertThat(heard).hasSize(1);
        }
    }

    @Test
    void theSystemsTextsBecomeReasons() {
        Path file = temp.resolve("x");
        assertThat(StorageException.writing(file, new IOException("Disk quota exceeded")).reason())
            .isEqualTo(StorageException.Reason.DISK_FULL);
        assertThat(StorageException.writing(file, new FileSystemException("x", null, "Read-only file system")).reason())
            .isEqualTo(StorageException.Reason.NOT_WRITABLE);
        assertThat(StorageException.writing(file, new java.nio.file.AccessDeniedException("x")).reason())
            .isEqualTo(StorageException.Reason.NOT_WRITABLE);
        assertThat(StorageException.writing(file, new java.nio.file.FileAlreadyExistsException("x")).reason())
            .isEqualTo(StorageException.Reason.ALREADY_EXISTS);
        assertThat(StorageException.writing(file, new IOException("Input/output error")).reason())
            .isEqualTo(StorageException.Reason.IO);
        assertThat(StorageException.reading(file, new java.nio.file.NoSuchFileException("x")).reason())
            .isEqualTo(StorageException.Reason.MISSING_FILE);
    }
}
