package murder.disk;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForcingTest {
    @TempDir
    Path folder;

    @Test
    void forcesManyFilesAndTheirFolder() throws Exception {
        List<Path> paths = new ArrayList<>(List.of(folder));
        for (int i = 0; i < 100; i++) {
            paths.add(Files.writeString(folder.resolve("f" + i), "x"));
        }
        assertThatCode(() -> Forcing.force(paths)).doesNotThrowAnyException();
        assertThatCode(() -> Forcing.force(List.of())).doesNotThrowAnyException();
    }

    @Test
    void forcesFileThatIsOnlyWritable() throws Exception {
        Path file = Files.writeString(folder.resolve("f"), "x");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("-w-------"));
        assertThatCode(() -> Forcing.force(file)).doesNotThrowAnyException();
    }

    @Test
    void missingFileFails() throws Exception {
        Path missing = folder.resolve("missing");
        assertThatThrownBy(() -> Forcing.force(List.of(folder, missing))).isInstanceOf(NoSuchFileException.class)
            .hasMessageContaining(missing.toString());
    }
}
