package murder.tools.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import murder.tools.cli.HostReport;
import org.junit.jupiter.api.Test;

class FailureReasonTest {
    private static String of(int status, String... tail) {
        return FailureReason.of(status, HostRun.NO_RESULT, List.of(), Arrays.asList(tail));
    }

    @Test
    void prefersReportedError() {
        assertThat(FailureReason.of(1, HostReport.failure("failed", "no space"), List.of(), List.of("murder host: other")))
            .isEqualTo("no space");
        assertThat(of(1, "bash: warning: setlocale", "murder host: /srv/x is not empty", "bye")).isEqualTo("/srv/x is not empty");
    }

    @Test
    void namesAllFailedChecks() {
        assertThat(FailureReason.of(1, HostReport.failure("checked", "first"), List.of(HostReport.check("java", true, "17"),
            HostReport.check("temp", false, "full"), HostReport.check("clock", false, "late")), List.of()))
            .isEqualTo("temp: full; clock: late");
    }

    @Test
    void knownFailuresHaveRemedies() {
        assertThat(of(127, "sh: 1: exec: java: not found")).contains("java does not run there", "set java =");
        assertThat(of(1, "Error: LinkageError occurred", "java.lang.UnsupportedClassVersionError: murder/tools/Main", "\tat x"))
            .contains("java is too old");
        assertThat(of(1, "Error: Unable to access jarfile /opt/murder-tools.jar")).isEqualTo(
            "murder is not there (/opt/murder-tools.jar); run the task distribute_files first");
        assertThat(of(255, "Welcome!", "deploy@h: Permission denied (publickey).")).isEqualTo(
            "ssh: deploy@h: Permission denied (publickey).");
        assertThat(of(255, "ssh: connect to host h port 22: Connection refused"))
            .isEqualTo("ssh: connect to host h port 22: Connection refused");
        assertThat(of(2, "murder host pack: the tag is too long")).isEqualTo("the tag is too long");
        assertThat(of(255)).isEqualTo("ssh failed without a message");
    }

    @Test
    void fallsBackToLastLine() {
        assertThat(of(3, "one", "two")).isEqualTo("two (status 3)");
        assertThat(of(137)).isEqualTo("ended with status 137 and no message");
        assertThat(of(1, "a\u001b[31mred" + "x".repeat(1000))).startsWith("a?[31mredx").hasSizeLessThan(310);
    }
}
