package murder.tools.fleet;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import murder.metainfo.Magnet;
import murder.order.Content;
import murder.order.SignedOrder;
import murder.tools.agent.AgentReport;
import murder.tools.agent.AttachLine;
import murder.tools.cli.CommandException;
import murder.tools.cli.Failures;
import murder.tools.cli.HostReport;
import murder.tools.cli.HostReport.Member;
import murder.tools.cli.Json;

/**
 * Carries out a {@link Rollout}: starts agents by ssh, sends orders to the tracker's host, receives
 * reports from it, and runs the gate. The rollout makes all decisions. One thread owns all state;
 * others post to its queue.
 *
 * <pre>
 *   ssh per host ──joined──▶ ┌─────────┐ ◀──reports── ssh to the tracker's host
 *                            │ Rollout │ ──orders───▶
 *   gate ────────passed────▶ └─────────┘
 * </pre>
 */
final class AgentDeploy {
    private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long WATCH_NS = TimeUnit.MILLISECONDS.toNanos(200);
    /**
     * The time limit for a resident agent to report, from the first report of the tracker. After it
     * ssh goes to the host.
     */
    private static final long RESIDENT_NS = TimeUnit.MILLISECONDS.toNanos(1500);
    /** The time limit of the last order to the tracker's host. */
    private static final long LAST_ORDER_NS = TimeUnit.SECONDS.toNanos(5);
    /** How long the ssh to the tracker's host may take to end. */
    private static final long LAST_SSH_MS = 200;
    private static final long GRACE_NS = TimeUnit.SECONDS.toNanos(2);
    /**
     * The pauses before new tries of the ssh to the tracker's host. After the last one the deploy
     * fails.
     */
    private static final long[] ATTACH_AGAIN_S = {0, 1, 2, 4, 8, 16, 30};

    private final FleetConfig config;
    private final AgentCommands commands;
    private final OrderBook book;
    private final TargetPlan target;
    private final Rollout rollout;
    private final Gate gate;
    private final FleetSession session;
    private final FleetView view;
    private final Set<Host> resident;

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final Map<String, Host> hosts = new LinkedHashMap<>();
    private final Map<Host, HostRun> ssh = new LinkedHashMap<>();
    private final Map<String, RolloutRow> rows = new LinkedHashMap<>();
    private final Set<String> shownFailures = new LinkedHashSet<>();
    private final List<SshBatch> batches = new ArrayList<>();
    private SshCall attach;
    private SshBatch attachBatch;
    private int attachFailures;
    private long attachAgainNs;
    private long firstWordNs;
    private SignedOrder lastOrder;
    private RolloutStep lastStep;
    private boolean linkShown;
    /** Whether the agent on the tracker's host could not start, for example because of its port. */
    private boolean trackerRefused;
    /** The orders that the agent of the tracker's host has neither accepted nor refused yet. */
    private int unanswered;

    /**
     * @param target of the orders
     * @param rollout that decides
     * @param gate null for none
     * @param resident hosts that have an agent already
     */
    AgentDeploy(FleetConfig config, AgentCommands commands, OrderBook book, TargetPlan target, Rollout rollout, Gate gate,
                FleetSession session, Set<Host> resident) {
        this.config = config;
        this.commands = commands;
        this.book = book;
        this.target = target;
        this.rollout = rollout;
        this.gate = gate;
        this.session = session;
        this.view = session.view();
        this.resident = resident;
    }

    /**
     * Runs it to its end.
     *
     * @param task its name on the screen
     * @param all hosts that take part
     */
    void run(String task, List<Host> all) throws CommandException, IOException, InterruptedException {
        long startNs = System.nanoTime();
        for (Host host : all) {
            hosts.put(host.toString(), host);
            if (!host.equals(config.tracker())) {
                ssh.put(host, run(host));
            }
        }
        for (HostProgress progress : rollout.hosts()) {
            Host host = hosts.get(progress.name());
            rows.put(progress.name(), new RolloutRow(host, progress, rollout, ssh.get(host)));
        }
        view.begin(task, List.copyOf(rows.values()), startNs);
        attach(startNs);
        List<HostRun> later = new ArrayList<>();
        List<HostRun> now = new ArrayList<>();
        ssh.forEach((host, run) -> (resident.contains(host) ? later : now).add(run));
        start(now);
        long watchNs = startNs;
        try {
            while (!rollout.isOver()) {
                takeEvents();
                long nowNs = System.nanoTime();
                if (session.isCancelled() && !rollout.isCancelled()) {
                    rollout.cancel(nowNs);
                    batches.forEach(SshBatch::cancel);
                    endGate();
                }
                if (nowNs - watchNs >= WATCH_NS) {
                    watchNs = nowNs;
                    batches.forEach(batch -> batch.watch(System.nanoTime()));
                    attachBatch.watch(nowNs);
                    rollout.onTick(nowNs);
                }
                if (!later.isEmpty() && firstWordNs != 0 && nowNs - firstWordNs > RESIDENT_NS) {
                    later.removeIf(run -> rollout.progress(run.host().toString()).report() != null);
                    start(later);
                    later.clear();
                }
                if (attachAgainNs != 0 && nowNs - attachAgainNs >= 0 && !rollout.isCancelled()) {
                    attach(nowNs);
                }
                unlessInterrupted(() -> perform(rollout.next(nowNs)));
                show(nowNs);
            }
        } finally {
            end();
        }
        if (!rollout.isCancelled()) {
            rollout.onOver(System.nanoTime());
        }
        view.end(System.nanoTime());
    }

