package murder.tools.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import murder.tools.CommandRun;
import murder.tools.ToolProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hosts whose programs are others than usual: a folder in front of PATH has them. */
@Tag("e2e")
class OtherProgramsIT {
    @TempDir
    private Path temporary;

    private Path source;
    private Path bin;
    private Path state;
    private String tracker = "127.0.0.1:1";

    @BeforeEach
    void tree() throws Exception {
        temporary = temporary.toRealPath();
        state = temporary.resolve("state");
        bin = Files.createDirectory(temporary.resolve("bin"));
        source = temporary.resolve("source");
        Files.createDirectories(source.resolve("a/empty"));
        Files.write(source.resolve("a/data"), new byte[100_000]);
        Files.writeString(source.resolve("a/" + "n".repeat(200)), "long");
        Files.createLink(source.resolve("hard"), source.resolve("a/data"));
        Files.createSymbolicLink(source.resolve("link"), Path.of("a/data"));
        Files.writeString(source.resolve("gr\u00fcn"), "green");
        Files.setPosixFilePermissions(source.resolve("gr\u00fcn"), PosixFilePermissions.fromString("r-xr-xr-x"));
    }

    @AfterEach
    void stop() throws Exception {
        for (String role : List.of("peer", "seeder", "tracker")) {
            ToolProcess.run(state, "stop", role, "--if-any");
        }
    }

    private void program(String name, String script) throws IOException {
        Files.writeString(bin.resolve(name), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(bin.resolve(name), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** The program of this name on PATH. */
    private static Path installed(String name) {
        for (String folder : System.getenv("PATH").split(":")) {
            if (Files.isExecutable(Path.of(folder, name))) {
                return Path.of(folder, name);
            }
        }
        throw new AssertionError(name + " is not installed");
    }

    private CommandRun host(Path input, String... words) throws Exception {
        CommandRun run = ToolProcess.run(state, Map.of("PATH", bin + ":" + System.getenv("PATH")), input, (Object[]) words);
        assertThat(run.status()).as(run.err()).isZero();
        return run;
    }

    private CommandRun pack(String temp) throws Exception {
        return host(null, "host", "pack", "--tag=t", "--temp=" + temporary.resolve(temp), "--files=" + source, "--tracker=" + tracker,
            "--json");
    }

    /** A whole deploy to this host. */
    private CommandRun deploy() throws Exception {
        tracker = "127.0.0.1:" + host(null, "host", "start-tracker", "--port=0", "--bind=127.0.0.1", "--json").result().get("port");
        CommandRun packed = pack("packed");
        host(null, "host", "start-seeding", "--tag=t", "--temp=" + temporary.resolve("packed"), "--json");
        host(Path.of(packed.result().get("torrent")), "host", "peer", "--tag=t", "--temp=" + temporary.resolve("temp"),
            "--dest=" + temporary.resolve("releases"), "--ip=127.0.0.1", "--timeout=60s", "--seed-for=0", "--json");
        return packed;
    }

    private void assertAnyTarWorks() throws Exception {
        assertThat(host(null, "host", "check").out()).contains("ok    tar: is there, but cannot sort");
        String hash = deploy().result().get("info_hash");
        Path release = temporary.resolve("releases/t");
        assertThat(release.resolve("a/data")).hasSameBinaryContentAs(source.resolve("a/data"));
        assertThat(release.resolve("hard")).hasSameBinaryContentAs(source.resolve("a/data"));
        assertThat(release.resolve("a/" + "n".repeat(200))).hasContent("long");
        assertThat(release.resolve("a/empty")).isEmptyDirectory();
        assertThat(Files.readSymbolicLink(release.resolve("link"))).isEqualTo(Path.of("a/data"));
        assertThat(Files.getPosixFilePermissions(release.resolve("gr\u00fcn"))).isEqualTo(PosixFilePermissions.fromString("r-xr-xr-x"));
        Files.delete(bin.resolve("tar"));
        assertThat(pack("packed-by-gnu").result().get("info_hash")).isEqualTo(hash);
    }

    @Test
    void tarWithoutSortPacksTheSame() throws Exception {
        program("tar", "case \" $* \" in *\" --sort\"*) echo \"tar: unrecognized option '--sort=name'\" >&2; exit 64;; esac\nexec "
            + installed("tar") + " \"$@\"");
        assertAnyTarWorks();
    }

    @ParameterizedTest
    @ValueSource(strings = {"busybox", "bsdtar"})
    void otherTarPacksTheSame(String program) throws Exception {
        Files.createSymbolicLink(bin.resolve("tar"), installed(program));
        assertAnyTarWorks();
    }

    /**
     * It waits for what all other programs have written to the file system: forty seconds for a
     * release of one MiB were seen.
     */
    @Test
    void releaseIsForcedWithoutSync() throws Exception {
        program("sync", "echo \"$@\" >> " + temporary.resolve("synced"));
        deploy();
        assertThat(temporary.resolve("releases/t/a/data")).exists();
        assertThat(temporary.resolve("synced")).doesNotExist();
    }

    /** With both ways in which {@code getcap} writes, and a name that is no text. */
    @Test
    void packWarnsOfCapabilities() throws Exception {
        program("getcap", "printf '%s cap_net_raw=ep\\n' \"$2/a/data\"; printf '%s = cap_net_raw+ep\\n' \"$2/hard\"; "
            + "printf '%s\\377\\000 cap_chown=p\\n' \"$2/x\"");
        assertThat(pack("packed").result().get("warning"))
            .isEqualTo("3 of the files lose their capabilities (setcap) on the way, such as a/data");
        program("getcap", "exit 1");
        assertThat(pack("packed").result()).doesNotContainKey("warning");
    }

    /** Needs root, and libcap's programs. */
    @Test
    void packFindsRealCapabilities() throws Exception {
        Path ping = Files.writeString(source.resolve("a/ping"), "a program");
        Process setcap = new ProcessBuilder(installed("setcap").toString(), "cap_net_raw=ep", ping.toString()).inheritIO().start();
        assertThat(setcap.waitFor()).isZero();
        assertThat(pack("packed").result().get("warning"))
            .isEqualTo("1 of the files lose their capabilities (setcap) on the way, such as a/ping");
    }
}
