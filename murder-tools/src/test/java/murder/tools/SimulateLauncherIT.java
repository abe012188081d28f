package murder.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import murder.tools.cli.ExitStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code simulate} as the real jar runs it: a launcher, and the JVM that it chose. */
class SimulateLauncherIT {
    @TempDir
    private Path temporary;

    private ToolProcess simulate(String hosts, String size, String... more) throws Exception {
        Object[] args = new Object[7 + more.length];
        System.arraycopy(new Object[] {"simulate", "--hosts", hosts, "--size", size, "--rate", "10Mbit"}, 0, args, 0, 7);
        System.arraycopy(more, 0, args, 7, more.length);
        return ToolProcess.start(temporary.resolve("host"), args);
    }

    @Test
    void passesOnResultAndStatus() throws Exception {
        try (ToolProcess good = simulate("12", "2M", "--json");
            ToolProcess failing = simulate("12", "2M", "--kill-seeder-after", "500ms")) {
            // On a busy machine it tells its progress first.
            assertThat(good.rest().lines().filter(line -> !line.startsWith("{\"type\":\"progress\",")))
                .singleElement().asString().startsWith("{\"hosts\":12,\"finished\":12,").endsWith("}");
            assertThat(good.awaitEnd()).isZero();
            assertThat(failing.rest()).startsWith("hosts            0 of 12 complete");
            assertThat(failing.awaitEnd()).isEqualTo(ExitStatus.FAILED);
            assertThat(failing.errors()).startsWith("murder simulate: 12 of 12 hosts were not complete after");
        }
    }

    @Test
    void reportsWrongUsageOnce() throws Exception {
        try (ToolProcess tool = simulate("none", "2M")) {
            assertThat(tool.rest()).isEmpty();
            assertThat(tool.awaitEnd()).isEqualTo(ExitStatus.USAGE);
            assertThat(tool.errors()).containsOnlyOnce("murder simulate: --hosts");
        }
    }

    @Test
    void childEndsWithKilledLauncher() throws Exception {
        // Takes far longer than the end is waited for.
        try (ToolProcess launcher = simulate("3000", "10G")) {
            ProcessHandle child = launcher.awaitChild();
            try {
                launcher.kill();
                ToolProcess.awaitEnd(child);
            } finally {
                child.destroyForcibly();
            }
        }
    }
}
