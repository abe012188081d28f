package murder.tools;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import murder.engine.TorrentOptions;
import murder.engine.TorrentStatistics;
import murder.tools.cli.Arguments;
import murder.tools.cli.Command;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.ExitStatus;
import murder.tools.cli.Failures;
import murder.tools.cli.HostReport;
import murder.tools.cli.HostReport.Member;
import murder.tools.cli.Lifetime;
import murder.tools.cli.Printable;
import murder.tools.cli.ProcessFile;
import murder.tools.cli.ProcessStatus;
import murder.tools.cli.Quantities;
import murder.tools.cli.StateFolder;
import murder.tools.cli.Syntax;
import murder.tools.cli.UsageException;
import murder.tools.run.Download;
import murder.tools.run.LocalAddress;
import murder.tools.run.RunningTorrent;

/**
 * {@code peer}: fetches a payload and seeds it for a while. Runs in the background process of {@link PeerLauncher}, or with
 * {@code --foreground} in the user's own.
 *
 * @param torrent a file or a magnet link
 * @param path the file, or the directory that receives many
 * @param ip bound and announced; null for the one that routes to the tracker
 * @param port listened on, 0 for a free one
 * @param seedFor how long to seed after the end; null if the command line does not say
 * @param foreground whether this process stays
 * @param timeout when to give up; null for never
 * @param uploadLimit bytes per second, 0 for none
 * @param downloadLimit bytes per second, 0 for none
 * @param zone of this host, or empty
 * @param json whether programs read the output
 */
