package murder.tools.fleet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import murder.order.Activation;
import murder.order.Archive;
import murder.order.Content;
import murder.order.Layout;
import murder.order.Maker;
import murder.order.Target;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.UsageException;
import murder.trust.KeyFormatException;

/**
 * The tasks that give orders to agents: {@code deploy}, {@code stage}, {@code activate} and
 * {@code rollback}.
 */
final class Deployment {
    private final Task task;
    private final FleetConfig config;
    private final DeployPlan plan;
    private final FleetSession session;
    private final FleetFiles files;
    private final Context context;
    private final Tolerance tolerance;
    private RolloutSummary summary;
    private String failure = "";
    private boolean retryUseful = true;

    /** @param files null in a dry run */
    Deployment(Task task, FleetConfig config, DeployPlan plan, FleetSession session, FleetFiles files, Context context,
               Tolerance tolerance) {
        this.task = task;
        this.config = config;
        this.plan = plan;
        this.session = session;
        this.files = files;
        this.context = context;
        this.tolerance = tolerance;
    }

    /** Null if there was no contact with an agent. */
    RolloutSummary summary() {
        return summary;
    }

    /** The reason why the whole deploy failed, apart from too many failed hosts; else empty. */
    String failure() {
        return failure;
    }

    /** Whether the failed hosts may succeed without a change on them. */
    boolean isRetryUseful() {
        return retryUseful;
    }

    private boolean packs() {
        return plan.source() != null;
    }

    /** @param peers to bring the release to */
    void run(List<Host> peers) throws CommandException, IOException, InterruptedException, UsageException {
        Wave.parse(plan.waves(), peers.stream().map(Host::toString).toList());
        List<Host> all = taking(peers);
        if (session.isDryRun()) {
            dryRun(all, peers);
            return;
        }
        FleetFolder folder = FleetFolder.open(files.state(), config.fleet());
        KeyRing ring = KeyRing.open(folder, config.fleet(), config.signKey(), context);
        OrderBook book;
        try {
            book = new OrderBook(folder, ring);
        } catch (KeyFormatException e) {
            throw CommandException.failed("sign_key: " + e.getMessage(), e);
        }
        History release = packs() ? null : known(folder, book);
        String tag = release == null ? plan.tag() : release.tag();
        String what = "'" + tag + "' to " + plan.destination();
        FleetFolder.Held lock = folder.lockDeploy(what, "process " + ProcessHandle.current().pid() + ", since "
            + java.time.Instant.now().truncatedTo(java.time.temporal.ChronoUnit.SECONDS));
        try {
            roll(folder, ring, book, release, tag, all, peers);
        } finally {
            lock.close();
        }
    }

    private void roll(FleetFolder folder, KeyRing ring, OrderBook book, History known, String tag, List<Host> all, List<Host> peers)
        throws CommandException, IOException, InterruptedException {
        Target before = book.target(plan.destination());
        murder.order.Release there = before == null ? null : before.release(tag);
        // A crash ended a deploy before its last order: hosts continue with their part of it.
        Content content = known != null ? known.content() : there != null && there.maker() != null ? there.content() : null;
        int hosts = hosts(folder, there, tag);
        TargetPlan target = new TargetPlan(plan.destination(), known == null ? plan.layout() : known.layout(), plan.currentLink(),
            plan.keep(), plan.replace(), plan.keepLinks(), config.transfer().open(), tag,
            known == null ? plan.archive() : known.archive(), maker(hosts, before, tag), before);
        List<String> names = peers.stream().map(Host::toString).toList();
        Rollout rollout = new Rollout(new RolloutTerms(names, packs() ? target.maker().names() : List.of(), plan.destination(), tag,
            content, task != Task.STAGE, plan.waves(), !plan.gate().isEmpty(), tolerance, plan.timeoutNs(), config.linkBytesPerSecond(),
            config.trackerAddress(), packs() ? shown(plan.source().filesPath()) : ""), System.nanoTime());
        RemoteCommands remote = new RemoteCommands(config);
        AgentCommands commands = new AgentCommands(config, remote, JarFile.own().packed(files), ring.membership(null),
            AgentCommands.roots(plan.destination(), target.link(before)), plan.seedFor(), plan.tempPath());
        AgentDeploy deploy = new AgentDeploy(config, commands, book, target, rollout,
            plan.gate().isEmpty() ? null : new Gate(plan.gate(), files), session, Residents.read(folder));
        deploy.run(task.toString(), all);
        summary = new RolloutSummary(deploy.rows(), rollout, makers(), config.linkBytesPerSecond());
        conclude(deploy, rollout);
        if (rollout.failure().isEmpty() && !session.isCancelled() && task != Task.STAGE) {
            new History(plan.destination(), tag, target.archive(), target.layout(), rollout.content(), hosts).append(folder);
        }
    }

