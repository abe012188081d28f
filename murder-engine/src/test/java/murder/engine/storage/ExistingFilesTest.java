package murder.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import murder.wire.Bitfield;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Existing entries of the target: right, wrong, of another kind, or planted. */
class ExistingFilesTest {
    private static final int KIB = 1024;

    @TempDir
    Path temp;

    private Rig rig(TestTorrent torrent) {
        return new Rig(torrent, temp.resolve("target"), temp.resolve("resume"));
    }

    private static TestTorrent twoFiles() {
        return new TestTorrent(16 * KIB).file("a", 100_000).file("dir/b", 100_000);
    }

    private static void assertFails(StorageException.Reason reason, String path, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(StorageException.class, e -> {
            assertThat(e.reason()).isEqualTo(reason);
            assertThat(e.path()).hasToString(e.path().getFileSystem().getPath(path).toString());
            assertThat(e).hasMessageContaining(path);
        });
    }

    @Test
    void trustChecksNamesAndLengthsOnly() throws Exception {
        TestTorrent torrent = twoFiles().executable("run", 10).symlink("link", "a");
        try (Rig rig = rig(torrent)) {
            torrent.writeFiles(rig.target);
            Files.write(rig.target.resolve("a"), new byte[100_000]);
            Map<String, String> before = TestTorrent.tree(temp);
            assertThat(rig.open(CheckMode.TRUST).isFull()).isTrue();
            assertThat(rig.read(7, 0, 16 * KIB)).isEqualTo(rig.expected(7, 0, 16 * KIB));
            Rig.get(rig.storage.allocate());
            Rig.get(rig.storage.complete());
            assertThat(TestTorrent.tree(temp)).isEqualTo(before);
        }
    }

