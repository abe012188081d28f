package murder.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import murder.bencode.BencodeWriter;
import murder.metainfo.Metainfo;
import murder.wire.Bitfield;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may read and write what a storage makes, and whose files it uses. */
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

    /** Only root can make a file of another user; continuous integration runs as root. */
    @Test
    void foreignPartFileIsNotUsed() throws Exception {
        if (!Files.getAttribute(temp, "unix:uid").equals(0)) {
            return;
        }
        Path open = Files.createDirectory(temp.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path part = Files.write(open.resolve("b.part"), new byte[20_000]);
        Files.setAttribute(part, "unix:uid", 12345);
        try (Rig rig = new Rig(torrent(), open, null)) {
            assertThatThrownBy(() -> rig.open(CheckMode.RESUME)).isInstanceOf(StorageException.class)
                .hasMessageContaining(part + " belongs to another user");
            Files.setAttribute(part, "unix:uid", 0);
            assertThat(rig.open(CheckMode.RESUME).isEmpty()).isTrue();
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
