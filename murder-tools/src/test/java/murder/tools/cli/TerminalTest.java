package murder.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TerminalTest {
    /** Process group and the terminal's foreground group, as proc(5) has them. */
    @ParameterizedTest
    @CsvSource({"4711, 4711, true", "4711, 4000, false", "4711, -1, true"})
    void backgroundProcessDoesNotDraw(String group, String foreground, boolean ours) {
        String stat = "4720 (a) b) S 4000 " + group + " 4000 34816 " + foreground + " 4194304 1 2 3";
        assertThat(Terminal.isOurs(new ProcStat(stat))).isEqualTo(ours);
    }
}