    @Test
    void checkFailsWhenFileIsTruncated() throws Exception {
        TestTorrent torrent = TestTorrent.single(16 * KIB, TestTorrent.random(4096 * KIB, 1));
        try (Rig rig = rig(torrent)) {
            torrent.writeFiles(rig.target);
            rig.storage = TorrentStorage.open(rig.metainfo, rig.target, null, rig.workers, rig.options);
            // Told while the lane that hashed the first piece has a window of the whole file. Later
            // calls may come after the failure.
            var check = rig.storage.check(CheckMode.FULL, bytes -> {
                if (bytes > 16 * KIB) {
                    return;
                }
                try (FileChannel file = FileChannel.open(rig.target, StandardOpenOption.WRITE)) {
                    file.truncate(0);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            assertFails(StorageException.Reason.CHANGED, rig.target.toString(), () -> Rig.get(check));

            torrent.writeFiles(rig.target);
            assertThat(rig.open(CheckMode.FULL).isFull()).as("found by the same threads").isTrue();
        }
    }

    @Test
    void trustRefusesMissingOrShortFiles() throws Exception {
        try (Rig rig = rig(twoFiles())) {
            assertFails(StorageException.Reason.MISSING_FILE, rig.target + "/a", () -> rig.open(CheckMode.TRUST));
            rig.torrent.writeFiles(rig.target);
            Files.write(rig.target.resolve("dir/b"), new byte[99_999]);
            assertFails(StorageException.Reason.WRONG_LENGTH, rig.target + "/dir/b", () -> rig.open(CheckMode.TRUST));
            Files.delete(rig.target.resolve("dir/b"));
            Files.createDirectory(rig.target.resolve("dir/b"));
            assertFails(StorageException.Reason.ALREADY_EXISTS, rig.target + "/dir/b", () -> rig.open(CheckMode.TRUST));
        }
    }

    @Test
    void trustFollowsLinksInTree() throws Exception {
        try (Rig rig = rig(twoFiles())) {
            rig.torrent.writeFiles(temp.resolve("store"));
            Files.createDirectory(rig.target);
            Files.createSymbolicLink(rig.target.resolve("a"), temp.resolve("store/a"));
            Files.createSymbolicLink(rig.target.resolve("dir"), temp.resolve("store/dir"));
            assertThat(rig.open(CheckMode.TRUST).isFull()).isTrue();
            assertThat(rig.read(6, 0, 16 * KIB)).isEqualTo(rig.expected(6, 0, 16 * KIB));
        }
    }

    @Test
    void targetMayBeLink() throws Exception {
        try (Rig rig = rig(twoFiles())) {
            Files.createDirectory(temp.resolve("store"));
            Files.createSymbolicLink(rig.target, temp.resolve("store"));
            rig.openAndAllocate(CheckMode.RESUME);
            rig.fetchMissing(new Bitfield(rig.layout.pieceCount()));
            Rig.get(rig.storage.complete());
            assertThat(TestTorrent.tree(temp.resolve("store"))).isEqualTo(rig.torrent.expectedTree());
            assertThat(rig.target).isSymbolicLink();
        }
    }

    @Test
    void keepsRightFiles() throws Exception {
        try (Rig rig = rig(twoFiles())) {
            rig.torrent.writeFiles(rig.target);
            Object a = Files.getAttribute(rig.target.resolve("a"), "unix:ino");
            assertThat(rig.openAndAllocate(CheckMode.RESUME).isFull()).isTrue();
            Rig.get(rig.storage.complete());
            assertThat(TestTorrent.tree(rig.target)).isEqualTo(rig.torrent.expectedTree());
            assertThat(Files.getAttribute(rig.target.resolve("a"), "unix:ino")).isEqualTo(a);
        }
    }

    @Test
    void keepsOtherContentUntilComplete() throws Exception {
        try (Rig rig = rig(twoFiles())) {
            rig.torrent.writeFiles(rig.target);
            byte[] old = Files.readAllBytes(rig.target.resolve("a"));
            old[0]++;
            old[50_000]++;
            Files.write(rig.target.resolve("a"), old);
            Bitfield have = rig.openAndAllocate(CheckMode.RESUME);
            assertThat(have).hasToString("0110111111111");
            assertThat(TestTorrent.tree(rig.target)).containsOnlyKeys("a", "a.part", "dir/b");
            assertThat(rig.read(1, 0, 16 * KIB)).isEqualTo(rig.expected(1, 0, 16 * KIB));
            rig.fetchMissing(have);
            assertThat(rig.target.resolve("a")).hasBinaryContent(old);
            Rig.get(rig.storage.complete());
            assertThat(TestTorrent.tree(rig.target)).isEqualTo(rig.torrent.expectedTree());
        }
    }

    @Test
    void keepsOldFileUntilComplete() throws Exception {
        try (Rig rig = rig(twoFiles())) {
            Files.createDirectory(rig.target);
            Files.writeString(rig.target.resolve("a"), "something else");
            rig.openAndAllocate(CheckMode.RESUME);
            rig.fetchMissing(new Bitfield(rig.layout.pieceCount()));
            assertThat(rig.target.resolve("a")).hasContent("something else");
            Rig.get(rig.storage.complete());
            assertThat(TestTorrent.tree(rig.target)).isEqualTo(rig.torrent.expectedTree());
        }
    }

    @Test
    void keepsForeignFiles() throws Exception {
        try (Rig rig = rig(twoFiles())) {
            Files.createDirectories(rig.target.resolve("dir"));
            Files.writeString(rig.target.resolve("dir/other"), "kept");
            rig.openAndAllocate(CheckMode.RESUME);
            rig.fetchMissing(new Bitfield(rig.layout.pieceCount()));
            Rig.get(rig.storage.complete());
            assertThat(rig.target.resolve("dir/other")).hasContent("kept");
        }
    }

    @Test
    void refusesPlantedDirectoryLink() throws Exception {
        try (Rig rig = rig(twoFiles())) {
            Path outside = Files.createDirectory(temp.resolve("outside"));
            Files.createDirectory(rig.target);
            Files.createSymbolicLink(rig.target.resolve("dir"), outside);
            assertFails(StorageException.Reason.NOT_WRITABLE, rig.target + "/dir", () -> rig.open(CheckMode.RESUME));
            assertThat(outside).isEmptyDirectory();
        }
    }

    @Test
    void refusesDirectoryLinkPlantedLater() throws Exception {
        try (Rig rig = rig(twoFiles())) {
            rig.open(CheckMode.RESUME);
            Path outside = Files.createDirectory(temp.resolve("outside"));
            Files.createDirectory(rig.target);
            Files.createSymbolicLink(rig.target.resolve("dir"), outside);
            assertFails(StorageException.Reason.NOT_WRITABLE, rig.target + "/dir", () -> Rig.get(rig.storage.allocate()));
            assertThat(outside).isEmptyDirectory();

            Files.delete(rig.target.resolve("dir"));
            Rig.get(rig.storage.allocate());
            Files.move(rig.target.resolve("dir"), outside.resolve("moved"));
            Files.createSymbolicLink(rig.target.resolve("dir"), outside.resolve("moved"));
            assertFails(StorageException.Reason.NOT_WRITABLE, rig.target + "/dir", () -> rig.fetch(12));
            assertThat(outside.resolve("moved/b.part")).hasBinaryContent(new byte[100_000]);
        }
    }

    @Test
    void neverFollowsPlantedLink() throws Exception {
        try (Rig rig = rig(twoFiles())) {
            Path victim = Files.write(temp.resolve("victim"), new byte[100_000]);
            Files.createDirectories(rig.target);
            Files.createSymbolicLink(rig.target.resolve("a.part"), victim);
            assertFails(StorageException.Reason.ALREADY_EXISTS, rig.target + "/a.part", () -> rig.open(CheckMode.RESUME));
            Files.delete(rig.target.resolve("a.part"));
            Files.createSymbolicLink(rig.target.resolve("a"), victim);
            rig.openAndAllocate(CheckMode.RESUME);
            rig.fetchMissing(new Bitfield(rig.layout.pieceCount()));
            Rig.get(rig.storage.complete());
            assertThat(victim).hasBinaryContent(new byte[100_000]);
            assertThat(TestTorrent.tree(rig.target)).isEqualTo(rig.torrent.expectedTree());
        }
    }

    @Test
    void refusesDirectoryInPlaceOfFile() throws Exception {
        try (Rig rig = rig(twoFiles())) {
            Files.createDirectories(rig.target.resolve("a"));
            assertFails(StorageException.Reason.ALREADY_EXISTS, rig.target + "/a", () -> rig.open(CheckMode.RESUME));
            Files.delete(rig.target.resolve("a"));
            Files.createFile(rig.target.resolve("dir"));
            assertFails(StorageException.Reason.ALREADY_EXISTS, rig.target + "/dir", () -> rig.open(CheckMode.RESUME));
        }
        try (Rig rig = new Rig(TestTorrent.single(16 * KIB, new byte[10]), temp, null)) {
            assertFails(StorageException.Reason.ALREADY_EXISTS, temp.toString(), () -> rig.open(CheckMode.RESUME));
        }
    }

    @Test
    void replacesWrongSymlinkButNotDirectory() throws Exception {
        TestTorrent torrent = new TestTorrent(16 * KIB).file("a", 10).symlink("link", "a");
        try (Rig rig = rig(torrent)) {
            Files.createDirectory(rig.target);
            Files.createSymbolicLink(rig.target.resolve("link"), Path.of("/elsewhere"));
            Files.createSymbolicLink(rig.target.resolve("link.part"), Path.of("/left/by/a/killed/run"));
            rig.openAndAllocate(CheckMode.RESUME);
            rig.fetch(0);
            Rig.get(rig.storage.complete());
            assertThat(TestTorrent.tree(rig.target)).isEqualTo(new TreeMap<>(torrent.expectedTree()));

            Files.delete(rig.target.resolve("link"));
            Files.createDirectory(rig.target.resolve("link"));
            assertFails(StorageException.Reason.ALREADY_EXISTS, rig.target + "/link", () -> Rig.get(rig.storage.complete()));
        }
    }
}