    /** An event from another thread. */
    private interface Event {
        void happen() throws CommandException, IOException, InterruptedException;
    }

    private void takeEvents() throws CommandException, IOException {
        unlessInterrupted(() -> {
            Event event = events.poll(Math.min(view.tickNs(), TICK_NS), TimeUnit.NANOSECONDS);
            while (event != null) {
                event.happen();
                event = events.poll();
            }
        });
    }

    /** An interrupt cancels the deploy as Ctrl-C does, also while an order is signed and written. */
    private void unlessInterrupted(Event work) throws CommandException, IOException {
        try {
            work.happen();
        } catch (InterruptedException | ClosedByInterruptException e) {
            Thread.interrupted(); // Otherwise the order that withdraws the release could not be written.
            session.cancel();
        }
    }

    private void end() throws CommandException, IOException {
        batches.forEach(SshBatch::cancel);
        endGate();
        // A cancelled ssh may still start a process. It ends in a moment.
        long graceNs = System.nanoTime() + GRACE_NS;
        while (ssh.values().stream().anyMatch(run -> run.state() == HostRun.State.RUNNING) && graceNs - System.nanoTime() > 0) {
            takeEvents();
        }
        long limitNs = System.nanoTime() + LAST_ORDER_NS;
        while (attach != null && unanswered > 0 && limitNs - System.nanoTime() > 0) {
            takeEvents();
        }
        if (attach != null) {
            try {
                attach.send(AttachLine.bye());
            } catch (IOException e) {
                return; // It has ended by itself.
            } finally {
                // If it does not come through any more, the agent sees the end of its input. A JVM
                // that ends while it has a child or reads from it waits for 300 ms.
                attach.end(LAST_SSH_MS);
            }
        }
    }

    private void endGate() {
        if (gate != null) {
            gate.end();
        }
    }

    // ---- ssh ----

    private HostRun run(Host host) {
        return new HostRun(commands.once(host));
    }

    private void start(List<HostRun> runs) {
        for (HostRun run : runs) {
            rollout.onSsh(run.host().toString(), System.nanoTime());
        }
        SshBatch batch = new SshBatch(runs, session.parallel(), config.limits(), run -> events.add(() -> onEnd(run)));
        batches.add(batch);
        batch.start();
    }

    private void onEnd(HostRun run) {
        if (run.isDone()) {
            rollout.onJoined(run.host().toString(), System.nanoTime());
        } else if (!run.isInterrupted()) {
            rollout.onUnreachable(run.host().toString(), run.reason(), System.nanoTime());
        }
    }

    /** The ssh to the tracker's host, which stays open. */
    private void attach(long nowNs) {
        attachAgainNs = 0;
        unanswered = 0;
        HostRun[] own = new HostRun[1];
        HostRun run = new HostRun(commands.attached(), report -> events.add(() -> onAttached(own[0], report)));
        own[0] = run;
        rollout.onSsh(config.tracker().toString(), nowNs);
        attachBatch = new SshBatch(List.of(run), 1, config.limits(), ended -> events.add(() -> onDetached(ended)));
        attach = attachBatch.first();
        attachBatch.start();
    }

    private void onAttached(HostRun run, HostReport report) throws CommandException, IOException, InterruptedException {
        if (attach == null || attach.run() != run) {
            return; // An event of an ssh that was given up.
        }
        long nowNs = System.nanoTime();
        switch (report.type()) {
            case RESULT -> {
                if (report.is(Member.OK)) {
                    rollout.onJoined(config.tracker().toString(), nowNs);
                }
            }
            case ORDER -> onFirstWord(report, nowNs);
            case AGENT -> {
                onFirstWord(null, nowNs);
                AgentReport agent = AgentReport.of(report);
                if (agent != null) {
                    rollout.onReport(agent, nowNs);
                }
            }
            case CHECK -> {
                unanswered--;
                if (report.isNot(Member.OK) && unanswered == 0) { // Otherwise the next order says all.
                    onRefused(report.text(Member.DETAIL));
                }
            }
            default -> { }
        }
    }

