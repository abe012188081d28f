package murder.tools.fleet;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.ExitStatus;
import murder.tools.cli.Json;
import murder.tools.cli.Lifetime;
import murder.tools.cli.Quantities;
import murder.tools.cli.StateFolder;
import murder.tools.cli.UsageException;

/** One run of one task, from the configuration to the exit status. */
final class FleetRun {
    /** How long an interrupted run may clean up before the process ends all the same. */
    private static final long LAST_ORDERS_S = 60;

    private final FleetCommand command;
    private final FleetView view;
    private final Context context;
    private final FleetConfig config;
    private final TaskArguments arguments;
    private final FailedHosts failedHosts;
    /** The hosts of this run; null for all. */
    private final Set<Host> only;
    private final FleetSession session;
    private final FleetTasks tasks;
    /** Null in a dry run. */
    private final FleetFiles files;
    /** For tasks that give orders, else null. */
    private Deployment deployment;
    private final CountDownLatch finished = new CountDownLatch(1);

    /** Reads the configuration. */
    FleetRun(FleetCommand command, FleetView view, Context context) throws CommandException, IOException, UsageException {
        this.command = command;
        this.view = view;
        this.context = context;
        FleetConfig read = FleetConfig.read(command.config());
        this.arguments = TaskArguments.of(command.given(), context.env(), read.defaults());
        this.config = read.with(arguments);
        // A dry run leaves nothing behind, not even the state folder.
        this.files = command.dryRun() && !command.retry() ? null : new FleetFiles(StateFolder.open(context.env()), config.file());
        this.failedHosts = files == null ? null : new FailedHosts(files, command.task(), arguments.hasTag() ? arguments.tag() : "");
        this.only = command.retry() ? failedHosts.read() : null;
        this.session = new FleetSession(view, command.parallel(), config.limits(), command.dryRun());
        this.tasks = new FleetTasks(config, session, files);
    }

    /** @return the exit status */
    int run() throws CommandException, IOException, InterruptedException, UsageException {
        if (only != null && only.isEmpty()) {
            view.say("nothing failed in the last run of " + command.task() + ", so there is nothing to do");
            view.object(new Json().put("result", "done").put("ok", true).put("task", command.task().toString()).put("hosts", 0)
                .put("failed", 0));
            return ExitStatus.DONE;
        }
        try (Lifetime lifetime = new Lifetime()) {
            lifetime.onEnd(this::interrupt);
            long startNs = System.nanoTime();
            try {
                perform();
                if (command.task().isByOrder() && !command.dryRun()) {
                    Duration whole = Duration.ofNanos(System.nanoTime() - startNs);
                    view.say(command.task() + ": " + Quantities.time(whole) + " from the first task to the last");
                }
                return conclude();
            } finally {
                finished.countDown();
            }
        }
    }

