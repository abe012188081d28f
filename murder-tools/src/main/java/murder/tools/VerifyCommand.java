package murder.tools;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import murder.metainfo.Metainfo;
import murder.metainfo.PayloadVerifier;
import murder.tools.cli.Arguments;
import murder.tools.cli.Command;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.ExitStatus;
import murder.tools.cli.Json;
import murder.tools.cli.Printable;
import murder.tools.cli.ProgressLine;
import murder.tools.cli.Syntax;
import murder.tools.cli.UsageException;
import murder.tools.run.HashingProgress;

/**
 * {@code verify}: compares files on disk with a torrent.
 *
 * @param trust which torrents count, or null for any
 */
record VerifyCommand(Path torrent, Path path, TrustFlags trust, boolean json) implements Command {
    static final Syntax SYNTAX = new Syntax("verify", "compare files on disk with a torrent", """
            murder verify TORRENT PATH [--trust FILE [--tag TAG]] [--json]

        Hashes every piece on all cores and checks every file. The exit status is 0 if everything matches
        the torrent. It is 4 if something is missing or differs. The output lists the differences.

            TORRENT    the .torrent file
            PATH       the file, or the directory that holds the files
            --trust FILE
                       status 4 if 'peer --trust FILE' would refuse TORRENT here; then it hashes nothing
            --tag TAG  status 4, too, if TORRENT is signed for another tag
            --json     progress and result as JSON; the last line has valid, pieces, bad_pieces and findings
        """, List.of("TORRENT", "PATH"), 2, List.of(TrustFlags.OPTIONS), List.of("--json"));

    /** Further bad ranges and files are counted, but not named. */
    private static final int MAX_LISTED = 50;

    static VerifyCommand parse(Arguments arguments) throws UsageException {
        return new VerifyCommand(Path.of(arguments.positional(0)).toAbsolutePath(), Path.of(arguments.positional(1)).toAbsolutePath(),
            TrustFlags.parse(arguments), arguments.has("--json"));
    }

    @Override
    public int run(Context context) throws CommandException, IOException, InterruptedException {
        Metainfo metainfo = InspectCommand.read(torrent);
        if (trust != null) {
            trust.check(metainfo, torrent.toString(), path, true);
        }
        ProgressLine line = ProgressLine.of(context, json);
        PayloadVerifier.Result result = PayloadVerifier.verify(metainfo, path, 0, new HashingProgress(line, "verifying"));
        line.clear();
        int bad = result.pieceCount() - result.goodPieces().cardinality();
        if (json) {
            List<Json> findings = new ArrayList<>();
            for (PayloadVerifier.Finding finding : result.findings()) {
                findings.add(new Json().put("file", String.join("/", metainfo.files().get(finding.file()).path()))
                    .put("fault", finding.fault().name().toLowerCase(java.util.Locale.ROOT)).put("detail", finding.detail()));
            }
            context.out().println(new Json().put("valid", result.isIdentical()).put("name", metainfo.name())
                .put("info_hash", metainfo.infoHash().toString()).put("path", path.toString()).put("pieces", result.pieceCount())
                .put("bad_pieces", bad).putObjects("findings", findings));
        } else if (result.isIdentical()) {
            context.out().println("valid: " + path + " is " + InspectCommand.summary(metainfo));
        } else {
            list(result, context);
        }
        if (result.isIdentical()) {
            return ExitStatus.DONE;
        }
        throw CommandException.invalid(path + " differs from " + torrent + ": " + differences(result)
            + "; 'murder peer' fetches what is missing or wrong", null);
    }

    private static void list(PayloadVerifier.Result result, Context context) {
        int listed = 0;
        for (PayloadVerifier.Finding finding : result.findings()) {
            if (listed++ == MAX_LISTED) {
                context.out().println("... and " + (result.findings().size() - MAX_LISTED) + " more files");
                break;
            }
            context.out().println(Printable.of(finding.detail()));
        }
        String ranges = badRanges(result.goodPieces(), result.pieceCount());
        if (!ranges.isEmpty()) {
            context.out().println("bad pieces: " + ranges);
        }
    }

    /** For example {@code 3, 17-20}. */
    static String badRanges(BitSet good, int count) {
        StringBuilder text = new StringBuilder();
        int listed = 0;
        int from = good.nextClearBit(0);
        while (from < count) {
            int next = good.nextSetBit(from);
            int to = next < 0 || next > count ? count : next;
            if (listed++ == MAX_LISTED) {
                return text + " ...";
            }
            text.append(text.length() == 0 ? "" : ", ").append(from).append(to - 1 > from ? "-" + (to - 1) : "");
            from = good.nextClearBit(to);
        }
        return text.toString();
    }

    /** The damage, in a few words. */
    static String differences(PayloadVerifier.Result result) {
        int bad = result.pieceCount() - result.goodPieces().cardinality();
        StringBuilder text = new StringBuilder();
        if (bad > 0) {
            text.append(bad).append(" of ").append(result.pieceCount()).append(" pieces bad or missing");
        }
        int files = result.findings().size();
        if (files > 0) {
            text.append(bad > 0 ? ", " : "").append(files).append(files == 1 ? " file differs: " : " files differ, first: ")
                .append(Printable.of(result.findings().get(0).detail()));
        }
        return text.toString();
    }
}
