package murder.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import murder.tools.run.ClassArchive;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A host without Java: the demo runs on the runtime that was made here, and signatures of all kinds
 * can be checked.
 */
@Tag("slow")
class RuntimeIT {
    private static final String JAR = System.getProperty("murder.jar");

    @TempDir
    private Path temporary;

    @Test
    void runtimeRunsMurder() throws Exception {
        Path runtime = temporary.resolve("runtime");
        assertThat(run(ClassArchive.java(), "-jar", JAR, "runtime", runtime.toString())).startsWith(runtime + ": ");
        String java = runtime.resolve("bin/java").toString();

        assertThat(run(java, "-jar", JAR, "--version")).startsWith("murder ");
        assertThat(run(java, "-Xshare:on", "-jar", JAR, "--version")).startsWith("murder ");
        assertThat(run(java, "--list-modules")).contains("java.base@", "jdk.httpserver@", "jdk.unsupported@", "jdk.crypto.ec@")
            .doesNotContain("java.desktop");
        Path payload = Files.write(temporary.resolve("payload"), new byte[1_000_000]);
        assertThat(run(java, "-jar", JAR, "demo", payload.toString(), "--peers", "2")).isNotEmpty();
    }

    @Test
    void keepsOccupiedPlace() {
        assertThat(CommandRun.of("runtime", temporary.toString()).err()).contains("is there already");
        assertThat(temporary).isEmptyDirectory();
    }

    private String run(String... command) throws Exception {
        Path out = Files.createTempFile(temporary, "out", "");
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
        builder.environment().put("MURDER_STATE", temporary.resolve("state").toString());
        Process process = builder.start();
        boolean ended = process.waitFor(5, TimeUnit.MINUTES);
        process.destroyForcibly();
        String text = Files.readString(out);
        assertThat(ended).as(text).isTrue();
        assertThat(process.exitValue()).as(text).isZero();
        return text;
    }
}