    private void conclude(AgentDeploy deploy, Rollout rollout) throws CommandException {
        for (RolloutRow row : deploy.rows()) {
            session.takesPart(row.host());
            if (row.progress().isFailed()) {
                session.fail(row.host(), task, row.reason());
            }
        }
        retryUseful = deploy.isRetryUseful();
        deploy.uncertain().forEach(host -> session.leave(host, Task.STOP_AGENTS));
        failure = rollout.failure();
        if (!failure.isEmpty() && rollout.failedCount() == 0) {
            throw CommandException.failed(failure);
        }
    }

    /** The release to activate without packing. */
    private History known(FleetFolder folder, OrderBook book) throws CommandException, IOException {
        Target target = book.target(plan.destination());
        murder.order.Release staged = target == null ? null : target.release(plan.tag());
        if (!plan.tag().isEmpty() && staged != null && staged.content() != null) {
            return new History(plan.destination(), plan.tag(), staged.archive(), target.layout(), staged.content(), 0);
        }
        History found = History.find(History.read(folder), plan.destination(), plan.tag());
        if (found == null) {
            throw CommandException.failed(plan.tag().isEmpty() ? "this machine knows no earlier release at "
                + plan.destination() + "; name one with tag=" : "this machine knows of no release '" + plan.tag() + "' at "
                + plan.destination() + "; the task stage brings one");
        }
        return found;
    }

    /**
     * The number of hosts by which the length of pieces is chosen. All hosts must get the same
     * content: those of a retry, and those that come later.
     */
    private int hosts(FleetFolder folder, murder.order.Release there, String tag) throws IOException {
        if (there != null && there.maker() != null) {
            return there.maker().hosts();
        }
        History last = History.of(folder, plan.destination(), tag);
        return last == null || last.hosts() == 0 ? config.peers().size() : last.hosts();
    }

    private Maker maker(int hosts, Target before, String tag) {
        return packs() ? new Maker(makers().stream().map(Host::toString).toList(), plan.source().filesPath(), plan.source().isFile(),
            plan.source().keepLinks(), hosts, 0, bases(before, tag)) : null;
    }

    /** The releases from which patches may lead: those that are active somewhere. */
    private List<String> bases(Target before, String tag) {
        return before == null || !plan.delta() ? List.of() : before.active().stream().map(Activation::tag).distinct()
            .filter(active -> !active.equals(tag)).limit(murder.order.Release.MAX_PATCHES).toList();
    }

    private List<Host> makers() {
        return packs() ? config.seeders() : List.of();
    }

    /** The tracker's host first: the others wait for it. */
    private List<Host> taking(List<Host> peers) {
        Set<Host> all = new LinkedHashSet<>(List.of(config.tracker()));
        all.addAll(makers());
        all.addAll(peers);
        return List.copyOf(all);
    }

    /** Shows every ssh and every order. */
    private void dryRun(List<Host> all, List<Host> peers) throws CommandException, IOException {
        AgentCommands commands = new AgentCommands(config, new RemoteCommands(config), JarFile.own(), new byte[] {'\n'},
            AgentCommands.roots(plan.destination(), plan.currentLink() == null ? "" : plan.currentLink()), plan.seedFor(), plan.tempPath());
        for (Host host : all) {
            Job job = host.equals(config.tracker()) ? commands.attached() : commands.once(host);
            session.step(Task.START_AGENTS, List.of(job));
        }
        String release = (plan.tag().isEmpty() ? "the release before" : "'" + plan.tag() + "'") + " at " + shown(plan.destination());
        if (packs()) {
            order("hold " + release + ", made of " + shown(plan.source().filesPath()) + " by " + FleetView.some(makers().stream()
                .map(Host::toString).toList()));
        }
        order("hold " + release + (packs() ? " with the content that was made" : ""));
        if (packs() && plan.delta() && plan.archive() != Archive.TREE && plan.layout() != Layout.FILE) {
            order("hold " + release + " with a patch from the active release, if " + makers().get(0)
                + " holds that and the patch has at most half of the payload's bytes");
        }
        if (task == Task.STAGE) {
            return;
        }
        try {
            for (Wave wave : Wave.parse(plan.waves(), peers.stream().map(Host::toString).toList())) {
                order(release + " is active on " + (wave.hosts().size() == peers.size() ? "all hosts" : FleetView.some(wave.hosts())));
                if (!plan.gate().isEmpty()) {
                    session.view().say("here  gate  " + plan.gate());
                }
            }
        } catch (UsageException e) {
            throw CommandException.failed(e.getMessage(), e);
        }
    }

    /** A path of an order as people write it. */
    private static String shown(String path) {
        return path.startsWith("/~/") ? path.substring("/~/".length()) : path;
    }

    private void order(String text) {
        session.view().say(config.tracker() + "  order  " + text);
        session.view().object(new murder.tools.cli.Json().put("task", task.toString().toLowerCase(Locale.ROOT)).put("order", text));
    }
}
