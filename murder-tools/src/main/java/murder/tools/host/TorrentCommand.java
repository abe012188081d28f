package murder.tools.host;

import java.io.IOException;
import java.util.List;
import murder.metainfo.Metainfo;
import murder.tools.cli.Arguments;
import murder.tools.cli.Command;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.ExitStatus;
import murder.tools.cli.HostReport;
import murder.tools.cli.HostReport.Member;
import murder.tools.cli.Syntax;
import murder.tools.cli.UsageException;

/** {@code host torrent}: prints the torrent that {@code host pack} made. */
record TorrentCommand(DeployPayload payload, boolean json) implements Command {
    static final Syntax SYNTAX = new Syntax("host torrent", "print the torrent's bytes", """
            murder host torrent --tag=TAG --temp=DIR [--archive=tgz|tar|tree] [--json]

        Writes the torrent that 'host pack' made to standard output. With --json it prints the bytes as
        lines of base64.
        """, List.of(), 0, DeployPayload.OPTIONS, List.of("--json"));

    /** A line must stay below the length at which its readers cut it. */
    private static final int BYTES_PER_LINE = 8 << 10;

    static TorrentCommand parse(Arguments arguments) throws UsageException {
        return new TorrentCommand(DeployPayload.parse(arguments), arguments.has("--json"));
    }

    @Override
    public int run(Context context) throws CommandException, IOException {
        Metainfo metainfo = payload.findOwn().readTorrent();
        byte[] bytes = metainfo.toBytes();
        if (json) {
            for (int from = 0; from < bytes.length; from += BYTES_PER_LINE) {
                context.out().println(HostReport.data(bytes, from, Math.min(bytes.length, from + BYTES_PER_LINE)));
            }
            context.out().println(HostReport.result("printed").with(Member.INFO_HASH, metainfo.infoHash().toString())
                .with(Member.BYTES, bytes.length));
        } else {
            context.out().write(bytes, 0, bytes.length);
        }
        context.out().flush();
        if (context.out().checkError()) {
            throw new IOException("there is no reader for the torrent");
        }
        return ExitStatus.DONE;
    }
}
