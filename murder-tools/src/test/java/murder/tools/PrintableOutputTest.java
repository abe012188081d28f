package murder.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import murder.tools.cli.Printable;
import murder.tools.cli.ProcessStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Text from others never reaches a terminal as it is. */
class PrintableOutputTest {
    private static final String EVIL = "\u001b]0;PWNED\u0007\u202egpj\u2066x\u009b1m";
    private static final String HARMLESS = "?]0;PWNED??gpj?x?1m";

    @TempDir
    private Path state;

    @Test
    void replacesControlsAndDirectionMarks() {
        assertThat(Printable.of(EVIL)).isEqualTo(HARMLESS);
        assertThat(Printable.of("a\nb\u2028c\u200f\u061c")).isEqualTo("a?b?c??");
        assertThat(Printable.of("gr\u00fcn \u4e2d")).isEqualTo("gr\u00fcn \u4e2d");
    }

    @Test
    void statusShowsForeignTagsSafely() throws Exception {
        ProcessStatus mine = ProcessStatus.starting("seeder", EVIL, "/t", "/p").doing("seeding", 1, 0, 0, 0, EVIL).logging(EVIL);
        Files.writeString(Files.createDirectories(state.resolve("s")).resolve("seeder-" + mine.pid() + ".process.json"),
            mine.report() + "\n");
        Files.setPosixFilePermissions(state.resolve("s"), java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
        CommandRun run = CommandRun.withState(state.resolve("s"), "status");
        assertThat(run.out()).contains(HARMLESS).doesNotContain("\u001b").doesNotContain("\u202e");
    }

    @Test
    void errorsShowForeignTextSafely() {
        assertThat(CommandRun.withState(state.resolve("t"), "stop", "seeder", EVIL).err()).contains("no seeder of '" + HARMLESS);
        assertThat(CommandRun.of("inspect", "/no/" + EVIL).err()).contains(HARMLESS).doesNotContain("\u001b");
        assertThat(CommandRun.of(EVIL).err()).contains("there is no command '" + HARMLESS);
    }
}
