package murder.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessFileTest {
    @TempDir
    private Path temporary;

    private final ProcessStatus self = ProcessStatus.starting("seeder", "build", "", "");

    @Test
    void removedStateFolderIsMadeAgain() throws Exception {
        StateFolder folder = StateFolder.open(Map.of("MURDER_STATE", temporary.resolve("state").toString()));
        try (Lifetime lifetime = new Lifetime()) {
            ProcessFile file = ProcessFile.create(folder, self, lifetime);
            Trees.delete(folder.path());
            file.write(self);
            assertThat(folder.processes()).containsExactly(self);
        }
    }

    @Test
    void reportsUnwritableFileOnce() throws Exception {
        Path state = temporary.resolve("state");
        StateFolder folder = StateFolder.open(Map.of("MURDER_STATE", state.toString()));
        PrintStream err = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try (Lifetime lifetime = new Lifetime()) {
            ProcessFile file = ProcessFile.create(folder, self, lifetime);
            System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
            Trees.delete(state);
            Files.createFile(state);
            file.write(self);
            file.write(self);
            Files.delete(state);
            file.write(self);
            assertThat(folder.processes()).containsExactly(self);
        } finally {
            System.setErr(err);
        }
        assertThat(said.toString(StandardCharsets.UTF_8).lines().toList()).hasSize(2)
            .satisfies(lines -> assertThat(lines.get(0)).contains(".process.json").contains("continues"))
            .satisfies(lines -> assertThat(lines.get(1)).endsWith("can be written again"));
    }
}
