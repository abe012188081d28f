package murder.tools.agent;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import murder.engine.ControlHandler;
import murder.engine.ControlSwarm;
import murder.order.Order;
import murder.order.OrderPolicy;
import murder.order.SignedOrder;
import murder.tools.cli.Lifetime;
import murder.trust.TrustException;

/**
 * A running agent. The thread that calls {@link #run} owns all state. Other threads, such as those
 * of the engine and those that pack and unpack, hand over their events. After each event the agent
 * asks {@link AgentPlan} for the next steps, starts them and reports the changes.
 */
final class Agent implements ControlHandler {
    private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long IDLE_NS = TimeUnit.SECONDS.toNanos(30);
    /** An agent for one deploy leaves if it gets no order for this long. */
    private static final long NO_ORDER_NS = TimeUnit.MINUTES.toNanos(3);
    /**
     * The same if a deploy has just ended. Its ssh may have come to this agent only after its last
     * order, because other hosts and an agent that was here already were faster.
     */
    private static final long NO_ORDER_AFTER_LAST_NS = TimeUnit.SECONDS.toNanos(30);
    private static final long JUST_ENDED_NS = TimeUnit.SECONDS.toNanos(10);
    /**
     * An agent for one deploy leaves if an expected order does not come for this long. Between
     * waves somebody may look at graphs.
     */
    private static final long NO_MORE_NS = TimeUnit.HOURS.toNanos(6);

    private final AgentOptions options;
    private final AgentFolder folder;
    private final OrderPolicy policy;
    private final Ledger ledger;
    private final StepRunner steps;
    private final Reports reports;
    private final Transfers transfers;
    private final boolean holds;
    private final Lifetime lifetime;
    private final Consumer<String> log;
    private final LinkedBlockingQueue<Runnable> queue;
    /**
     * The time of its start, or when a later deploy began to rely on it. Guarded by this, like the
     * next two.
     */
    private long neededSinceNs = System.nanoTime();
    /** Gets every report and every order. */
    private final List<Audience> audiences = new ArrayList<>();
    private volatile SignedOrder newest;
    /** That of the order of an earlier process; -1 for none. */
    private volatile long storedSerial = -1;
    /** The last order that was read. Every order is checked several times. Guarded by this. */
    private SignedOrder read;
    private ControlSwarm control;
    private Order order;
    private List<AgentReport> reported = List.of();
    private byte[] reportedBytes = {};
    private boolean urgentSaid;
    private long orderNs;
    private long settledNs;
    /**
     * Whether an order came since then. A stored order says nothing about the deploy that started
     * this agent.
     */
    private boolean heard;
    /** When it last heard an order; 0 for never. Guarded by this, like the next. */
    private long heardNs;
    private long noOrderNs = NO_ORDER_NS;
    private boolean leaving;
    /** Whether it leaves because the deploy has ended. */
    private boolean finished;

    /**
     * Other listeners: the tracker in the same process, and attached programs.
     */
    interface Audience {
        /** In the main thread. */
        void onReport(byte[] report);

        /** In the main thread. */
        void onOrder(SignedOrder signed);

        /** Whether a listener still needs this agent, so that it stays. Main thread. */
        boolean isNeeded();
    }

    Agent(AgentOptions options, AgentFolder folder, OrderPolicy policy, Ledger ledger, StepRunner steps, Reports reports,
          Transfers transfers, boolean holds, Lifetime lifetime, LinkedBlockingQueue<Runnable> queue, Consumer<String> log) {
        this.options = options;
        this.folder = folder;
        this.policy = policy;
        this.ledger = ledger;
        this.steps = steps;
        this.reports = reports;
        this.transfers = transfers;
        this.holds = holds;
        this.lifetime = lifetime;
        this.queue = queue;
        this.log = log;
    }

    void add(Audience audience) {
        audiences.add(audience);
    }

    /** The order that an earlier process accepted; null if there is no valid one. */
    SignedOrder stored() throws IOException {
        byte[] bytes = AgentFolder.read(folder.order());
        if (bytes == null) {
            return null;
        }
        try {
            SignedOrder signed = SignedOrder.parse(bytes);
            // It was valid when it was accepted. It stays in force until a newer one comes.
            signed.check(policy, signed.order().made(), -1);
            storedSerial = signed.order().serial();
            return signed;
        } catch (TrustException e) {
            log.accept("the stored order is no longer valid: " + e.getMessage());
            return null;
        }
    }

    SignedOrder newest() {
        return newest;
    }

    // ---- the control swarm; a worker thread of the engine ----

    @Override
    public long verify(byte[] signedOrder) {
        try {
            SignedOrder signed = read(signedOrder);
            // Checked against the time when it was signed. An honest agent may forward an expired
            // order; expiry is checked later.
            return signed.check(policy, signed.order().made(), -1).serial();
        } catch (TrustException e) {
            log.accept("an order is refused: " + e.getMessage());
            return -1;
        }
    }

    @Override
    public void onOrder(long serial, byte[] signedOrder) {
        try {
            SignedOrder signed = read(signedOrder);
            signed.check(policy, Instant.now(), lastSerial());
            AgentFolder.write(folder.order(), signedOrder);
            queue.add(() -> {
                onHeard();
                take(signed);
            });
        } catch (TrustException e) {
            log.accept("order " + serial + " is not carried out: " + e.getMessage());
        } catch (IOException e) {
            log.accept("order " + serial + " is not carried out, because it cannot be stored: " + e);
        }
    }

