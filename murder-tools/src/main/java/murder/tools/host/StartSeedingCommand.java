package murder.tools.host;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import murder.engine.TorrentOptions;
import murder.engine.TorrentState;
import murder.engine.TorrentStatistics;
import murder.metainfo.InfoHash;
import murder.metainfo.Metainfo;
import murder.metainfo.PayloadVerifier;
import murder.tools.cli.Arguments;
import murder.tools.cli.Command;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.ExitStatus;
import murder.tools.cli.Failures;
import murder.tools.cli.HostReport;
import murder.tools.cli.HostReport.Member;
import murder.tools.cli.Lifetime;
import murder.tools.cli.ProcessFile;
import murder.tools.cli.ProcessStatus;
import murder.tools.cli.ProgressLine;
import murder.tools.cli.StateFolder;
import murder.tools.cli.Syntax;
import murder.tools.cli.UsageException;
import murder.tools.run.HashingProgress;
import murder.tools.run.LocalAddress;
import murder.tools.run.RunningTorrent;
import murder.tools.run.TrackerUrls;
import murder.tracker.ScrapeResponse;
import murder.tracker.TrackerException;
import murder.tracker.http.TrackerClient;
import murder.tracker.http.TrackerClientOptions;

/**
 * {@code host start-seeding}: leaves a seeder in the background.
 *
 * @param payload what to seed
 * @param files where it is, for a tree; else null
 * @param ip bound and announced; null for the one that routes to the tracker
 * @param port listened on, 0 for a free one
 * @param uploadLimit bytes per second, 0 for none
 */
record StartSeedingCommand(Payload payload, Path files, String ip, int port, long uploadLimit, boolean json) implements Command {
    static final Syntax SYNTAX = new Syntax("host start-seeding", "leave a seeder in the background", """
            murder host start-seeding --tag=TAG --temp=DIR [--archive=tgz|tar|tree] [--files=PATH] [--ip=ADDR] [--port=N]
                                      [--upload-limit=RATE] [--json]

        Seeds what 'host pack' made. Returns when it seeds and the tracker has heard of it; it goes on until 'murder stop seeder TAG'. If
        this payload is seeded already, that is left as it is.

            --files=PATH   what is seeded with --archive=tree
            --ip=ADDR      this host's address, bound and announced; by default the one that routes to the tracker
        """, List.of(), 0, List.of("--tag", "--temp", "--archive", "--files", "--ip", "--port", "--upload-limit"), List.of("--json"));

    private static final long SECOND_NS = 1_000_000_000L;
    private static final long TRACKER_ANSWERS_WITHIN_NS = 5 * SECOND_NS;
    private static final long ASK_TRACKER_EVERY_NS = SECOND_NS / 10;

    static StartSeedingCommand parse(Arguments arguments) throws UsageException {
        Payload payload = Payload.parse(arguments);
        Path files = payload.archive() == Archive.TREE ? Payload.path(arguments, "--files") : null;
        return new StartSeedingCommand(payload, files, arguments.text("--ip", null), arguments.port(0), arguments.rate("--upload-limit"),
            arguments.has("--json"));
    }

    private Path path() {
        return files == null ? payload.file() : files;
    }

    @Override
    public int run(Context context) throws CommandException, IOException, InterruptedException {
        Metainfo metainfo = payload.readTorrent();
        StateFolder folder = StateFolder.open(context.env());
        folder.prune(System.currentTimeMillis());
        for (ProcessStatus other : folder.processes()) {
            if (other.role().equals("seeder") && other.tag().equals(payload.tag())) {
                return already(other, metainfo, context);
            }
        }
        try (Lifetime lifetime = new Lifetime()) {
            return seed(metainfo, folder, lifetime, context);
        }
    }

    private int already(ProcessStatus other, Metainfo metainfo, Context context) throws CommandException {
        if (!other.infoHash().equals(metainfo.infoHash().toString()) || !other.path().equals(path().toString())) {
            throw CommandException.failed("a seeder of " + payload.tag() + " runs already (pid " + other.pid()
                + "), but with another torrent; stop_seeding ends it");
        }
        report(false, metainfo, other, context);
        return ExitStatus.DONE;
    }

    private int seed(Metainfo metainfo, StateFolder folder, Lifetime lifetime, Context context)
        throws CommandException, IOException, InterruptedException {
        InetAddress address = ip == null ? LocalAddress.routeTo(TrackerUrls.first(metainfo.trackers())) : LocalAddress.parse(ip);
        ProcessFile processFile = ProcessFile.create(folder, ProcessStatus.starting("seeder", payload.tag(), payload.torrent().toString(),
            path().toString()).of(metainfo.infoHash()).logging(context.logPath()).doing("verifying", 0, 0, 0, 0, ""));
        lifetime.onEnd(processFile);
        verify(metainfo, context);
        RunningTorrent running = RunningTorrent.start(lifetime, processFile, address, port,
            TorrentOptions.seed(metainfo, path()).uploadBytesPerSecond(uploadLimit).build());
        awaitTracker(metainfo, running, address, lifetime);
        running.record(running.torrent().statistics());
        context.log("seeding " + payload.name() + " (" + metainfo.infoHash() + ") on port " + running.port() + ", pid "
            + ProcessHandle.current().pid());
        report(true, metainfo, processFile.status(), context);
        if (context.isLaunched()) {
            context.caller().tell(ExitStatus.DONE);
        }
        serve(running, lifetime, context);
        return ExitStatus.TERMINATED;
    }

