package murder.tools.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The script that puts the jar on a host. One test makes pid namespaces, so it needs root and
 * unshare; without them it fails.
 */
@Tag("e2e")
@Timeout(120)
class DistributeScriptIT {
    private static final Path SCRIPTS = Path.of("src/main/resources/murder/tools/fleet");

    @TempDir
    Path temporary;

    private final byte[] jar = new byte[3_000_000];
    private Path script;
    private Path sent;
    private Path folder;

    @BeforeEach
    void makeJar() throws Exception {
        script = Files.writeString(temporary.resolve("script.sh"),
            Files.readString(SCRIPTS.resolve("jar.sh")) + Files.readString(SCRIPTS.resolve("distribute.sh")));
        new Random(1).nextBytes(jar);
        sent = temporary.resolve("sent.jar.gz");
        try (OutputStream gzip = new GZIPOutputStream(Files.newOutputStream(sent))) {
            gzip.write(jar);
        }
        folder = Files.createDirectory(temporary.resolve("shared"));
    }

    private Process start(String... prefix) throws Exception {
        List<String> command = new ArrayList<>(List.of(prefix));
        command.addAll(List.of("sh", script.toString(), folder.toString(), "murder-tools.jar",
            HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(jar)), Long.toString(Files.size(sent)), "/bin/true"));
        return new ProcessBuilder(command).redirectErrorStream(true).redirectInput(sent.toFile()).start();
    }

    private static String awaitOutput(Process process) throws Exception {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }

    @Test
    void hostsWithEqualPidsShareFolder() throws Exception {
        List<Process> hosts = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            hosts.add(start("unshare", "--pid", "--fork", "--mount-proc"));
        }
        for (Process host : hosts) {
            String output = awaitOutput(host);
            assertThat(host.exitValue()).as(output).isZero();
        }
        assertThat(folder.resolve("murder-tools.jar")).hasBinaryContent(jar);
        assertThat(folder.toFile().list()).containsExactly("murder-tools.jar");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("murder-tools.jar"))))
            .isEqualTo("rw-r--r--");
    }

    @Test
    void refusesDamagedJar() throws Exception {
        byte[] damaged = Files.readAllBytes(sent);
        damaged[damaged.length / 2] ^= 1;
        Files.write(sent, damaged);
        Process host = start();
        assertThat(awaitOutput(host)).containsAnyOf("cannot unpack the jar", "was damaged on its way");
        assertThat(host.exitValue()).isEqualTo(1);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void refusesFolderOfEverybody() throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        Process host = start();
        assertThat(awaitOutput(host)).contains("everybody may write to " + folder);
        assertThat(host.exitValue()).isEqualTo(1);
        assertThat(folder).isEmptyDirectory();
    }
}