    /** Any thread. */
    private synchronized SignedOrder read(byte[] signedOrder) throws TrustException {
        if (read == null || !read.isIn(signedOrder)) {
            read = SignedOrder.parse(signedOrder);
        }
        return read;
    }

    // ---- the main thread ----

    /** The reason not to carry out an order; empty if there is none. */
    String refusal(byte[] signedOrder) {
        try {
            read(signedOrder).check(policy, Instant.now(), lastSerial());
            return "";
        } catch (TrustException e) {
            return e.getMessage();
        }
    }

    /** Also before the stored order is taken, no older one counts. */
    private long lastSerial() {
        SignedOrder last = newest;
        return last == null ? storedSerial : last.order().serial();
    }

    void take(SignedOrder signed) {
        if (newest != null && newest.order().serial() >= signed.order().serial()) {
            return;
        }
        log.accept("order " + signed.order().serial() + (signed.order().ended() ? ", the last of its deploy" : ""));
        Order before = order;
        reports.onOrder(before, signed.order());
        newest = signed;
        order = signed.order();
        orderNs = System.nanoTime();
        settledNs = 0;
        // The tracker first: what follows announces.
        audiences.forEach(audience -> audience.onOrder(signed));
        transfers.follow(order);
        steps.onOrder(before, order);
        if (before == null) {
            steps.resume(order);
        }
    }

    private synchronized void onHeard() {
        heard = true;
        heardNs = System.nanoTime();
    }

    /** Any thread. */
    synchronized void leave() {
        leaving = true;
        queue.add(() -> { });
    }

    /**
     * Another deploy relies on this agent, so it waits for an order of that deploy. Any thread.
     *
     * @return false if the agent is leaving already
     */
    synchronized boolean stay() {
        if (!leaving) {
            heard = false;
            neededSinceNs = System.nanoTime();
            SignedOrder last = newest;
            boolean justEnded = heardNs != 0 && neededSinceNs - heardNs < JUST_ENDED_NS && last != null && last.order().ended();
            noOrderNs = justEnded ? NO_ORDER_AFTER_LAST_NS : NO_ORDER_NS;
        }
        return !leaving;
    }

    /** Whether a deploy runs that uses this agent, or is about to. Any thread. */
    synchronized boolean isAtWork() {
        SignedOrder last = newest;
        return !heard || last == null || !last.order().ended();
    }

    /** There are more roots. Any thread. */
    void onRoots() {
        queue.add(steps::onRoots);
    }

    private synchronized boolean isLeaving() {
        return leaving;
    }

    private synchronized void leaveIfOver(long nowNs) {
        finished = options.once() && isOver(nowNs);
        leaving |= finished;
    }

    /**
     * Runs until the process ends, or until an agent for one deploy is done.
     */
    void run(ControlSwarm swarm) throws InterruptedException {
        control = swarm;
        orderNs = System.nanoTime();
        boolean hasWorked = true;
        step(System.nanoTime());
        while (!lifetime.isEnding() && !isLeaving()) {
            boolean ticks = steps.isBusy() || transfers.isSendingFirst();
            Runnable next = queue.poll(ticks ? TICK_NS : IDLE_NS / (options.once() ? 30 : 1), TimeUnit.NANOSECONDS);
            hasWorked |= ticks;
            if (hasWorked && !ticks && next == null && !options.once()) {
                transfers.releaseMemory();
                hasWorked = false;
            }
            while (next != null) {
                next.run();
                next = queue.poll();
            }
            long nowNs = System.nanoTime();
            step(nowNs);
            leaveIfOver(nowNs);
        }
    }

    /**
     * Whether its deploy has ended, so that nobody needs its payload any more.
     */
    boolean isFinished() {
        return finished && order != null && order.ended();
    }

    private void step(long nowNs) {
        transfers.onTick(nowNs);
        if (order != null) {
            steps.onTick(order, nowNs);
            for (Step each : AgentPlan.next(order, options.name(), options.flags().zone(), holds, ledger.view(), nowNs)) {
                steps.start(each, order);
            }
        }
        report();
    }

    private void report() {
        List<AgentReport> lines = reports.lines(order, ledger.view(), steps::progress, transfers.uploadedBytes(),
            transfers.downloadedBytes());
        byte[] bytes = AgentReport.toBytes(lines);
        boolean isNew = !urgentSaid || !Arrays.equals(bytes, reportedBytes);
        // An agent at work says that it lives, also if nothing moves.
        if (!isNew && !steps.isBusy()) {
            return;
        }
        boolean urgent = !urgentSaid || !AgentReport.isSameState(lines, reported);
        reported = lines;
        reportedBytes = bytes;
        urgentSaid = true;
        control.report(bytes, urgent);
        if (isNew) {
            audiences.forEach(audience -> audience.onReport(bytes));
        }
    }

    /** Whether an agent for one deploy has nothing more to do. */
    private boolean isOver(long nowNs) {
        if (order == null || !heard && !steps.isBusy()) {
            return nowNs - neededSinceNs > noOrderNs && audiences.stream().noneMatch(Audience::isNeeded);
        }
        if (steps.isBusy()) {
            settledNs = 0;
            return false;
        }
        settledNs = settledNs == 0 ? nowNs : settledNs;
        boolean isNeeded = audiences.stream().anyMatch(Audience::isNeeded);
        long stayNs = order.ended() ? Math.min(NO_MORE_NS, options.flags().seedFor().toNanos()) : NO_MORE_NS;
        return nowNs - settledNs >= stayNs && !isNeeded;
    }
}
