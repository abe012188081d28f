package murder.tools.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import murder.engine.TorrentState;
import murder.engine.TorrentStatistics;
import murder.metainfo.InfoHash;
import murder.metainfo.Metainfo;
import murder.order.Archive;
import murder.tools.cli.Arguments;
import murder.tools.cli.Command;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.DeployUses;
import murder.tools.cli.ExitStatus;
import murder.tools.cli.Failures;
import murder.tools.cli.HostReport;
import murder.tools.cli.HostReport.Member;
import murder.tools.cli.Lifetime;
import murder.tools.cli.ProcessStatus;
import murder.tools.cli.StateFolder;
import murder.tools.cli.Syntax;
import murder.tools.cli.UsageException;
import murder.tools.run.RunningTorrent;
import murder.tools.run.SeederRun;
import murder.tools.run.TransferFlags;
import murder.tracker.ScrapeResponse;
import murder.tracker.TrackerException;
import murder.tracker.http.TrackerClient;
import murder.tracker.http.TrackerClientOptions;

/**
 * {@code host start-seeding}: starts a seeder in the background.
 *
 * @param payload to seed
 * @param files its path, for a tree; else null
 * @param deploy that uses the seeder; empty for none
 */
record StartSeedingCommand(DeployPayload payload, Path files, TransferFlags flags, String deploy) implements Command {
    static final Syntax SYNTAX = new Syntax("host start-seeding", "start a seeder in the background", """
            murder host start-seeding --tag=TAG --temp=DIR [--archive=tgz|tar|tree] [--files=PATH]
                                      [--ip=ADDR] [--port=N] [--upload-limit=RATE] [--deploy=ID] [--json]

        Seeds the payload that 'host pack' made. Returns when the seeder runs and the tracker knows it. The
        seeder continues until 'murder stop seeder TAG'. If a seeder of this payload runs already, it starts
        no other one.

            --files PATH         the payload, with --archive=tree
            --ip ADDR            the address that the seeder binds and announces; by default the address
                                 that routes to the tracker
            --deploy=ID          this deploy uses the seeder; 'murder stop seeder --deploy=ID' ends it if no
                                 other deploy uses it
        """ + TransferFlags.SEEDER_HELP, List.of(), 0, TransferFlags.seederOptions("--tag", "--temp", "--archive", "--files", "--ip",
            "--deploy"),
        List.of("--json"));

    private static final long SECOND_NS = 1_000_000_000L;
    static final long TRACKER_ANSWERS_WITHIN_NS = 5 * SECOND_NS;
    private static final long ASK_TRACKER_EVERY_NS = SECOND_NS / 10;

    static StartSeedingCommand parse(Arguments arguments) throws UsageException {
        DeployPayload payload = DeployPayload.parse(arguments);
        Path files = payload.archive() == Archive.TREE ? DeployPayload.path(arguments, "--files") : null;
        return new StartSeedingCommand(payload, files, TransferFlags.parse(arguments, arguments.text("--ip", null)),
            DeployUses.id(arguments));
    }

    private Path path() {
        return files == null ? payload.file() : files;
    }

    @Override
    public int run(Context context) throws CommandException, IOException, InterruptedException {
        return new StartSeedingCommand(payload.findOwn(), files, flags, deploy).start(context);
    }

