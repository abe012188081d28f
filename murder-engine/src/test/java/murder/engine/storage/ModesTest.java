package murder.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import murder.bencode.BencodeWriter;
import murder.metainfo.Metainfo;
import murder.wire.Bitfield;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The modes of new files, and the owners of used ones. */
class ModesTest {
    @TempDir
    Path temp;

    private static TestTorrent torrent() {
        return new TestTorrent(16 * 1024).file("dir/a", 20_000).file("b", 20_000);
    }

    /** Fetches the torrent to a folder. With a second argument for its owner only. */
    public static void main(String[] arguments) throws Exception {
        try (Rig rig = new Rig(torrent(), Path.of(arguments[0]), null)) {
            rig.options = StorageOptions.defaults().with(true, arguments.length > 1);
            rig.openAndAllocate(CheckMode.RESUME);
            rig.fetchMissing(new Bitfield(rig.layout.pieceCount()));
            Rig.get(rig.storage.complete());
        }
    }

    private static String mode(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private void fetchWithoutUmask(String... words) throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", "umask 0; exec \"$@\"", "sh", java, "-XX:TieredStopAtLevel=1", "-cp",
            System.getProperty("java.class.path"), ModesTest.class.getName());
        builder.command().addAll(List.of(words));
        assertThat(builder.inheritIO().start().waitFor()).isZero();
    }

    @Test
    void othersNeverMayWrite() throws Exception {
        Path target = temp.resolve("target");
        fetchWithoutUmask(target.toString());
        assertThat(mode(target)).isEqualTo("rwxrwxr-x");
        assertThat(mode(target.resolve("dir"))).isEqualTo("rwxrwxr-x");
        assertThat(mode(target.resolve("dir/a"))).isEqualTo("rw-rw-r--");
        assertThat(mode(target.resolve("b"))).isEqualTo("rw-rw-r--");
    }

    @Test
    void privateFilesAreForTheirOwner() throws Exception {
        Path target = temp.resolve("target");
        fetchWithoutUmask(target.toString(), "private");
        assertThat(mode(target)).isEqualTo("rwx------");
        assertThat(mode(target.resolve("dir/a"))).isEqualTo("rw-------");
    }

    @Test
    void linkAtTargetIsRefused() throws Exception {
        Path link = Files.createSymbolicLink(temp.resolve("link"), Files.createDirectory(temp.resolve("elsewhere")));
        try (Rig rig = new Rig(torrent(), link, null)) {
            rig.options = StorageOptions.defaults().with(false, false);
            assertThatThrownBy(() -> rig.open(CheckMode.RESUME)).isInstanceOf(StorageException.class)
                .hasMessageContaining(link + " is a symbolic link and is not followed");
        }
    }

    /**
     * A folder where everybody may write, with files of another user. Only root can make them;
     * continuous integration runs as root.
     */
    private Path openFolder(String... foreign) throws Exception {
        assumeTrue(Files.getAttribute(temp, "unix:uid").equals(0));
        Path open = Files.createDirectory(temp.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        for (String name : foreign) {
            Path file = Files.write(open.resolve(name), new byte[20_000]);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
            Files.setAttribute(file, "unix:uid", 12345);
        }
        return open;
    }

    private static void fetch(Rig rig) throws Exception {
        rig.openAndAllocate(CheckMode.RESUME);
        rig.fetchMissing(new Bitfield(rig.layout.pieceCount()));
        Rig.get(rig.storage.complete());
    }

    @Test
    void foreignPartFileIsLeftAlone() throws Exception {
        Path open = openFolder("b.part", "b.0.part");
        try (Rig rig = new Rig(torrent(), open, null)) {
            fetch(rig);
        }
        assertThat(Files.readAllBytes(open.resolve("b"))).isEqualTo(TestTorrent.random(20_000, "b".hashCode()));
        assertThat(Files.getAttribute(open.resolve("b"), "unix:uid")).isEqualTo(0);
        assertThat(open.resolve("b.part")).hasBinaryContent(new byte[20_000]);
        assertThat(open.resolve("b.0.part")).hasBinaryContent(new byte[20_000]);
        assertThat(open.resolve("b.1.part")).doesNotExist();
    }

    /** A hard link, as {@code cp -al} makes it: its other name must not change. */
    @Test
    void keepsPartFileWithTwoNames() throws Exception {
        Path part = Files.write(temp.resolve("b.part"), new byte[20_000]);
        Files.createLink(Files.createDirectory(temp.resolve("backup")).resolve("b"), part);
        try (Rig rig = new Rig(torrent(), temp, null)) {
            fetch(rig);
        }
        assertThat(Files.readAllBytes(temp.resolve("b"))).isEqualTo(TestTorrent.random(20_000, "b".hashCode()));
        assertThat(temp.resolve("backup/b")).hasBinaryContent(new byte[20_000]);
    }

    @Test
    void resumesBesideForeignPartFile() throws Exception {
        Path open = openFolder("b.part");
        Path resume = temp.resolve("resume");
        try (Rig rig = new Rig(torrent(), open, resume)) {
            rig.openAndAllocate(CheckMode.RESUME);
            rig.fetchMissing(new Bitfield(rig.layout.pieceCount()));
        }
        try (Rig rig = new Rig(torrent(), open, resume)) {
            assertThat(rig.open(CheckMode.RESUME).count()).isEqualTo(rig.layout.pieceCount());
        }
    }

    @Test
    void foreignPartLinkIsLeftAlone() throws Exception {
        Path open = openFolder("link.part");
        try (Rig rig = new Rig(new TestTorrent(16 * 1024).file("b", 20_000).symlink("link", "b"), open, null)) {
            fetch(rig);
        }
        assertThat(Files.readSymbolicLink(open.resolve("link"))).isEqualTo(Path.of("b"));
        assertThat(open.resolve("link.part")).hasBinaryContent(new byte[20_000]);
    }

    /** It has the right content now, and may have another one later. */
    @Test
    void foreignFileIsNoResult() throws Exception {
        Path open = openFolder("b");
        Files.write(open.resolve("b"), TestTorrent.random(20_000, "b".hashCode()));
        try (Rig rig = new Rig(torrent(), open, null)) {
            assertThatThrownBy(() -> rig.open(CheckMode.RESUME)).isInstanceOf(StorageException.class)
                .hasMessageContaining(open.resolve("b") + " belongs to another user");
            Files.setAttribute(open.resolve("b"), "unix:uid", 0);
            assertThat(rig.open(CheckMode.RESUME).count()).isEqualTo(1);
        }
    }

    @Test
    void refusesTooManyForeignPartFiles() throws Exception {
        String[] names = new String[FileTable.MAX_OTHER_PARTS + 1];
        Arrays.setAll(names, i -> i == 0 ? "b.part" : "b." + (i - 1) + ".part");
        try (Rig rig = new Rig(torrent(), openFolder(names), null)) {
            assertThatThrownBy(() -> rig.open(CheckMode.RESUME)).isInstanceOf(StorageException.class)
                .hasMessageContaining("names like it belong to other users");
        }
    }

    /** Fails of itself in a locale that cannot name the target, without ending the program. */
    public static final class AsciiLocale {
        public static void main(String[] arguments) throws Exception {
            byte[] info = new BencodeWriter().beginDictionary().key("files").beginList().beginDictionary().key("attr").string("l")
                .key("path").beginList().string("link").end().key("symlink path").beginList().string("\u00e9").end().end().end()
                .key("name").string("t").key("piece length").integer(16384).key("pieces").string("").end().toByteArray();
            Metainfo metainfo = Metainfo.ofInfo(info, List.of());
            try {
                TorrentStorage.open(metainfo, Path.of(arguments[0]), null, new DiskWorkers(1, Thread::new), StorageOptions.defaults());
                System.exit(1);
            } catch (StorageException e) {
                System.exit(e.getMessage().contains("start Java in a UTF-8 locale") ? 0 : 2);
            }
        }
    }

    @Test
    void unnamableLinkTargetIsTyped() throws Exception {
        ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), AsciiLocale.class.getName(), temp.toString());
        builder.environment().put("LC_ALL", "C");
        assertThat(builder.inheritIO().start().waitFor()).isZero();
    }
}