    /** What {@code host pack} has just hashed is believed; peers verify every piece. */
    private void verify(Metainfo metainfo, Context context) throws CommandException, IOException, InterruptedException {
        if (!Files.exists(path())) {
            throw CommandException.failed(path() + " is not there; create_torrent makes it");
        }
        if (files == null && Files.size(path()) == metainfo.layout().length()
            && Files.getLastModifiedTime(path()).compareTo(Files.getLastModifiedTime(payload.torrent())) <= 0) {
            return;
        }
        ProgressLine line = ProgressLine.of(context, json);
        PayloadVerifier.Result result = PayloadVerifier.verify(metainfo, path(), 0, new HashingProgress(line, "verifying"));
        line.clear();
        if (!result.hasAllPieces()) {
            throw CommandException.failed(path() + " is not what " + payload.torrent() + " describes; create_torrent makes it anew");
        }
    }

    private void awaitTracker(Metainfo metainfo, RunningTorrent running, InetAddress address, Lifetime lifetime)
        throws CommandException, InterruptedException {
        List<String> urls = new ArrayList<>();
        metainfo.trackers().forEach(urls::addAll);
        TrackerClient client = new TrackerClient(TrackerClientOptions.builder().bindAddress(address).build(), new SecureRandom());
        long startNs = System.nanoTime();
        String trouble = "";
        while (!urls.isEmpty()) {
            for (String url : urls) {
                try {
                    if (knows(client.scrape(url, List.of(metainfo.infoHash())), metainfo.infoHash())) {
                        return;
                    }
                } catch (TrackerException e) {
                    return; // It is there, and speaks; not every tracker answers such questions.
                } catch (IOException e) {
                    trouble = url + ": " + Failures.describe(e);
                }
            }
            TorrentStatistics now = running.torrent().statistics();
            if (now.state() == TorrentState.FAILED) {
                throw CommandException.failed("seeding of " + path() + " failed: " + now.error());
            }
            if (System.nanoTime() - startNs > TRACKER_ANSWERS_WITHIN_NS) {
                throw CommandException.failed("the tracker does not know this seeder after "
                    + TimeUnit.NANOSECONDS.toSeconds(TRACKER_ANSWERS_WITHIN_NS) + " s ("
                    + (trouble.isEmpty() ? now.lastTrackerError() : trouble) + "); start_tracker starts it");
            }
            if (lifetime.awaitEnd(ASK_TRACKER_EVERY_NS)) {
                throw CommandException.failed("stopped before the tracker had heard of it");
            }
        }
    }

    private static boolean knows(ScrapeResponse answer, InfoHash infoHash) {
        ScrapeResponse.Counts counts = answer.swarms().get(infoHash);
        return counts != null && counts.complete() > 0;
    }

    private void serve(RunningTorrent running, Lifetime lifetime, Context context)
        throws CommandException, IOException, InterruptedException {
        String trouble = "";
        do {
            TorrentStatistics now = running.torrent().statistics();
            running.record(now);
            if (now.state() == TorrentState.FAILED) {
                context.log("seeding failed: " + now.error());
                throw CommandException.failed("seeding of " + path() + " failed: " + now.error());
            }
            if (!now.lastTrackerError().equals(trouble)) {
                trouble = now.lastTrackerError();
                context.log(trouble.isEmpty() ? "the tracker answers again" : "tracker: " + trouble);
            }
        } while (!lifetime.awaitEnd(SECOND_NS));
        context.log("ends");
    }

    private void report(boolean started, Metainfo metainfo, ProcessStatus process, Context context) {
        if (json) {
            context.out().println(HostReport.result("seeding").with(Member.STARTED, started).with(Member.TAG, payload.tag())
                .with(Member.INFO_HASH, metainfo.infoHash().toString()).with(Member.BYTES, metainfo.layout().length())
                .with(Member.ADDRESS, process.address()).with(Member.PORT, process.port()).with(Member.PID, process.pid())
                .with(Member.LOG, process.log()));
        } else {
            context.out().println((started ? "seeding " : "seeding already: ") + path() + " on " + process.address() + ":" + process.port()
                + " (pid " + process.pid() + ", log " + process.log() + ")");
        }
        context.out().flush();
    }
}
