package murder.tools;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import murder.engine.TorrentStatistics;
import murder.metainfo.PayloadVerifier;
import murder.tools.cli.Arguments;
import murder.tools.cli.Command;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.ExitStatus;
import murder.tools.cli.Lifetime;
import murder.tools.cli.Printable;
import murder.tools.cli.ProcessStatus;
import murder.tools.cli.ProgressLine;
import murder.tools.cli.ProgressLine.Progress;
import murder.tools.cli.StateFolder;
import murder.tools.cli.Syntax;
import murder.tools.cli.UsageException;
import murder.tools.run.RunningTorrent;
import murder.tools.run.SeederRun;
import murder.tools.run.TransferFlags;

/**
 * {@code seed}: serves a payload until it is stopped.
 *
 * @param torrent the file
 * @param path the payload: the file, or the directory that holds many
 */
record SeedCommand(String torrent, Path path, TransferFlags flags) implements Command {
    static final Syntax SYNTAX = new Syntax("seed", "serve a payload until it is stopped", """
            murder seed TORRENT PATH [IP] [--port N] [--upload-limit RATE]

        Verifies the payload on all cores. Then it serves the payload in the foreground until SIGTERM,
        Ctrl-C or 'murder stop seeder'.

            TORRENT              the .torrent file
            PATH                 the file, or the directory that holds the files
            IP                   the address of this host that seed binds and announces; by default the
                                 address that routes to the tracker
        """ + TransferFlags.SEEDER_HELP, List.of("TORRENT", "PATH", "IP"), 2, TransferFlags.seederOptions(),
        List.of(TransferFlags.TLS));

    static SeedCommand parse(Arguments arguments) throws UsageException {
        return new SeedCommand(arguments.positional(0), Path.of(arguments.positional(1)).toAbsolutePath(),
            TransferFlags.parse(arguments, arguments.positional(2)));
    }

    @Override
    public int run(Context context) throws CommandException, IOException, InterruptedException {
        try (Lifetime lifetime = new Lifetime()) {
            return seed(lifetime, context);
        }
    }

    private int seed(Lifetime lifetime, Context context) throws CommandException, IOException, InterruptedException {
        TorrentSource source = TorrentSource.ofFile(torrent);
        SeederRun run = new SeederRun(flags, source.metainfo(), path, lifetime, context);
        run.show(ProcessStatus.starting("seeder", source.name(), source.text(), path.toString()));
        PayloadVerifier.Result result = run.verify();
        // A wrong executable bit or symbolic link harms no peer, because each peer makes its own.
        if (!result.hasAllPieces()) {
            throw CommandException.failed(path + " is not what " + torrent + " describes: " + VerifyCommand.differences(result)
                + "; restore it, or create a new torrent");
        }
        RunningTorrent running = run.start();
        try {
            // Before that the engine still checks the files and refuses peers.
            running.torrent().completion().get();
        } catch (ExecutionException e) {
            if (lifetime.isEnding()) {
                return ExitStatus.TERMINATED;
            }
            throw run.failed(e.getCause().getMessage(), e.getCause());
        }
        context.out().println("seeding " + InspectCommand.summary(source.metainfo()) + " on " + run.status().address() + ":"
            + running.port() + " (pid " + StateFolder.ownPid() + ")");
        context.out().flush();
        return run.serve(new Screen(run.line(), context));
    }

    /** Shows each trouble on its own line, and on a terminal the rate, too. */
    private static final class Screen implements SeederRun.Watcher {
        private final ProgressLine line;
        private final Context context;

        Screen(ProgressLine line, Context context) {
            this.line = line;
            this.context = context;
        }

        @Override
        public void onTick(TorrentStatistics now, String trouble) {
            if (trouble != null) {
                line.clear();
                if (!trouble.isEmpty()) {
                    context.err().println("murder seed: tracker: " + Printable.of(trouble));
                }
            }
            if (context.terminal()) {
                line.update(new Progress("seeding", 0, 0, now.uploadBytesPerSecond(), now.peers(), ""), System.nanoTime());
            }
        }
    }
}
