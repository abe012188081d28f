package murder.tools.fleet;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import murder.tools.cli.Arguments;
import murder.tools.cli.Command;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.ExitStatus;
import murder.tools.cli.Json;
import murder.tools.cli.Lifetime;
import murder.tools.cli.StateFolder;
import murder.tools.cli.Syntax;
import murder.tools.cli.UsageException;

/**
 * {@code fleet}: a task on all its hosts, over ssh.
 *
 * @param task to do
 * @param given arguments of the task from the command line
 * @param config the file that names the hosts
 * @param parallel how many ssh at once
 * @param tolerance how many hosts may fail
 * @param retry whether only the hosts take part that failed in the last run
 * @param dryRun whether the commands are only shown
 * @param json whether programs read the output
 */
public record FleetCommand(Task task, Map<String, String> given, Path config, int parallel, Tolerance tolerance, boolean retry,
                           boolean dryRun, boolean json) implements Command {
    /** What the command takes. */
    public static final Syntax SYNTAX = new Syntax("fleet", "a task of a deploy on many hosts, over ssh", """
            murder fleet TASK [NAME=VALUE ...] [--config murder.properties] [--parallel 64] [--tolerate N|P%] [--retry]
                         [--dry-run] [--json]

        Does TASK on all its hosts at once, by the system's ssh. A host that fails stops no other.

            deploy               all of it: distribute_files, start_tracker, create_torrent, start_seeding, peer, and what ends them;
                                 ends what it started also when it fails or is interrupted
            check                look at every host, change nothing: ssh, java, disk, port, clock, way to the tracker
            distribute_files     bring murder itself to the hosts that do not have it
            start_tracker, stop_tracker
            create_torrent       pack files_path on the seeder, make the torrent, and download_torrent
            download_torrent     fetch the torrent from the seeder to this machine
            start_seeding, stop_seeding, stop_all_seeding
            peer                 bring the release to all peers, into destination_path/tag
            stop_peering, stop_all_peering
            clean_temp_files     remove archive and torrent from the hosts' temp_path

        Arguments, also taken from environment variables of the same names: tag, files_path, destination_path, temp_path (/tmp),
        archive=tgz|tar|tree (tgz), no_tag_directory=1, path_is_file=1, unsafe_please_delete=1, do_not_download_torrent=1,
        seed_for (30s), timeout.

            --config FILE        who the hosts are and how they are reached (murder.properties)
            --parallel N         so many ssh at once (64)
            --tolerate SHARE     status 0 though so many hosts failed: a number, or a percentage such as 5%
            --retry              only the hosts that failed in the last run of this task with this tag
            --dry-run            show the command for each host, run none
            --json               JSON, one object a line, the last one the result
        """, List.of("TASK", "NAME=VALUE..."), 1, List.of("--config", "--parallel", "--tolerate"),
        List.of("--retry", "--dry-run", "--json"));

    private static final int MAX_PARALLEL = 4096;
    /** How long an interrupted run may clean up before the process ends all the same. */
    private static final long LAST_ORDERS_S = 60;

    /** Checks the words of the command line. */
    public static FleetCommand parse(Arguments arguments) throws UsageException {
        Task task = Task.of(arguments.positional(0));
        if (task == null) {
            throw new UsageException("there is no task '" + arguments.positional(0) + "'; the tasks are " + Task.list());
        }
        return new FleetCommand(task, TaskArguments.parse(arguments.positionalsFrom(1)),
            Path.of(arguments.text("--config", "murder.properties")), arguments.number("--parallel", 64, 1, MAX_PARALLEL),
            Tolerance.parse(arguments.text("--tolerate", "0")), arguments.has("--retry"), arguments.has("--dry-run"),
            arguments.has("--json"));
    }

    @Override
    public int run(Context context) throws CommandException, IOException, InterruptedException {
        FleetView.Mode mode = json ? FleetView.Mode.JSON : context.terminal() ? FleetView.Mode.TERMINAL : FleetView.Mode.PLAIN;
        FleetView view = new FleetView(context.out(), mode);
        try {
            return run(view, context);
        } catch (UsageException e) {
            // Some arguments come from the environment or the configuration, so they are known only now.
            view.object(new Json().put("result", "failed").put("ok", false).put("error", e.getMessage()));
            context.err().println("murder fleet: " + task + ": " + e.getMessage());
            return ExitStatus.USAGE;
        } catch (CommandException e) {
            view.object(new Json().put("result", "failed").put("ok", false).put("error", e.getMessage()));
            throw e;
        }
    }

    private int run(FleetView view, Context context) throws CommandException, IOException, UsageException {
        FleetConfig fleet = FleetConfig.read(config);
        TaskArguments arguments = TaskArguments.of(given, context.env(), fleet.defaults());
        String tag = arguments.hasTag() ? arguments.tag() : "";
        FailedHosts failed = dryRun && !retry ? null : FailedHosts.of(StateFolder.open(context.env()), fleet, task, tag);
        Set<Host> only = retry ? failed.read() : null;
        if (retry && only.isEmpty()) {
            view.say("nothing failed in the last run of " + task + ", so there is nothing to do");
            view.object(new Json().put("result", "done").put("ok", true).put("task", task.toString()).put("hosts", 0).put("failed", 0));
            return ExitStatus.DONE;
        }
        FleetSession session = new FleetSession(view, parallel, dryRun);
        FleetTasks tasks = new FleetTasks(fleet, arguments, session);
        CountDownLatch finished = new CountDownLatch(1);
        try (Lifetime lifetime = new Lifetime()) {
            lifetime.onEnd(() -> interrupt(session, finished));
            try {
                return performed(fleet, arguments, session, tasks, only, failed, context);
            } finally {
                finished.countDown();
            }
        }
    }

    private int performed(FleetConfig fleet, TaskArguments arguments, FleetSession session, FleetTasks tasks, Set<Host> only,
                          FailedHosts failed, Context context) throws CommandException, IOException, UsageException {
        try {
            perform(fleet, arguments, session, tasks, only);
            remember(failed, session.failures().keySet());
        } catch (CommandException e) {
            if (task == Task.DEPLOY) {
                // It ended before it came to them.
                remember(failed, chosen(fleet.peers(), only));
            }
            if (!session.isCancelled()) {
                throw e;
            }
        }
        return conclude(session, tasks, context);
    }

    private void remember(FailedHosts failed, Collection<Host> hosts) throws IOException {
        if (!dryRun) {
            failed.write(hosts);
        }
    }

    /** On Ctrl-C: lets the main thread come to its end, which includes stopping what was started. */
    private static void interrupt(FleetSession session, CountDownLatch finished) {
        session.cancel();
        try {
            if (!finished.await(LAST_ORDERS_S, TimeUnit.SECONDS)) {
                System.err.println("murder fleet: gave up cleaning up; 'murder status' on the hosts tells what still runs");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void perform(FleetConfig fleet, TaskArguments arguments, FleetSession session, FleetTasks tasks, Set<Host> only)
        throws CommandException, IOException, UsageException {
        List<Host> peers = chosen(fleet.peers(), only);
        List<Host> seeders = chosen(fleet.seeders(), only);
        switch (task) {
            case DISTRIBUTE_FILES -> tasks.distributeFiles(chosen(fleet.all(), only));
            case START_TRACKER -> {
                List<Host> started = tasks.startTracker();
                if (session.isCancelled()) {
                    tasks.stopTracker(started, true);
                }
            }
            case STOP_TRACKER -> tasks.stopTracker(List.of(fleet.tracker()), false);
            case CREATE_TORRENT -> tasks.createTorrent(fleet.seeders());
            case DOWNLOAD_TORRENT -> tasks.downloadTorrent(fleet.seeders().get(0));
            case START_SEEDING -> {
                List<Host> started = tasks.startSeeding(seeders);
                if (session.isCancelled()) {
                    tasks.stopSeeding(started, false, true);
                }
            }
            case STOP_SEEDING -> tasks.stopSeeding(seeders, false, false);
            case STOP_ALL_SEEDING -> tasks.stopSeeding(seeders, true, false);
            case PEER -> {
                List<Host> started = tasks.peer(peers, false);
                if (session.isCancelled()) {
                    tasks.stopPeering(started, false);
                }
            }
            case STOP_PEERING -> tasks.stopPeering(peers, false);
            case STOP_ALL_PEERING -> tasks.stopPeering(peers, true);
            case CLEAN_TEMP_FILES -> tasks.cleanTempFiles(chosen(fleet.peersAndSeeders(), only));
            case DEPLOY -> new Deployment(fleet, arguments, session, tasks).run(peers);
            case CHECK -> tasks.check(chosen(fleet.all(), only));
            default -> throw new IllegalStateException("task " + task);
        }
    }

    private static List<Host> chosen(List<Host> hosts, Set<Host> only) {
        Set<Host> chosen = new LinkedHashSet<>(hosts);
        if (only != null) {
            chosen.retainAll(only);
        }
        return List.copyOf(chosen);
    }

    private int conclude(FleetSession session, FleetTasks tasks, Context context) {
        int failed = session.failures().size();
        int hosts = session.hosts().size();
        boolean tolerated = tolerance.allows(failed, hosts);
        boolean ok = tolerated && !session.isCancelled();
        Json result = new Json().put("result", session.isCancelled() ? "interrupted" : !ok ? "failed" : failed > 0 ? "tolerated" : "done")
            .put("ok", ok).put("task", task.toString()).put("hosts", hosts).put("failed", failed);
        if (tasks.summary() != null) {
            tasks.summary().tell(session.view());
            tasks.summary().addTo(result);
        }
        List<Json> failures = new ArrayList<>();
        for (Map.Entry<Host, FleetSession.Failure> entry : session.failures().entrySet()) {
            failures.add(new Json().put("host", entry.getKey().toString()).put("task", entry.getValue().task())
                .put("error", entry.getValue().reason()));
        }
        session.view().object(result.putObjects("failures", failures));
        if (session.isCancelled()) {
            context.err().println("murder fleet: interrupted; what it had started is stopped");
            return ExitStatus.TERMINATED;
        }
        if (ok) {
            if (failed > 0) {
                session.view().say(failed + " of " + hosts + " hosts failed, which --tolerate allows; --retry goes at them again");
            }
            return ExitStatus.DONE;
        }
        context.err().println("murder fleet: " + task + " failed on " + failed + " of " + hosts + " hosts: " + first(session)
            + "; --retry goes at them again");
        return ExitStatus.FAILED;
    }

    private static String first(FleetSession session) {
        List<String> names = new ArrayList<>();
        for (Host host : session.failures().keySet()) {
            if (names.size() == 10) {
                names.add("...");
                break;
            }
            names.add(host.toString());
        }
        return String.join(", ", names);
    }
}