record PeerCommand(String torrent, Path path, String ip, int port, Duration seedFor, boolean foreground, Duration timeout,
                   long uploadLimit, long downloadLimit, String zone, boolean json) implements Command {
    static final Syntax SYNTAX = new Syntax("peer", "fetch a payload, pass it on, return when it is whole", """
            murder peer TORRENT PATH [IP] [--port N] [--seed-for 30s] [--foreground] [--timeout DURATION]
                        [--upload-limit RATE] [--download-limit RATE] [--zone NAME] [--json]

        Fetches the payload of TORRENT to PATH and passes on to other peers what it has. Returns as soon as every byte is verified
        and in place; the same engine goes on seeding in the background, its connections unbroken. One that was interrupted goes on
        where it was: what is verified is not fetched again. Files have '.part' behind their names until they are whole.

            TORRENT            the .torrent file, or a magnet link (magnet:?xt=urn:btih:...&tr=URL)
            PATH               the file to write; for a torrent of many files the directory that receives them
            IP                 this host's address, bound and announced; by default the one that routes to the tracker
            --port N           listen on this port; by default on a free one
            --seed-for TIME    how long to seed after the end (30s); with --foreground until it is stopped, unless this says otherwise
            --foreground       stay in this process instead of returning
            --timeout TIME     give up after this time with status 3; what is there is kept for the next run
            --upload-limit RATE, --download-limit RATE
                               at most so much, such as 20Mbit or 5M (bytes per second); 0, the default, is no limit
            --zone NAME        the rack or site of this host, for trackers that prefer near peers
            --json             progress and result as JSON, one object a line, the last one the result

        'murder status' shows peers in the background too, 'murder stop peer' ends them. The background process's JVM takes further
        options from the environment variable MURDER_JAVA_OPTS.
        """, List.of("TORRENT", "PATH", "IP"), 2,
        List.of("--port", "--seed-for", "--timeout", "--upload-limit", "--download-limit", "--zone"), List.of("--foreground", "--json"));

    static PeerCommand parse(Arguments arguments) throws UsageException {
        return new PeerCommand(arguments.positional(0), Path.of(arguments.positional(1)).toAbsolutePath(), arguments.positional(2),
            arguments.port(0), arguments.duration("--seed-for", null), arguments.has("--foreground"),
            arguments.duration("--timeout", null), arguments.rate("--upload-limit"), arguments.rate("--download-limit"),
            arguments.text("--zone", ""), arguments.has("--json"));
    }

    @Override
    public int run(Context context) throws CommandException, IOException, InterruptedException {
        try (Lifetime lifetime = new Lifetime()) {
            return fetch(lifetime, context);
        } catch (CommandException e) {
            failed(e.status() == ExitStatus.TIMED_OUT ? "timeout" : "failed", e.getMessage(), context);
            throw e;
        } catch (IOException e) {
            failed("failed", Failures.describe(e), context);
            throw e;
        }
    }

    private void failed(String result, String error, Context context) {
        if (json) {
            context.out().println(HostReport.failure(result, error));
        }
    }

    private int fetch(Lifetime lifetime, Context context) throws CommandException, IOException, InterruptedException {
        long startNs = System.nanoTime();
        TorrentSource source = source();
        StateFolder folder = StateFolder.open(context.env());
        folder.prune(System.currentTimeMillis());
        checkTarget(source, folder);
        InetAddress address = ip == null ? LocalAddress.routeTo(source.contact()) : LocalAddress.parse(ip);
        ProcessFile processFile = ProcessFile.create(folder,
            ProcessStatus.starting("peer", source.name(), source.text(), path.toString()).logging(context.logPath()));
        lifetime.onEnd(processFile);
        TorrentOptions options = source.download(path).resumeFile(folder.resumeFile(source.infoHash(), path)).zone(zone)
            .uploadBytesPerSecond(uploadLimit).downloadBytesPerSecond(downloadLimit).build();
        RunningTorrent running = RunningTorrent.start(lifetime, processFile, address, port, options);
        Download download = new Download(running, lifetime);
        TorrentStatistics result = download.await(timeout, startNs, context, json);
        Duration took = Duration.ofNanos(System.nanoTime() - startNs);
        report(running, result, took, context);
        running.record(running.torrent().statistics());
        if (context.isLaunched()) {
            context.caller().tell(ExitStatus.DONE);
        }
        download.seed(seedsUntilStopped() ? null : seedTime());
        return lifetime.isEnding() ? ExitStatus.TERMINATED : ExitStatus.DONE;
    }

    private TorrentSource source() throws CommandException, IOException {
        try {
            return TorrentSource.open(torrent);
        } catch (UsageException e) {
            throw CommandException.failed(e.getMessage(), e);
        }
    }

    /** What the engine cannot know: that the shape of PATH is wrong, or that another process writes there. */
    private void checkTarget(TorrentSource source, StateFolder folder) throws CommandException, IOException {
        if (source.metainfo() != null && source.metainfo().isSingleFile() == Files.isDirectory(path) && Files.exists(path)) {
            throw CommandException.failed(source.metainfo().isSingleFile()
                ? path + " is a directory, but the torrent is one file; name the file, such as " + path.resolve(source.name())
                : path + " is a file, but the torrent has many; name a directory");
        }
        Download.checkAlone(path, folder);
        if (path.getParent() != null) {
            Files.createDirectories(path.getParent());
        }
    }

    private void report(RunningTorrent running, TorrentStatistics result, Duration took, Context context) {
        String name = running.torrent().metainfo().orElseThrow().name();
        long millis = Math.max(1, took.toMillis());
        if (json) {
            context.out().println(HostReport.result("complete").with(Member.NAME, name)
                .with(Member.INFO_HASH, running.torrent().infoHash().toString()).with(Member.PATH, path.toString())
                .with(Member.BYTES, result.length()).with(Member.SECONDS, millis / 1000.0)
                .with(Member.DOWNLOADED_BYTES, result.downloadedBytes()).with(Member.UPLOADED_BYTES, result.uploadedBytes())
                .with(Member.WASTED_BYTES, result.wastedBytes()).with(Member.HASH_FAILED_BYTES, result.hashFailedBytes())
                .with(Member.PEERS, result.peers()).with(Member.PORT, running.port()).with(Member.PID, ProcessHandle.current().pid())
                .with(Member.SEED_FOR_S, seedsUntilStopped() ? -1.0 : seedTime().toMillis() / 1000.0));
        } else {
            context.out().println("complete: " + Printable.of(name) + ", " + Quantities.bytes(result.length()) + " verified in " + path
                + " after " + Quantities.time(took) + " (fetched " + Quantities.bytes(result.downloadedBytes()) + ", "
                + Quantities.rate(result.downloadedBytes() * 1000 / millis) + "); seeding "
                + (seedsUntilStopped() ? "until it is stopped" : "for " + Quantities.time(seedTime())) + " (pid "
                + ProcessHandle.current().pid() + ")");
        }
        context.out().flush();
    }

    private boolean seedsUntilStopped() {
        return foreground && seedFor == null;
    }

    private Duration seedTime() {
        return seedFor == null ? Download.DEFAULT_SEED_FOR : seedFor;
    }
}
