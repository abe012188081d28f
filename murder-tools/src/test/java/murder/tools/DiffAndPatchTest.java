package murder.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiffAndPatchTest {
    @TempDir
    private Path folder;

    private String old;
    private String fresh;
    private String patch;
    private String made;

    @BeforeEach
    void releases() throws IOException {
        old = folder.resolve("old").toString();
        fresh = folder.resolve("new").toString();
        patch = folder.resolve("patch").toString();
        made = folder.resolve("made").toString();
        byte[] bytes = new byte[500_000];
        new Random(1).nextBytes(bytes);
        Files.write(Files.createDirectory(Path.of(old)).resolve("app"), bytes);
        bytes[250_000]++;
        Files.write(Files.createDirectory(Path.of(fresh)).resolve("app"), bytes);
    }

    @Test
    void patchMakesNewRelease() {
        CommandRun diff = CommandRun.of("diff", old, fresh, patch);
        assertThat(diff.err()).isEmpty();
        assertThat(diff.out()).startsWith("made " + patch + ": ").contains(" in place of 488.2 KiB");
        CommandRun run = CommandRun.of("patch", old, patch, made, "--json");
        assertThat(run.status()).isZero();
        assertThat(run.result()).containsEntry("result", "made").containsEntry("bytes", "500000");
        assertThat(Path.of(made, "app")).hasSameBinaryContentAs(Path.of(fresh, "app"));
        CommandRun again = CommandRun.of("patch", old, patch, made);
        assertThat(again.status()).isEqualTo(1);
        assertThat(again.err()).contains("is there already");
    }

    @Test
    void wrongBaseHasStatusFour() {
        assertThat(CommandRun.of("diff", old, fresh, patch).status()).isZero();
        CommandRun run = CommandRun.of("patch", fresh, patch, made);
        assertThat(run.status()).isEqualTo(4);
        assertThat(run.err()).contains("not the release from which this patch was made");
        assertThat(Path.of(made)).doesNotExist();
    }

    @Test
    void missingReleaseHasStatusOne() {
        CommandRun run = CommandRun.of("diff", old, folder.resolve("nowhere").toString(), patch);
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("no patch was made").contains("nowhere");
        assertThat(Path.of(patch)).doesNotExist();
    }
}
