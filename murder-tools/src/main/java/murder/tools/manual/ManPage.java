package murder.tools.manual;

import java.util.Locale;
import murder.tools.cli.Syntax;

/**
 * A help text as a man page of section 1, in the macros of man(7). The same text gives the same
 * bytes: no date is in it.
 */
public final class ManPage {
    private final StringBuilder page = new StringBuilder();

    private ManPage(String name, String summary, String version) {
        page.append(".TH \"").append(name.toUpperCase(Locale.ROOT)).append("\" 1 \"\" \"murder ").append(version)
            .append("\" \"Murder for the JVM\"\n.SH NAME\n").append(escape(name + " - "))
            .append(escape(summary)).append('\n');
    }

    /**
     * The page of a command.
     *
     * @param syntax of the command
     * @param version of murder
     * @return the page
     */
    public static String of(Syntax syntax, String version) {
        ManPage made = new ManPage("murder-" + syntax.name().replace(' ', '-'), syntax.summary(), version);
        made.page.append(".SH SYNOPSIS\n.nf\n").append(escape(syntax.usage().stripIndent())).append("\n.fi\n.SH DESCRIPTION\n");
        made.parts(syntax.help().substring(syntax.usage().length()));
        made.page.append(".SH \"SEE ALSO\"\n.BR murder (1)\n");
        return made.page.toString();
    }

    /**
     * The page of murder itself.
     *
     * @param overview the text of {@code murder help}
     * @param version of murder
     * @return the page
     */
    public static String overview(String overview, String version) {
        ManPage made = new ManPage("murder", "brings a build to every host of a fleet by BitTorrent", version);
        made.page.append(".SH SYNOPSIS\n.nf\nmurder COMMAND [ARGUMENT ...]\n.fi\n.SH DESCRIPTION\n");
        made.parts(overview);
        made.page.append(".SH \"SEE ALSO\"\nEach command has a page: \\fBmurder\\-COMMAND\\fR(1).\n");
        return made.page.toString();
    }

    private void parts(String text) {
        for (HelpText.Part part : HelpText.parts(text)) {
            if (part.entries().isEmpty()) {
                page.append(".PP\n").append(escape(part.paragraph())).append('\n');
            }
            for (HelpText.Entry entry : part.entries()) {
                if (entry.description().isEmpty()) {
                    page.append(".PP\n.RS 4\n").append(escape(entry.term())).append("\n.RE\n");
                } else {
                    page.append(".TP\n\\fB").append(escape(entry.term())).append("\\fR\n").append(escape(entry.description())).append('\n');
                }
            }
        }
    }

    /** Escapes dashes, and lines that look like requests of roff. */
    private static String escape(String text) {
        String escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("\n.", "\n\\&.").replace("\n'", "\n\\&'");
        return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
    }
}