    private int start(Context context) throws CommandException, IOException, InterruptedException {
        Metainfo metainfo = payload.readTorrent();
        try (Lifetime lifetime = new Lifetime()) {
            SeederRun run = new SeederRun(flags, metainfo, path(), lifetime, context);
            try (DeployUses uses = DeployUses.open(run.folder())) {
                for (ProcessStatus other : run.folder().processes()) {
                    if (other.role().equals("seeder") && other.tag().equals(payload.tag())) {
                        int status = already(other, metainfo, context);
                        uses.add(other, deploy);
                        return status;
                    }
                }
                DeployUses.addOwn(run.folder(), "seeder", deploy);
                run.show(ProcessStatus.starting("seeder", payload.tag(), payload.torrent().toString(), path().toString())
                    .of(metainfo.infoHash()));
            }
            return seed(run, metainfo, lifetime, context);
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

    private int seed(SeederRun run, Metainfo metainfo, Lifetime lifetime, Context context)
        throws CommandException, IOException, InterruptedException {
        verify(run, metainfo);
        RunningTorrent running = run.start();
        awaitTracker(run, metainfo, running, lifetime);
        running.record(running.torrent().statistics());
        context.log("seeding " + payload.name() + " (" + metainfo.infoHash() + ") on port " + running.port() + ", pid "
            + StateFolder.ownPid());
        report(true, metainfo, run.status(), context);
        context.handOver();
        int status = run.serve((now, trouble) -> {
            if (trouble != null) {
                context.log(trouble.isEmpty() ? "the tracker answers again" : "tracker: " + trouble);
            }
        });
        context.log("ends");
        return status;
    }

    /** It trusts the payload that {@code host pack} has just hashed; peers verify every piece. */
    private void verify(SeederRun run, Metainfo metainfo) throws CommandException, IOException, InterruptedException {
        if (!Files.exists(path())) {
            throw CommandException.failed(path() + " is not there; create_torrent makes it");
        }
        if (files == null && Files.size(path()) == metainfo.layout().length()
            && Files.getLastModifiedTime(path()).compareTo(Files.getLastModifiedTime(payload.torrent())) <= 0) {
            return;
        }
        if (!run.verify().hasAllPieces()) {
            throw CommandException.failed(path() + " is not what " + payload.torrent() + " describes; create_torrent makes a new one");
        }
    }

    private void awaitTracker(SeederRun run, Metainfo metainfo, RunningTorrent running, Lifetime lifetime)
        throws CommandException, InterruptedException {
        List<String> urls = new ArrayList<>();
        metainfo.trackers().forEach(urls::addAll);
        TrackerClient client = new TrackerClient(TrackerClientOptions.builder().bindAddress(run.address()).build(), new SecureRandom());
        Patience patience = new Patience();
        String trouble = "";
        while (!urls.isEmpty()) {
            for (String url : urls) {
                try {
                    if (knows(client.scrape(url, List.of(metainfo.infoHash())), metainfo.infoHash())) {
                        return;
                    }
                } catch (TrackerException e) {
                    return; // The tracker answers, although it may not support this request.
                } catch (IOException e) {
                    trouble = url + ": " + Failures.describe(e);
                }
            }
            TorrentStatistics now = running.torrent().statistics();
            if (now.state() == TorrentState.FAILED) {
                throw run.failed(now.error(), null);
            }
            if (patience.isOver(now.state(), System.nanoTime())) {
                throw CommandException.failed("the tracker does not know this seeder after "
                    + TimeUnit.NANOSECONDS.toSeconds(TRACKER_ANSWERS_WITHIN_NS) + " s ("
                    + (trouble.isEmpty() ? now.lastTrackerError() : trouble) + "); " + (trouble.endsWith("is not known here")
                        ? "set tracker_host in the configuration to an address that all hosts reach" : "start_tracker starts it"));
            }
            if (lifetime.awaitEnd(ASK_TRACKER_EVERY_NS)) {
                throw CommandException.failed("stopped before the tracker had heard of it");
            }
        }
    }

    /**
     * The time limit for the tracker to know the seeder. The seeder first checks its files, which
     * takes a while for a hundred thousand of them.
     */
    static final class Patience {
        private boolean waiting;
        private long sinceNs;

        boolean isOver(TorrentState state, long nowNs) {
            if (!waiting) {
                waiting = state != TorrentState.CHECKING;
                sinceNs = nowNs;
            }
            return waiting && nowNs - sinceNs > TRACKER_ANSWERS_WITHIN_NS;
        }
    }

    private static boolean knows(ScrapeResponse answer, InfoHash infoHash) {
        ScrapeResponse.Counts counts = answer.swarms().get(infoHash);
        return counts != null && counts.complete() > 0;
    }

    private void report(boolean started, Metainfo metainfo, ProcessStatus process, Context context) {
        if (flags.json()) {
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
