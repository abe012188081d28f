package murder.tools.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import murder.tools.CommandRun;
import murder.tools.ToolProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Destinations on real mounts, each command in a mount namespace of its own, which takes its mounts
 * away at its end. Needs root and the programs unshare, mount, chroot and setpriv; without them it
 * fails.
 */
@Tag("e2e")
@Timeout(180)
class MountsIT {
    @TempDir
    Path folder;

    private Path torrent;

    private Path path(String name) {
        return folder.resolve(name);
    }

    @BeforeEach
    void seed() throws Exception {
        folder = folder.toRealPath();
        // The users of these tests are others than root.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path source = Files.createDirectories(path("source/sub"));
        Files.writeString(source.resolve("file"), "new");
        CommandRun tracker = ToolProcess.run(path("state"), "host", "start-tracker", "--port=0", "--bind=127.0.0.1", "--json");
        assertThat(tracker.err()).isEmpty();
        CommandRun pack = ToolProcess.run(path("state"), "host", "pack", "--tag=r1", "--temp=" + path("packed"),
            "--files=" + path("source"), "--tracker=127.0.0.1:" + tracker.result().get("port"), "--json");
        assertThat(pack.err()).isEmpty();
        torrent = path("packed").resolve("r1.tgz.torrent");
        assertThat(ToolProcess.run(path("state"), "host", "start-seeding", "--tag=r1", "--temp=" + path("packed"), "--json").err())
            .isEmpty();
    }

    @AfterEach
    void stop() throws Exception {
        ToolProcess.run(path("state"), "stop", "seeder", "--if-any");
        ToolProcess.run(path("state"), "stop", "tracker", "--if-any");
    }

    /**
     * Runs shell lines in a mount namespace; {@code $peer} is the command of a peer, without its
     * destination.
     */
    private String inNamespace(String... lines) throws IOException, InterruptedException {
        return inNamespaceAs("", lines);
    }

    private String inNamespaceAs(String user, String... lines) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String peer = "env LC_ALL=C.UTF-8 MURDER_STATE=" + path("peer-state") + " " + user + " " + java + " -jar "
            + System.getProperty("murder.jar") + " host peer --tag=r1 --temp=" + path("temp")
            + " --ip=127.0.0.1 --timeout=60s --seed-for=0";
        String script = "set -e\ncd " + folder + "\npeer='" + peer + "'\n" + String.join("\n", lines) + "\n";
        Path output = path("output");
        Process process = new ProcessBuilder("unshare", "-m", "sh", "-c", script).redirectErrorStream(true)
            .redirectOutput(output.toFile()).start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        String text = Files.readString(output, StandardCharsets.ISO_8859_1);
        assertThat(process.exitValue()).as(text).isZero();
        return text;
    }

    @Test
    void emptyMountPointIsFilled() throws Exception {
        inNamespace("mkdir vol", "mount -t tmpfs t vol", "$peer --dest=" + path("vol") + " --no-tag-directory < " + torrent,
            "test \"$(cat vol/sub/file)\" = new", "test \"$(ls -A vol)\" = sub");
    }

    @Test
    void entriesOfMountPointAreReplaced() throws Exception {
        inNamespace("mkdir vol", "mount -t tmpfs t vol", "echo old > vol/old",
            "$peer --dest=" + path("vol") + " --no-tag-directory --unsafe-please-delete < " + torrent,
            "test \"$(cat vol/sub/file)\" = new", "test \"$(ls -A vol)\" = sub");
    }

    /** The old release came with a container's image: it lies in the lower layer. */
    @Test
    void releaseInLowerLayerIsReplaced() throws Exception {
        String said = inNamespace("mkdir o", "mount -t tmpfs t o", "mkdir -p o/low/rel/r1/d o/up o/wk o/m", "echo old > o/low/rel/r1/d/f",
            "mount -t overlay o -o lowerdir=o/low,upperdir=o/up,workdir=o/wk,redirect_dir=off o/m",
            "$peer --dest=" + path("o/m/rel") + " --unsafe-please-delete < " + torrent,
            "test \"$(cat o/m/rel/r1/sub/file)\" = new", "test \"$(ls -A o/m/rel)\" = r1", "test ! -e o/m/rel/r1/d");
        assertThat(said).contains("cannot be renamed on this file system");
    }

    @Test
    void otherMountPointNeedsNoEncoding() throws Exception {
        inNamespace("name=$(printf 'caf\\351')", "mkdir \"$name\"", "mount -t tmpfs t \"$name\"",
            "$peer --dest=" + path("releases") + " < " + torrent, "test \"$(cat releases/r1/sub/file)\" = new");
    }

    /** Its root is a plain directory, so the list of mounts has none for it. */
    @Test
    void chrootWithoutMountWorks() throws Exception {
        inNamespace("mkdir root", "for d in bin sbin lib lib64 usr etc proc dev tmp; do [ ! -e /$d ] || mkdir root/$d; done",
            "for d in bin sbin lib lib64 usr etc proc dev; do [ ! -e /$d ] || mount --rbind /$d root/$d; done",
            "mkdir -p root" + folder + " root" + Path.of(System.getProperty("murder.jar")).getParent(),
            "cp " + torrent + " root/torrent", "cp " + System.getProperty("murder.jar") + " root" + System.getProperty("murder.jar"),
            "chroot root sh -c \"$peer --dest=/releases < /torrent\"", "test \"$(cat root/releases/r1/sub/file)\" = new");
    }

    @Test
    void fillsOwnDirectoryBelowForeignOne() throws Exception {
        Path own = Files.createDirectories(path("srv/mapp"));
        for (Path mine : List.of(own, Files.createDirectory(path("temp")), Files.createDirectory(path("peer-state")))) {
            Files.setAttribute(mine, "unix:uid", 12345);
        }
        Files.setPosixFilePermissions(path("peer-state"), PosixFilePermissions.fromString("rwx------"));
        inNamespaceAs("setpriv --reuid=12345 --regid=12345 --clear-groups",
            "chmod -R a+rX " + path("packed"), "$peer --dest=" + own + " --no-tag-directory < " + torrent,
            "test \"$(cat srv/mapp/sub/file)\" = new", "test \"$(ls -A srv/mapp)\" = sub");
    }
}
