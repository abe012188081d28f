package murder.tools.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import murder.tools.cli.CommandException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeletionGuardTest {
    @TempDir
    private Path temporary;

    private final DeletionGuard guard = new DeletionGuard(List.of(Path.of("/home/deploy")), List.of(Path.of("/srv/murder/tmp")),
        List.of(Path.of("/"), Path.of("/data/disk 1"), Path.of("/srv/app/shared")));

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "/                | it is the root directory",
        "/home            | the home directory /home/deploy is in it",
        "/home/deploy     | it is a home directory",
        "/srv/murder      | murder itself needs /srv/murder/tmp",
        "/srv/murder/tmp  | murder itself needs /srv/murder/tmp",
        "/data/disk 1     | it is a mount point",
        "/data            | the mount point /data/disk 1 is in it",
        "/srv/app         | the mount point /srv/app/shared is in it",
        "/app             | it lies directly in the root directory",
        "/etc             | it belongs to the system",
        "/etc/app         | it belongs to the system",
        "/usr/bin         | it belongs to the system",
        "/usr/local       | it belongs to the system",
        "/var             | it belongs to the system",
        "/opt             | it belongs to the system"})
    void refuses(String target, String why) {
        assertThatThrownBy(() -> guard.check(Path.of(target))).isInstanceOf(CommandException.class)
            .hasMessage(target + " is not deleted: " + why + "; choose another destination");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/home/deploy/app", "/home/dep", "/srv/murder/tmpx", "/data/disk 1/app", "/srv/app/releases",
        "/srv/app2", "/opt/app",
        "/usr/local/app", "/var/lib/app", "/var/www", "/etcetera/app"})
    void letsOthersGo(String target) {
        assertThatCode(() -> guard.check(Path.of(target))).doesNotThrowAnyException();
    }

    @Test
    void readsEscapedMountPoints() {
        assertThat(DeletionGuard.mountPoints(List.of("22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw",
            "36 22 0:32 / /data/disk\\0401 rw - tmpfs tmpfs rw", "37 22 0:33 /a /b\\134c rw master:1 - ext4 /dev/sdb rw")))
            .containsExactly(Path.of("/"), Path.of("/data/disk 1"), Path.of("/b\\c"));
    }

    /** The name of a mount point has bytes of any encoding; that hides no other one. */
    @Test
    void mountPointsNeedNoEncoding() {
        String line = new String(new byte[] {'c', 'a', 'f', (byte) 0xe9}, StandardCharsets.UTF_8);
        List<Path> points = DeletionGuard.mountPoints(List.of("36 22 0:32 / /srv/" + line + " rw - tmpfs tmpfs rw",
            "37 22 0:33 / /data rw - tmpfs tmpfs rw"));
        assertThat(points).hasSize(2).contains(Path.of("/data"));
        assertThat(points.get(0).startsWith("/srv")).isTrue();
    }

    @Test
    void permitsContentsOfMountPoint() throws Exception {
        assertThatCode(() -> guard.checkContents(Path.of("/data/disk 1"))).doesNotThrowAnyException();
        assertThatThrownBy(() -> guard.checkContents(Path.of("/srv/app"))).hasMessageContaining("the mount point /srv/app/shared is in it");
        assertThatThrownBy(() -> guard.checkContents(Path.of("/home/deploy"))).hasMessageContaining("it is a home directory");
    }

    @Test
    void knowsHomesAndMountsOfSystem() throws Exception {
        Path home = Files.createDirectory(temporary.resolve("home"));
        Path needed = Files.createDirectories(temporary.resolve("needed/temp"));
        Path link = Files.createSymbolicLink(temporary.resolve("link"), needed);
        DeletionGuard system = DeletionGuard.ofSystem(Map.of("HOME", home.toString()), List.of(link, temporary.resolve("none")));
        Path real = temporary.toRealPath();
        assertThatThrownBy(() -> system.check(real.resolve("home"))).hasMessageContaining("home directory");
        assertThatThrownBy(() -> system.check(real.resolve("needed"))).hasMessageContaining("murder itself needs");
        assertThatThrownBy(() -> system.check(Path.of("/proc"))).hasMessageContaining("mount point");
        assertThatThrownBy(() -> system.check(Path.of(System.getProperty("java.home")).toRealPath())).hasMessageContaining("murder itself");
        assertThatCode(() -> system.check(real.resolve("app"))).doesNotThrowAnyException();
    }

    @Test
    void findsMountsByDeviceWithoutList() throws Exception {
        DeletionGuard blind = new DeletionGuard(List.of(), List.of(), null);
        assertThatThrownBy(() -> blind.check(Path.of("/proc"))).hasMessageContaining("it is a mount point");
        Path directory = Files.createDirectory(temporary.resolve("app"));
        assertThatCode(() -> blind.check(directory)).doesNotThrowAnyException();
    }
}
