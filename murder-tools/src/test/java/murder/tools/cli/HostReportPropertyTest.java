package murder.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import murder.tools.cli.HostReport.Member;
import murder.tools.cli.HostReport.Type;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

class HostReportPropertyTest {
    /** Reports of all types, each with members of all kinds. */
    @Provide
    Arbitrary<HostReport> reports() {
        Arbitrary<HostReport> empty = Arbitraries.of(HostReport.progress("a"), HostReport.process("peer"), HostReport.result("b"),
            HostReport.check("c", false, "d"), HostReport.removed("e"), HostReport.failure("f", "g"),
            HostReport.read("{\"type\":\"send\"}"));
        return Combinators.combine(empty, Arbitraries.strings(), Arbitraries.longs().greaterOrEqual(0),
            Arbitraries.doubles().greaterOrEqual(0), Arbitraries.doubles().between(0, 100)).as((report, text, whole, decimal, percent) ->
                report.with(Member.ERROR, text).with(Member.TAG, text).with(Member.BYTES, whole).with(Member.SECONDS, decimal)
                    .with(Member.PERCENT, percent).with(Member.STARTED, whole % 2 == 0));
    }

    @Property
    void readingUndoesWriting(@ForAll("reports") HostReport report) {
        assertThat(HostReport.read(report.toString())).isEqualTo(report).hasSameHashCodeAs(report);
    }

    @Property
    void readingFindsReportBehindAnyText(@ForAll("reports") HostReport report, @ForAll @StringLength(max = 40) String banner) {
        assertThat(HostReport.read(banner + report)).isEqualTo(report);
    }

    /** Signs of JSON come more often than chance has it. */
    @Provide
    Arbitrary<String> mutations() {
        return Arbitraries.oneOf(Arbitraries.of("", "\"", "{", "}", ":", ",", "\\", "-", "e999", "NaN", "1e999", "null", "[", "\\u", "\0"),
            Arbitraries.strings().ofMaxLength(3));
    }

    @Property(tries = 5000)
    void mutatedLinesGiveTypedReports(@ForAll("reports") HostReport report,
                                      @ForAll @Size(min = 1, max = 4) java.util.List<@IntRange(max = 999) Integer> places,
                                      @ForAll("mutations") String mutation, @ForAll @IntRange(max = 3) int removed) {
        StringBuilder line = new StringBuilder(report.toString());
        for (int place : places) {
            int at = place % (line.length() + 1);
            line.replace(at, Math.min(line.length(), at + removed), mutation);
        }
        assertIsTyped(HostReport.read(line.toString()), line.toString());
    }

    @Property
    void truncatedLinesGiveTypedReports(@ForAll("reports") HostReport report, @ForAll @IntRange(max = 999) int length) {
        String line = report.toString().substring(0, length % report.toString().length());
        assertThat(HostReport.read(line).type()).isEqualTo(Type.TEXT);
    }

    private static void assertIsTyped(HostReport report, String line) {
        if (report.type() == Type.TEXT) {
            assertThat(report.toString()).isEqualTo(line.stripTrailing());
            return;
        }
        for (Member member : Member.values()) {
            assertThat(report.whole(member, 0)).as(member.word()).isBetween(0L, (1L << 53) - 1);
            assertThat(report.decimal(member, 0)).as(member.word()).isBetween(-1.0, 1e16);
        }
        assertThat(HostReport.read(report.toString())).isEqualTo(report);
    }
}
