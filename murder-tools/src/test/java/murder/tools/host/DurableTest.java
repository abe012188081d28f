package murder.tools.host;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableTest {
    @TempDir
    Path folder;

    @Test
    void forcesTreeWithLockedFiles() throws Exception {
        Path below = Files.createDirectories(folder.resolve("a/b"));
        Files.createSymbolicLink(below.resolve("link"), Path.of("nowhere"));
        Path locked = Files.writeString(below.resolve("locked"), "x");
        Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("---------"));
        assertThatCode(() -> Durable.forceTree(folder)).doesNotThrowAnyException();
    }
}
