package murder.tools.host;

import java.io.IOException;
import java.util.List;
import murder.tools.cli.Arguments;
import murder.tools.cli.Command;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.ExitStatus;
import murder.tools.cli.Syntax;
import murder.tools.cli.UsageException;

/** {@code host torrent}: prints the torrent that {@code host pack} made. */
record TorrentCommand(DeployPayload payload) implements Command {
    static final Syntax SYNTAX = new Syntax("host torrent", "print the torrent's bytes", """
            murder host torrent --tag=TAG --temp=DIR [--archive=tgz|tar|tree]

        Writes the bytes of the torrent that 'host pack' made to standard output.
        """, List.of(), 0, DeployPayload.OPTIONS, List.of());

    static TorrentCommand parse(Arguments arguments) throws UsageException {
        return new TorrentCommand(DeployPayload.parse(arguments));
    }

    @Override
    public int run(Context context) throws CommandException, IOException {
        byte[] bytes = payload.findOwn().readTorrent().toBytes();
        context.out().write(bytes, 0, bytes.length);
        context.out().flush();
        if (context.out().checkError()) {
            throw new IOException("nobody reads the torrent");
        }
        return ExitStatus.DONE;
    }
}