    /** On Ctrl-C: waits for the main thread, which stops the started processes. */
    private void interrupt() {
        if (finished.getCount() > 0) {
            context.err().println("murder fleet: interrupted; what it started is being stopped");
        }
        session.cancel();
        try {
            if (!finished.await(LAST_ORDERS_S, TimeUnit.SECONDS)) {
                System.err.println("murder fleet: gave up cleaning up; 'murder status' on the hosts shows what still runs");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void perform() throws CommandException, IOException, InterruptedException, UsageException {
        try {
            performTask();
            // If too many failed, the other hosts have no release either.
            remember(deployment != null && !deployment.failure().isEmpty() ? chosen(config.peers()) : session.failedWithoutRelease());
        } catch (CommandException e) {
            if (command.task().isByOrder()) {
                // It ended before these hosts.
                remember(chosen(config.peers()));
            }
            if (!session.isCancelled()) {
                throw e;
            }
        }
    }

    private void remember(Collection<Host> hosts) throws IOException {
        if (!command.dryRun()) {
            failedHosts.write(hosts);
        }
    }

    private void performTask() throws CommandException, IOException, InterruptedException, UsageException {
        switch (command.task()) {
            case DISTRIBUTE_FILES -> tasks.distributeFiles(chosen(config.all()));
            case START_TRACKER -> {
                List<Host> started = tasks.startTracker(null);
                if (session.isCancelled()) {
                    tasks.stopTracker(started, true);
                }
            }
            case STOP_TRACKER -> tasks.stopTracker(List.of(config.tracker()), false);
            case CREATE_TORRENT -> {
                upload();
                tasks.createTorrent(config.seeders(), arguments.release(), arguments.source(),
                    !arguments.isSet("do_not_download_torrent"));
            }
            case DOWNLOAD_TORRENT -> tasks.downloadTorrent(config.seeders().get(0), arguments.release());
            case START_SEEDING -> {
                Release release = arguments.release();
                List<Host> started = tasks.startSeeding(chosen(config.seeders()), release, arguments.seededFiles(release));
                if (session.isCancelled()) {
                    tasks.stopSeeding(started, release.tag(), true);
                }
            }
            case STOP_SEEDING -> tasks.stopSeeding(chosen(config.seeders()), arguments.tag(), false);
            case STOP_ALL_SEEDING -> tasks.stopAllSeeding(chosen(config.seeders()));
            case PEER -> {
                Release release = arguments.release();
                List<Host> started = tasks.peer(chosen(config.peers()), release, arguments.destination(), null, false);
                if (session.isCancelled()) {
                    tasks.stopPeering(started, release.tag());
                }
            }
            case STOP_PEERING -> tasks.stopPeering(chosen(config.peers()), arguments.tag());
            case STOP_ALL_PEERING -> tasks.stopAllPeering(chosen(config.peers()));
            case CLEAN_TEMP_FILES -> tasks.cleanTempFiles(chosen(config.peersAndSeeders()), arguments.release());
            case DEPLOY, STAGE, ACTIVATE, ROLLBACK -> {
                deployment = new Deployment(command.task(), config, DeployPlan.of(command.task(), arguments), session, files, context,
                    command.tolerance());
                if (config.bringsRuntime()) {
                    tasks.distributeFiles(chosen(config.all()));
                }
                if (command.task() == Task.DEPLOY || command.task() == Task.STAGE) {
                    upload();
                }
                deployment.run(chosen(config.peers()));
            }
            case KEYS -> keysTask().run();
            case START_AGENTS -> {
                String link = arguments.currentLink(arguments.destinationPath());
                keysTask().startAgents(chosen(config.all()), AgentCommands.roots(AgentCommands.path("destination_path",
                    arguments.destinationPath()), link == null ? "" : link));
            }
            case STOP_AGENTS -> keysTask().stopAgents(chosen(config.all()));
            case RELEASES -> inspection().releases(chosen(config.peers()));
            case AGENTS -> inspection().agents(chosen(config.all()));
            case STATUS -> inspection().status(chosen(config.all()));
            case CHECK -> tasks.check(chosen(config.all()), arguments);
            default -> throw new IllegalStateException("task " + command.task());
        }
    }

    private void upload() throws CommandException, UsageException {
        tasks.upload(config.seeders(), arguments.upload(context.env().getOrDefault("PATH", "")));
    }

    private Inspection inspection() throws CommandException, IOException {
        return new Inspection(config, session, files == null ? null : FleetFolder.open(files.state(), config.fleet()));
    }

    private KeysTask keysTask() throws CommandException, IOException, UsageException {
        if (files == null) {
            throw new UsageException(command.task() + " cannot be shown without running it");
        }
        return new KeysTask(config, session, files, FleetFolder.open(files.state(), config.fleet()), context, arguments);
    }

    private List<Host> chosen(Collection<Host> hosts) {
        Set<Host> chosen = new LinkedHashSet<>(hosts);
        if (only != null) {
            chosen.retainAll(only);
        }
        return List.copyOf(chosen);
    }

    /** Shows the result, and returns the exit status. */
    private int conclude() {
        int failed = session.failures().size();
        int hosts = session.hosts().size();
        String failure = deployment == null ? "" : deployment.failure();
        boolean ok = command.tolerance().allows(failed, hosts) && !session.isCancelled() && failure.isEmpty();
        view.object(result(ok, failed, hosts));
        if (session.isCancelled()) {
            context.err().println("murder fleet: interrupted; " + (session.unfinished().isEmpty() ? "what it had started is stopped"
                : leftovers()));
            return ExitStatus.TERMINATED;
        }
        if (ok) {
            if (failed > 0) {
                view.say(failed + " of " + hosts(hosts) + " failed, which --tolerate allows; --retry tries them again");
            }
            return ExitStatus.DONE;
        }
        context.err().println("murder fleet: " + command.task() + " failed on " + failed + " of " + hosts(hosts) + ": " + firstFailed()
            + (failure.isEmpty() ? "" : "; " + failure)
            + (command.task().isLook() || deployment != null && !deployment.isRetryUseful() ? "" : "; --retry tries them again"));
        return ExitStatus.FAILED;
    }

    /** The tasks that may have left processes, by host. */
    private String leftovers() {
        List<String> places = new ArrayList<>();
        for (Map.Entry<Host, Set<Task>> entry : session.unfinished().entrySet()) {
            String tasks = entry.getValue().stream().map(Task::toString).collect(Collectors.joining(", "));
            places.add(entry.getKey() + " (" + tasks + ")");
        }
        return "something that it started may be left on " + FleetView.some(places) + "; run these tasks again to end it";
    }

    private Json result(boolean ok, int failed, int hosts) {
        String word = session.isCancelled() ? "interrupted" : !ok ? "failed" : failed > 0 ? "tolerated" : "done";
        Json result = new Json().put("result", word).put("ok", ok).put("task", command.task().toString()).put("hosts", hosts)
            .put("failed", failed);
        TransferSummary summary = deployment == null ? tasks.summary() : deployment.summary();
        if (summary != null) {
            summary.tell(view, chosen(config.peers()).size());
            summary.addTo(result);
        }
        List<Json> failures = new ArrayList<>();
        for (Map.Entry<Host, FleetSession.Failure> entry : session.failures().entrySet()) {
            failures.add(new Json().put("host", entry.getKey().toString()).put("task", entry.getValue().task())
                .put("error", entry.getValue().reason()));
        }
        return result.putObjects("failures", failures);
    }

    private String firstFailed() {
        return FleetView.some(session.failures().keySet().stream().map(Host::toString).toList());
    }

    private static String hosts(int count) {
        return count + (count == 1 ? " host" : " hosts");
    }
}
