package murder.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastSerialTest {
    @TempDir
    Path dir;

    @Test
    void remembersTheLastOne() throws Exception {
        LastSerial serial = LastSerial.of(dir.resolve("build"));
        assertThat(serial.read()).isEqualTo(LastSerial.NONE);
        for (long number : new long[] {0, 7, 7, Long.MAX_VALUE}) {
            serial.write(number);
            assertThat(LastSerial.of(dir.resolve("x/../build")).read()).isEqualTo(number);
        }
        assertThat(LastSerial.of(dir.resolve("other")).read()).isEqualTo(LastSerial.NONE);
        assertThat(LastSerial.of(dir.resolve("none/build")).read()).isEqualTo(LastSerial.NONE);
        try (var files = Files.list(dir)) {
            assertThat(files).containsExactly(dir.resolve(".build.serial"));
        }
    }

    @Test
    void aCrashWhileWritingLosesNothing() throws Exception {
        LastSerial serial = LastSerial.of(dir.resolve("build"));
        serial.write(5);
        Path fresh = dir.resolve(".build.serial.new");
        Files.createSymbolicLink(fresh, dir.resolve("elsewhere"));
        assertThat(serial.read()).isEqualTo(5);
        serial.write(6);
        assertThat(serial.read()).isEqualTo(6);
        assertThat(dir.resolve("elsewhere")).doesNotExist();
    }

    @Test
    void refusesEmptySerialFile() throws Exception {
        LastSerial serial = LastSerial.of(dir.resolve("build"));
        for (String text : new String[] {"", "murder serial ", "murder serial 5", "murder serial -5\n", "murder serial 5\n6\n",
            "murder serial 9999999999999999999\n", "x".repeat(200)}) {
            Files.writeString(dir.resolve(".build.serial"), text);
            assertThatThrownBy(serial::read).as(text).hasMessageContaining(".build.serial does not say which serial was the last");
            assertThatThrownBy(() -> serial.write(9)).as(text).hasMessageContaining(".build.serial");
        }
    }
}
