package murder.tools.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The script that puts a Java runtime on a host. The runtime here is a program that ends with a
 * status.
 */
@Tag("e2e")
@Timeout(120)
class RuntimeScriptIT {
    private static final File SCRIPT = new File("src/main/resources/murder/tools/fleet/runtime.sh");

    @TempDir
    Path temporary;

    private JarFile archive(String text) throws Exception {
        Path java = Files.createDirectories(temporary.resolve("made/bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path archive = temporary.resolve("archive.tgz");
        assertThat(new ProcessBuilder("tar", "-C", temporary.resolve("made").toString(), "-czf", archive.toString(), ".").start().waitFor())
            .isZero();
        return JarFile.of(archive);
    }

    private String output(JarFile archive, String sha256, int status) throws Exception {
        Process process = new ProcessBuilder(List.of("sh", SCRIPT.getAbsolutePath(), temporary.resolve("murder").toString(), "runtime",
            sha256, Long.toString(archive.length()))).redirectErrorStream(true).redirectInput(archive.path().toFile()).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isEqualTo(status);
        return output;
    }

    @Test
    void newRuntimeReplacesTheOldOne() throws Exception {
        JarFile first = archive("exit 0 # first");
        assertThat(output(first, first.sha256(), 0)).contains("\"send\"", "\"already\":false");
        assertThat(output(first, first.sha256(), 0)).doesNotContain("send").contains("\"already\":true");
        JarFile second = archive("exit 0 # second");
        assertThat(output(second, second.sha256(), 0)).contains("\"already\":false");
        assertThat(temporary.resolve("murder/runtime/bin/java")).content().contains("second");
        assertThat(temporary.resolve("murder").toFile().list()).containsExactly("runtime");
    }

    @Test
    void refusesRuntimeThatDoesNotRun() throws Exception {
        JarFile foreign = archive("exit 1");
        assertThat(output(foreign, foreign.sha256(), 1)).contains("the runtime does not run here");
        assertThat(temporary.resolve("murder")).isEmptyDirectory();
    }

    @Test
    void damagedArchiveIsNotUnpacked() throws Exception {
        assertThat(output(archive("exit 0"), "0".repeat(64), 1)).contains("was damaged on its way");
        assertThat(temporary.resolve("murder")).isEmptyDirectory();
    }
}
