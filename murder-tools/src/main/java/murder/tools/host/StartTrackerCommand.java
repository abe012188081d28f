package murder.tools.host;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import murder.metainfo.InfoHash;
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
import murder.tools.run.TrackerRun;
import murder.tracker.AddressRange;
import murder.tracker.SwarmOptions;
import murder.tracker.http.TrackerServerOptions;

/**
 * {@code host start-tracker}: starts a tracker in the background.
 *
 * @param only the torrent to serve, beside those of further calls; null to serve any
 * @param trusted ranges that may announce other addresses, beside loopback
 */
record StartTrackerCommand(int port, String bind, InfoHash only, List<AddressRange> trusted, String deploy, boolean json)
    implements Command {
    static final Syntax SYNTAX = new Syntax("host start-tracker", "start a tracker in the background", """
            murder host start-tracker [--port=8998] [--bind=ADDR] [--only=INFO-HASH]
                                      [--trust-ip=CIDR,...] [--deploy=ID] [--json]

        Returns when the tracker listens. The tracker continues until 'murder stop tracker'. If a tracker
        runs on this port already, it starts no other one.

            --only=INFO-HASH  serve only this torrent. A tracker that runs already with --only also serves
                              this torrent within seconds
            --trust-ip=CIDR   hosts in these ranges may announce another address than their own, such as
                              10.0.0.0/8,fd00::/8
            --deploy=ID       this deploy uses the tracker; 'murder stop tracker --deploy=ID' ends it if no
                              other deploy uses it
        """, List.of(), 0, List.of("--port", "--bind", "--only", "--trust-ip", "--deploy"), List.of("--json"));

    static StartTrackerCommand parse(Arguments arguments) throws UsageException {
        return new StartTrackerCommand(arguments.port(TrackerServerOptions.DEFAULT_PORT), arguments.text("--bind", null),
            only(arguments.text("--only", "")), TrackerRun.ranges(arguments.text("--trust-ip", "")),
            DeployUses.id(arguments), arguments.has("--json"));
    }

    private static InfoHash only(String hash) throws UsageException {
        try {
            return hash.isEmpty() ? null : InfoHash.parse(hash);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--only takes an info-hash of 40 hexadecimal digits, not '" + hash + "'");
        }
    }

    @Override
    public int run(Context context) throws CommandException, IOException, InterruptedException {
        StateFolder folder = StateFolder.open(context.env());
        folder.prune(System.currentTimeMillis());
        try (DeployUses uses = DeployUses.open(folder)) {
            for (ProcessStatus other : folder.processes()) {
                if (other.role().equals("tracker") && other.port() > 0) {
                    allow(folder, false);
                    uses.add(other, deploy);
                    return already(other, context);
                }
            }
            DeployUses.addOwn(folder, "tracker", deploy);
            return start(uses, folder, context);
        }
    }

    /** @param uses closed when this tracker is visible to others */
    private int start(DeployUses uses, StateFolder folder, Context context) throws CommandException, IOException, InterruptedException {
        Path allowed = allow(folder, true);
        try (Lifetime lifetime = new Lifetime()) {
            Duration interval = Duration.ofSeconds(SwarmOptions.DEFAULT_INTERVAL_SECONDS);
            return new TrackerRun(port, bind, null, allowed, trusted, List.of(), interval).serve(lifetime, context, tracker -> {
                String url = tracker.announceUrl();
                long pid = StateFolder.ownPid();
                close(uses, context);
                context.log("tracker listens on " + url + ", pid " + pid);
                report(true, url, tracker.address().getAddress().getHostAddress(), tracker.port(), pid, context.logPath(), context);
                context.handOver();
            });
        }
    }

    /**
     * Adds the torrent to the directory of served torrents.
     *
     * @param fresh whether no tracker runs: then the torrents of an earlier one are removed
     * @return the directory, or null to serve any torrent
     */
    private Path allow(StateFolder folder, boolean fresh) throws IOException {
        if (only == null) {
            return null;
        }
        Path directory = Files.createDirectories(folder.path().resolve("tracker-serves"));
        if (fresh) {
            try (DirectoryStream<Path> old = Files.newDirectoryStream(directory, "*.hash")) {
                for (Path file : old) {
                    Files.deleteIfExists(file);
                }
            }
        }
        Path named = directory.resolve(only + ".hash");
        if (!Files.exists(named)) {
            Files.createFile(named);
        }
        return directory;
    }

    private static void close(DeployUses uses, Context context) {
        try {
            uses.close();
        } catch (IOException e) {
            context.log("cannot close the lock of deploys: " + Failures.describe(e)); // The end of the process closes it.
        }
    }

    private int already(ProcessStatus other, Context context) throws CommandException {
        if (other.port() != port) {
            throw CommandException.failed("a tracker runs already, on port " + other.port() + " (pid " + other.pid()
                + "); stop it first, or use its port");
        }
        report(false, "", other.address(), other.port(), other.pid(), other.log(), context);
        return ExitStatus.DONE;
    }

    private void report(boolean started, String url, String address, int listening, long pid, String log, Context context) {
        if (json) {
            context.out().println(HostReport.result("listening").with(Member.STARTED, started).with(Member.URL, url)
                .with(Member.ADDRESS, address).with(Member.PORT, listening).with(Member.PID, pid).with(Member.LOG, log));
        } else {
            context.out().println((started ? "tracker listens on " + url : "a tracker runs already on port " + listening) + " (pid " + pid
                + ", log " + log + ")");
        }
        context.out().flush();
    }
}
