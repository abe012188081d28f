package murder.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import murder.tools.cli.ProgressLine.Mode;
import murder.tools.cli.ProgressLine.Progress;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
    private static final long MS = 1_000_000;
    private static final Progress HALF = new Progress("downloading", 50 << 20, 100 << 20, 10 << 20, 8, "");

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private ProgressLine line(Mode mode) {
        return new ProgressLine(new PrintStream(bytes, true, StandardCharsets.UTF_8), mode, 0);
    }

    private String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void showsAllFigures() {
        assertThat(HALF.text()).isEqualTo("downloading  50.0 %  50.0 MiB of 100.0 MiB  10.0 MiB/s  8 peers  ETA 5.0 s");
        assertThat(HALF.report()).hasToString("{\"type\":\"progress\",\"progress\":\"downloading\",\"percent\":50,\"done\":52428800,"
            + "\"length\":104857600,\"bytes_per_second\":10485760,\"peers\":8,\"eta_s\":5}");
    }

    @Test
    void skipsUnknownFigures() {
        assertThat(new Progress("fetching metadata", 0, 0, 0, 1, "no tracker").text())
            .isEqualTo("fetching metadata  1 peer  (no tracker)");
        assertThat(new Progress("verifying", 0, 10, 0).text()).isEqualTo("verifying  0.0 %  0 B of 10 B  0 B/s");
    }

    @Test
    void printsPlainLineEveryFiveSeconds() {
        ProgressLine line = line(Mode.PLAIN);
        line.update(HALF, 0);
        line.update(HALF, 5000 * MS - 1);
        assertThat(printed()).isEmpty();
        line.update(HALF, 5000 * MS);
        line.update(HALF, 5001 * MS);
        assertThat(printed()).isEqualTo(HALF.text() + System.lineSeparator());
        line.clear();
        assertThat(printed()).isEqualTo(HALF.text() + System.lineSeparator());
    }

    @Test
    void rewritesAndRemovesTerminalLine() {
        ProgressLine line = line(Mode.TERMINAL);
        line.update(HALF, 200 * MS);
        line.update(HALF, 399 * MS);
        line.update(HALF, 400 * MS);
        String once = "\r" + HALF.text() + "\u001b[K";
        assertThat(printed()).isEqualTo(once + once);
        line.clear();
        line.clear();
        assertThat(printed()).isEqualTo(once + once + "\r\u001b[K");
    }

    @Test
    void programsGetAnObjectEachSecond() {
        ProgressLine line = line(Mode.JSON);
        line.update(HALF, 1000 * MS);
        line.update(HALF, 1999 * MS);
        assertThat(printed()).isEqualTo(HALF.report() + System.lineSeparator());
    }
}