    /**
     * The order of another deploy may have come first. It was signed later, and has what this one
     * says, unless it comes from another control machine.
     */
    private void onRefused(String why) throws CommandException, IOException, InterruptedException {
        if (book.last().order().serial() <= lastOrder.order().serial()) {
            rollout.abort("the agent on the tracker's host " + config.tracker() + " refused the order: " + why);
        } else if (!Objects.equals(book.target(target.destination()), lastOrder.order().target(target.destination()))) {
            perform(lastStep);
        }
    }

    private void onFirstWord(HostReport order, long nowNs) throws CommandException, IOException, InterruptedException {
        firstWordNs = firstWordNs == 0 ? nowNs : firstWordNs;
        attachFailures = 0;
        if (order != null) {
            book.onFound(order.text(Member.BASE64));
        }
        if (!rollout.isAttached()) {
            rollout.onAttached(true);
            if (lastOrder != null) {
                send(lastOrder); // The agent there may be a new one.
            }
        }
    }

    private void onDetached(HostRun run) {
        if (attach == null || attach.run() != run) {
            return;
        }
        attach = null;
        rollout.onAttached(false);
        boolean neverJoined = firstWordNs == 0;
        boolean refused = neverJoined && (run.hasReported() || attachFailures > 0) || attachFailures >= ATTACH_AGAIN_S.length - 1;
        if (refused || rollout.isCancelled() || neverJoined) {
            trackerRefused = neverJoined && !run.isUnreachable();
            rollout.onUnreachable(config.tracker().toString(), run.reason(), System.nanoTime());
            rollout.abort((neverJoined ? "the tracker did not start on " + config.tracker() + ", so the others were left alone: "
                : "the way to the tracker " + config.tracker() + " is lost: ") + run.reason());
            return;
        }
        attachAgainNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(ATTACH_AGAIN_S[attachFailures++]);
    }

    // ---- steps ----

    private void perform(RolloutStep step) throws CommandException, IOException, InterruptedException {
        if (step == null) {
            return;
        }
        if (step.kind() == RolloutStep.Kind.GATE) {
            view.say("gate after " + step.wave().hosts().size() + (step.wave().hosts().size() == 1 ? " host" : " hosts"));
            gate.start(step.wave().hosts(), why -> events.add(() -> rollout.onGate(why, System.nanoTime())));
            return;
        }
        lastStep = step;
        SignedOrder order = book.change(target.destination(), now -> target.at(step, now), step.ended(), Instant.now());
        view.object(new Json().put("order", order.order().serial()).put("step", step.kind().name().toLowerCase(java.util.Locale.ROOT)));
        rollout.onPublished(step, order.order().serial(), System.nanoTime());
        send(order);
        if (target.open() && step.content() != null && !linkShown) {
            linkShown = true;
            showLink(step.content());
        }
    }

    /** By which public clients join the deploy. */
    private void showLink(Content content) {
        String link = new Magnet(content.infoHash(), content.infoSha256(), target.tag(),
            List.of(List.of("http://" + config.trackerAddress() + "/announce")), List.of()).toString();
        view.say("open to everybody: " + link);
        view.object(new Json().put("magnet", link));
    }

    private void send(SignedOrder order) {
        lastOrder = order;
        unanswered++;
        try {
            attach.send(AttachLine.order(order.bytes()));
        } catch (IOException e) {
            // Its end arrives as an event, and the next attempt sends the order.
            view.object(new Json().put("warning", "the order waits for the tracker's host: " + Failures.describe(e)));
        }
    }

    private void show(long nowNs) {
        for (RolloutRow row : rows.values()) {
            if (row.progress().isFailed() ? shownFailures.add(row.progress().name()) : shownFailures.remove(row.progress().name())) {
                if (row.progress().isFailed()) {
                    view.ended(row, nowNs);
                }
            }
        }
        view.update(nowNs);
    }

    /** The hosts and their progress, in the order of the configuration. */
    List<RolloutRow> rows() {
        return List.copyOf(rows.values());
    }

    /** Whether the same task may succeed without a change on the failed hosts. */
    boolean isRetryUseful() {
        return !trackerRefused && rows.values().stream().anyMatch(row -> row.progress().mayRecover());
    }

    /**
     * Hosts on which an agent may run that does not know the last order. It leaves by itself, but
     * later.
     */
    List<Host> uncertain() {
        List<Host> uncertain = new ArrayList<>();
        for (HostRun run : ssh.values()) {
            HostProgress progress = rollout.progress(run.host().toString());
            if (run.mayHaveStarted() && rollout.isCancelled() && !rollout.hasHeard(progress)) {
                uncertain.add(run.host());
            }
        }
        return uncertain;
    }
}
