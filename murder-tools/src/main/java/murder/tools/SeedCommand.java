package murder.tools;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import murder.engine.TorrentOptions;
import murder.engine.TorrentState;
import murder.engine.TorrentStatistics;
import murder.metainfo.Metainfo;
import murder.metainfo.PayloadVerifier;
import murder.tools.cli.Arguments;
import murder.tools.cli.Command;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.ExitStatus;
import murder.tools.cli.Lifetime;
import murder.tools.cli.Printable;
import murder.tools.cli.ProcessFile;
import murder.tools.cli.ProcessStatus;
import murder.tools.cli.ProgressLine;
import murder.tools.cli.ProgressLine.Progress;
import murder.tools.cli.StateFolder;
import murder.tools.cli.Syntax;
import murder.tools.cli.UsageException;
import murder.tools.run.HashingProgress;
import murder.tools.run.LocalAddress;
import murder.tools.run.RunningTorrent;

/**
 * {@code seed}: serves a payload until it is stopped.
 *
 * @param torrent the file
 * @param path the payload: the file, or the directory that holds many
 * @param ip bound and announced; null for the one that routes to the tracker
 * @param port listened on, 0 for a free one
 * @param uploadLimit bytes per second, 0 for none
 */
record SeedCommand(String torrent, Path path, String ip, int port, long uploadLimit) implements Command {
    static final Syntax SYNTAX = new Syntax("seed", "serve a payload until it is stopped", """
            murder seed TORRENT PATH [IP] [--port N] [--upload-limit RATE]

        Verifies the payload on all cores, then serves it in the foreground until SIGTERM, Ctrl-C or 'murder stop seeder'.

            TORRENT              the .torrent file
            PATH                 the file, or the directory that holds the files
            IP                   this host's address, bound and announced; by default the one that routes to the tracker
            --port N             listen on this port; by default on a free one
            --upload-limit RATE  at most so much, such as 200Mbit or 25M (bytes per second); 0, the default, is no limit
        """, List.of("TORRENT", "PATH", "IP"), 2, List.of("--port", "--upload-limit"), List.of());

    private static final long SECOND_NS = 1_000_000_000L;

    static SeedCommand parse(Arguments arguments) throws UsageException {
        return new SeedCommand(arguments.positional(0), Path.of(arguments.positional(1)).toAbsolutePath(), arguments.positional(2),
            arguments.port(0), arguments.rate("--upload-limit"));
    }

    @Override
    public int run(Context context) throws CommandException, IOException, InterruptedException {
        try (Lifetime lifetime = new Lifetime()) {
            return seed(lifetime, context);
        }
    }

    private int seed(Lifetime lifetime, Context context) throws CommandException, IOException, InterruptedException {
        TorrentSource source = TorrentSource.ofFile(torrent);
        InetAddress address = ip == null ? LocalAddress.routeTo(source.contact()) : LocalAddress.parse(ip);
        StateFolder folder = StateFolder.open(context.env());
        folder.prune(System.currentTimeMillis());
        ProcessFile processFile = ProcessFile.create(folder,
            ProcessStatus.starting("seeder", source.name(), source.text(), path.toString()).doing("verifying", 0, 0, 0, 0, ""));
        lifetime.onEnd(processFile);
        ProgressLine line = ProgressLine.of(context, false);
        verify(source.metainfo(), line);
        RunningTorrent running = RunningTorrent.start(lifetime, processFile, address, port,
            TorrentOptions.seed(source.metainfo(), path).uploadBytesPerSecond(uploadLimit).build());
        try {
            // Before that the engine still looks at the files and turns peers away.
            running.torrent().completion().get();
        } catch (ExecutionException e) {
            if (lifetime.isEnding()) {
                return ExitStatus.TERMINATED;
            }
            throw CommandException.failed("seeding of " + path + " failed: " + e.getCause().getMessage(), e.getCause());
        }
        context.out().println("seeding " + InspectCommand.summary(source.metainfo()) + " on " + processFile.status().address() + ":"
            + running.port() + " (pid " + ProcessHandle.current().pid() + ")");
        context.out().flush();
        String trouble = "";
        do {
            TorrentStatistics now = running.torrent().statistics();
            running.record(now);
            if (now.state() == TorrentState.FAILED) {
                line.clear();
                throw CommandException.failed("seeding of " + path + " failed: " + now.error());
            }
            if (!now.lastTrackerError().equals(trouble)) {
                trouble = now.lastTrackerError();
                line.clear();
                if (!trouble.isEmpty()) {
                    context.err().println("murder seed: tracker: " + Printable.of(trouble));
                }
            }
            if (context.terminal()) {
                line.update(new Progress("seeding", 0, 0, now.uploadBytesPerSecond(), now.peers(), ""), System.nanoTime());
            }
        } while (!lifetime.awaitEnd(SECOND_NS));
        return ExitStatus.TERMINATED;
    }

    private void verify(Metainfo metainfo, ProgressLine line) throws CommandException, IOException, InterruptedException {
        PayloadVerifier.Result result = PayloadVerifier.verify(metainfo, path, 0, new HashingProgress(line, "verifying"));
        line.clear();
        // A wrong executable bit or symlink harms no peer, as each makes its own.
        if (!result.hasAllPieces()) {
            throw CommandException.failed(path + " is not what " + torrent + " describes: " + VerifyCommand.differences(result)
                + "; restore it, or make the torrent anew");
        }
    }
}
