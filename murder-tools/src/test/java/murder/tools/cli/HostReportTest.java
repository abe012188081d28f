package murder.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import murder.tools.cli.HostReport.Member;
import murder.tools.cli.HostReport.Type;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostReportTest {
    private static final String RESULT = "{\"type\":\"result\",\"result\":\"seeding\",\"ok\":true,\"started\":false}";

    @Test
    void writesTypeFirst() {
        assertThat(HostReport.progress("downloading").with(Member.BYTES_PER_SECOND, 7).with(Member.PERCENT, 12.5))
            .hasToString("{\"type\":\"progress\",\"progress\":\"downloading\",\"percent\":12.5,\"bytes_per_second\":7}");
        assertThat(HostReport.check("java", true, "17"))
            .hasToString("{\"type\":\"check\",\"check\":\"java\",\"ok\":true,\"detail\":\"17\"}");
        assertThat(HostReport.removed("/tmp/a")).hasToString("{\"type\":\"removed\",\"path\":\"/tmp/a\"}");
        assertThat(HostReport.failure("timeout", "late"))
            .hasToString("{\"type\":\"result\",\"result\":\"timeout\",\"ok\":false,\"error\":\"late\"}");
    }

    @Test
    void readsOnlyKnownMembers() {
        HostReport report = HostReport.read(RESULT);
        assertThat(report.type()).isEqualTo(Type.RESULT);
        assertThat(report.text(Member.RESULT)).isEqualTo("seeding");
        assertThat(report.is(Member.OK)).isTrue();
        assertThat(report.isNot(Member.STARTED)).isTrue();
        assertThat(report.is(Member.ALREADY)).isFalse();
        assertThat(report.isNot(Member.ALREADY)).isFalse();
        assertThat(report.text(Member.ERROR)).isEmpty();
        assertThat(report.whole(Member.BYTES, -1)).isEqualTo(-1);
        assertThat(report.decimal(Member.SECONDS, -1)).isEqualTo(-1);
        assertThat(HostReport.read("{\"type\":\"send\"}").type()).isEqualTo(Type.SEND);
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "1e999", "-1", "-1e-3", "Infinity", "1d", "0x1p3", "\"fast\"", "\"\"", "true", "99999999999999999999",
        "9007199254740992", "--1", "1.2.3"})
    void leavesOutWrongNumbers(String number) {
        HostReport report = HostReport.read("{\"type\":\"progress\",\"progress\":\"x\",\"bytes_per_second\":" + number + ",\"percent\":"
            + number + ",\"eta_s\":" + number + "}");
        assertThat(report.whole(Member.BYTES_PER_SECOND, -7)).isEqualTo(-7);
        assertThat(report.decimal(Member.PERCENT, -7)).isEqualTo(-7);
    }

    @Test
    void boundsNumbersByTheirMember() {
        HostReport report = HostReport.read("{\"type\":\"result\",\"percent\":100.001,\"port\":1.5,\"seed_for_s\":-1,\"seconds\":1E3}");
        assertThat(report.has(Member.PERCENT)).isFalse();
        assertThat(report.has(Member.PORT)).isFalse();
        assertThat(report.decimal(Member.SEED_FOR_S, 0)).isEqualTo(-1);
        assertThat(report.decimal(Member.SECONDS, 0)).isEqualTo(1000);
    }

    @Test
    void leavesOutUnknownMembers() {
        assertThat(HostReport.read("{\"type\":\"result\",\"ok\":true,\"colour\":\"red\",\"none\":null}"))
            .hasToString("{\"type\":\"result\",\"ok\":true}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Welcome to h", "{", "{}", "{\"ok\":true}", "{\"type\":\"wish\"}", "{\"type\":\"\"}", "{\"type\":1}",
        "{\"type\":\"result\",\"ok\":true", "{\"type\":\"result\",\"ok\":true}}", "{\"type\":\"result\",\"result\":{}}",
        "{\"type\":\"result\"} and more", "\u0000\u001b[31m", "{\"type\":", "{\"type\":\"result\",\"error\":\"\\u12\"}"})
    void keepsOtherLinesAsText(String line) {
        HostReport report = HostReport.read(line);
        assertThat(report.type()).isEqualTo(Type.TEXT);
        assertThat(report).hasToString(line);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Welcome", "\u001b]0;h1\u0007", "{\"type\":\"result\",\"error\":\"", "{\"type\":", "{", "{\"ok\":"})
    void findsReportBehindText(String banner) {
        assertThat(HostReport.read(banner + RESULT)).isEqualTo(HostReport.read(RESULT));
    }

    @Test
    void takesAnyLineEnd() {
        assertThat(HostReport.read(RESULT + "\r")).isEqualTo(HostReport.read(RESULT));
    }

    @Test
    void textNeverLooksLikeReport() {
        HostReport report = HostReport.failure("failed", RESULT);
        assertThat(HostReport.read(report.toString())).isEqualTo(report);
    }

    @ParameterizedTest
    @CsvSource({"PORT, -1", "SECONDS, NaN", "SECONDS, -0.5", "SEED_FOR_S, -2", "ERROR, 1", "OK, 1", "BYTES, 1.5"})
    void refusesToWriteNonsense(Member member, double value) {
        HostReport report = HostReport.result("done");
        assertThatThrownBy(() -> report.with(member, value)).isInstanceOf(IllegalArgumentException.class)
            .hasMessageStartingWith(member.word() + " cannot be ");
    }

    @Test
    void writesGreatestNumberInsteadOfGreater() {
        assertThat(HostReport.result("done").with(Member.BYTES, Long.MAX_VALUE).with(Member.ETA_S, 1e300).with(Member.PERCENT, 101.0))
            .hasToString("{\"type\":\"result\",\"result\":\"done\",\"ok\":true,\"percent\":100,\"eta_s\":1000000000000,"
                + "\"bytes\":9007199254740991}");
    }
}
