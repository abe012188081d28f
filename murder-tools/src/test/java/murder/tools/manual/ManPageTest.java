package murder.tools.manual;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import murder.tools.cli.Syntax;
import org.junit.jupiter.api.Test;

class ManPageTest {
    private static final Syntax SYNTAX = new Syntax("host pack", "make the archive", """
            murder host pack --tag=TAG
                             [--json]

        Makes TEMP/TAG.tgz.
        .gitignore is left out, and C:\\temp is a path.

            --tag=TAG   names the release,
                        for ever
            --a-very-long-option=VALUE
                        described below
            murder host pack --tag=1

        The network:
            --json      a list right behind its heading
        The end.
        """, List.of(), 0, List.of("--tag"), List.of("--json"));

    @Test
    void pageHoldsTheHelpText() {
        assertThat(ManPage.of(SYNTAX, "1.2")).isEqualTo("""
            .TH "MURDER-HOST-PACK" 1 "" "murder 1.2" "Murder for the JVM"
            .SH NAME
            murder\\-host\\-pack \\- make the archive
            .SH SYNOPSIS
            .nf
            murder host pack \\-\\-tag=TAG
                             [\\-\\-json]
            .fi
            .SH DESCRIPTION
            .PP
            Makes TEMP/TAG.tgz.
            \\&.gitignore is left out, and C:\\etemp is a path.
            .TP
            \\fB\\-\\-tag=TAG\\fR
            names the release, for ever
            .TP
            \\fB\\-\\-a\\-very\\-long\\-option=VALUE\\fR
            described below
            .PP
            .RS 4
            murder host pack \\-\\-tag=1
            .RE
            .PP
            The network:
            .TP
            \\fB\\-\\-json\\fR
            a list right behind its heading
            .PP
            The end.
            .SH "SEE ALSO"
            .BR murder (1)
            """);
    }

    @Test
    void overviewNamesMurderItself() {
        assertThat(ManPage.overview("It deploys.\n\n    peer    fetches\n", "1.2")).startsWith(".TH \"MURDER\" 1 ")
            .contains(".SH DESCRIPTION\n.PP\nIt deploys.\n.TP\n\\fBpeer\\fR\nfetches\n");
    }
}
