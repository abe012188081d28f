package murder.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import murder.engine.TorrentStatistics;
import murder.tools.cli.Arguments;
import murder.tools.cli.Command;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.HostReport.Member;
import murder.tools.cli.Lifetime;
import murder.tools.cli.Printable;
import murder.tools.cli.ProcessStatus;
import murder.tools.cli.Quantities;
import murder.tools.cli.Reported;
import murder.tools.cli.Syntax;
import murder.tools.cli.UsageException;
import murder.tools.run.PeerRun;
import murder.tools.run.TransferFlags;
import murder.trust.LastSerial;
import murder.trust.ReleasePolicy.Accepted;

/**
 * {@code peer}: fetches a payload and seeds it for a while. Runs in the background process of
 * {@link BackgroundLauncher}, or with {@code --foreground} in the user's own.
 *
 * @param torrent a file or a magnet link
 * @param path the file, or the directory that receives many
 * @param trust which torrents it takes, or null for any
 */
record PeerCommand(String torrent, Path path, TrustFlags trust, TransferFlags flags) implements Command {
    static final Syntax SYNTAX = new Syntax("peer", "fetch a payload, pass it on, return when it is complete", """
            murder peer TORRENT PATH [IP] [--port N] [--seed-for 30s] [--foreground] [--timeout DURATION]
                        [--upload-limit RATE] [--download-limit RATE] [--zone NAME]
                        [--trust FILE [--tag TAG]] [--json]

        Fetches the payload of TORRENT to PATH and passes its pieces on to other peers. Returns as soon as
        every byte is verified and in place. The same engine then seeds in the background, over the same
        connections. After an interruption the same command continues and fetches no verified piece again.
        Incomplete files have '.part' behind their names.

            TORRENT              the .torrent file, its URL, or a magnet link
                                 (magnet:?xt=urn:btih:...&tr=URL)
            PATH                 the file to write; for a torrent of many files the directory for them
            IP                   the address of this host that peer binds and announces; by default the
                                 address that routes to the tracker
            --trust FILE         accept TORRENT only if a key in FILE signed it ('create --sign'), if it has
                                 not expired, and if no newer one went to PATH before. Otherwise fetch
                                 nothing. FILE has lines of allowed_signers, see ssh-keygen(1). The last
                                 serial lies beside PATH, in .NAME.serial
            --tag TAG            accept TORRENT only if it is signed for this tag
            --foreground         do not return: seed in this process until it is stopped, or as long as
                                 --seed-for says
            --json               progress and result as JSON, one object a line, the last one the result
        """ + TransferFlags.PEER_HELP + """

        'murder status' also shows peers in the background, and 'murder stop peer' ends them. The
        environment variable MURDER_JAVA_OPTS can name further options for the JVM in the background.
        """, List.of("TORRENT", "PATH", "IP"), 2, TransferFlags.peerOptions(TrustFlags.OPTIONS),
        List.of("--foreground", TransferFlags.TLS, "--json"));

    static Command parse(Arguments arguments) throws UsageException {
        TransferFlags flags = TransferFlags.parse(arguments, arguments.positional(2));
        return new Reported(new PeerCommand(arguments.positional(0), Path.of(arguments.positional(1)).toAbsolutePath(),
            TrustFlags.parse(arguments), flags),
            flags.json());
    }

    @Override
    public int run(Context context) throws CommandException, IOException, InterruptedException {
        if (trust != null) {
            trust.preload();
        }
        try (Lifetime lifetime = new Lifetime()) {
            PeerRun run = new PeerRun(flags, lifetime, context);
            TorrentSource source = source();
            final FutureTask<Accepted> check = trust == null ? null : beginCheck(source);
            checkTarget(source);
            run.checkAlone(path);
            run.listen(ProcessStatus.starting("peer", source.name(), source.text(), path.toString()), source.contact());
            final long serial = check == null ? LastSerial.NONE : serial(check);
            makeParent();
            if (serial >= 0) {
                // Before the first byte: after an interruption no older release may follow.
                LastSerial.of(path).write(serial);
            }
            run.start(source.download(path).resumeFile(run.folder().resumeFile(source.infoHash(), path)));
            report(run, run.fetch(""), context);
            return run.seed();
        }
    }

    private FutureTask<Accepted> beginCheck(TorrentSource source) throws CommandException {
        if (source.metainfo() == null) {
            throw CommandException.failed("a magnet link carries no signature, so --trust refuses it; name the .torrent file or its URL");
        }
        return trust.beginCheck(source.metainfo(), source.text(), path);
    }

    /**
     * Waits for the end of the check. Until then nothing is announced, fetched or written.
     *
     * @return the serial of the release
     */
    private static long serial(FutureTask<Accepted> check) throws CommandException, IOException, InterruptedException {
        try {
            return check.get().terms().serial();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CommandException refused) {
                throw refused;
            } else if (e.getCause() instanceof IOException failed) {
                throw failed;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private TorrentSource source() throws CommandException, IOException {
        try {
            return TorrentSource.open(torrent);
        } catch (UsageException e) {
            throw CommandException.failed(e.getMessage(), e);
        }
    }

    /** Checks the shape of PATH, which the engine cannot know. */
    private void checkTarget(TorrentSource source) throws CommandException {
        if (source.metainfo() != null && source.metainfo().isSingleFile() == Files.isDirectory(path) && Files.exists(path)) {
            throw CommandException.failed(source.metainfo().isSingleFile()
                ? path + " is a directory, but the torrent is one file; name the file, such as " + path.resolve(source.name())
                : path + " is a file, but the torrent has many; name a directory");
        }
    }

    private void makeParent() throws IOException {
        if (path.getParent() != null) {
            Files.createDirectories(path.getParent());
        }
    }

    private void report(PeerRun run, TorrentStatistics now, Context context) {
        Duration took = run.elapsed();
        String name = run.running().torrent().metainfo().orElseThrow().name();
        if (flags.json()) {
            context.out().println(run.result(path, took, now).with(Member.NAME, name)
                .with(Member.HASH_FAILED_BYTES, now.hashFailedBytes()));
        } else {
            context.out().println("complete: " + Printable.of(name) + ", " + Quantities.bytes(now.length()) + " verified in " + path
                + " after " + Quantities.time(took) + " (fetched " + Quantities.bytes(now.downloadedBytes()) + ", "
                + Quantities.rate(now.downloadedBytes() * 1000 / Math.max(1, took.toMillis())) + "); " + run.seeding());
        }
        context.out().flush();
    }
}
