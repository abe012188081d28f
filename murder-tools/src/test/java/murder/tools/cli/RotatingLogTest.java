package murder.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RotatingLogTest {
    @TempDir
    private Path temporary;

    @Test
    void keepsNewestBytes() throws IOException {
        Path file = temporary.resolve("peer-7.log");
        try (RotatingLog log = new RotatingLog(file.toFile(), 10, 3)) {
            for (int i = 0; i < 8; i++) {
                log.write(("line " + i + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }
        assertThat(file).hasContent("line 6\nline 7\n");
        assertThat(temporary.resolve("peer-7.1.log")).hasContent("line 4\nline 5\n");
        assertThat(temporary.resolve("peer-7.2.log")).hasContent("line 2\nline 3\n");
        assertThat(temporary).isDirectoryNotContaining("glob:**peer-7.3.log");
    }

    @Test
    void appendsToExistingLog() throws IOException {
        Path file = Files.writeString(temporary.resolve("seeder-1.log"), "old\n");
        try (RotatingLog log = new RotatingLog(file.toFile(), 10, 2)) {
            log.write('a');
        }
        assertThat(file).hasContent("old\na");
    }

    @Test
    void keepsFileForOtherAppenders() throws IOException {
        Path file = temporary.resolve("tracker-1.log");
        try (RotatingLog log = new RotatingLog(file.toFile(), 4, 2);
             var jvm = Files.newOutputStream(file, StandardOpenOption.APPEND)) {
            log.write("1234".getBytes(StandardCharsets.UTF_8));
            log.write("5".getBytes(StandardCharsets.UTF_8));
            jvm.write("6".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(file).hasContent("56");
    }
}
