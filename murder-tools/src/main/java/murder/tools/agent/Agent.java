package murder.tools.agent;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
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
 * An agent at work. One thread, which {@link #run} takes, owns all that it knows. Others, such as
 * the engine's and those that pack and unpack, hand it what they have to say. Each time it asks
 * {@link AgentPlan} what to do next, starts that, and reports what has changed.
 */
final class Agent implements ControlHandler {
    private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long IDLE_NS = TimeUnit.SECONDS.toNanos(30);
    /** An agent for one deploy that hears of no order. */
    private static final long NO_ORDER_NS = TimeUnit.MINUTES.toNanos(3);
    /**
     * An agent for one deploy that hears of no other order, although more were to come: between
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
     * When it was started, or a later deploy began to rely on it. Guarded by this, as are the next
     * two.
     */
    private long neededSinceNs = System.nanoTime();
    /** Told every report and every order. */
    private final List<Audience> audiences = new ArrayList<>();
    private volatile SignedOrder newest;
    private ControlSwarm control;
    private Order order;
    private List<AgentReport> reported = List.of();
    private boolean urgentSaid;
    private long orderNs;
    private long settledNs;
    /**
     * Whether an order came since then. One that was kept says nothing of the deploy for which it
     * was started.
     */
    private boolean heard;
    private boolean leaving;
    /** Whether it leaves because the deploy has ended. */
    private boolean finished;

    /**
     * What else wants to know what this agent does: the tracker in the same process, and attached
     * programs.
     */
    interface Audience {
        /** In the main thread. */
        void onReport(byte[] report);

        /** In the main thread. */
        void onOrder(SignedOrder signed);

        /** Whether somebody still listens, so that the agent stays. Main thread. */
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

    /** The order that an earlier process accepted; null if there is none that counts. */
    SignedOrder stored() throws IOException {
        byte[] bytes = AgentFolder.read(folder.order());
        if (bytes == null) {
            return null;
        }
        try {
            SignedOrder signed = SignedOrder.parse(bytes);
            // It was accepted when it was valid. What it says counts until there is a newer one.
            signed.check(policy, signed.order().made(), -1);
            return signed;
        } catch (TrustException e) {
            log.accept("the stored order counts no more: " + e.getMessage());
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
            SignedOrder signed = SignedOrder.parse(signedOrder);
            // By the time when it was made: whether it has expired is looked at later, since an
            // honest agent may pass it on.
            return signed.check(policy, signed.order().made(), -1).serial();
        } catch (TrustException e) {
            log.accept("an order is refused: " + e.getMessage());
            return -1;
        }
    }

    @Override
    public void onOrder(long serial, byte[] signedOrder) {
        try {
            SignedOrder signed = SignedOrder.parse(signedOrder);
            signed.check(policy, Instant.now(), newest == null ? -1 : newest.order().serial());
            AgentFolder.write(folder.order(), signedOrder);
            queue.add(() -> {
                onHeard();
                take(signed);
            });
        } catch (TrustException e) {
            log.accept("order " + serial + " is not carried out: " + e.getMessage());
        } catch (IOException e) {
            log.accept("order " + serial + " is not carried out, since it cannot be kept: " + e);
        }
    }

    // ---- the main thread ----

    /** Why an order would not be carried out; empty if it would. */
    String refusal(byte[] signedOrder) {
        try {
            SignedOrder.parse(signedOrder).check(policy, Instant.now(), newest == null ? -1 : newest.order().serial());
            return "";
        } catch (TrustException e) {
            return e.getMessage();
        }
    }

    void take(SignedOrder signed) {
        if (newest != null && newest.order().serial() >= signed.order().serial()) {
            return;
        }
        log.accept("order " + signed.order().serial() + (signed.order().ended() ? ", the last of its deploy" : ""));
        boolean first = order == null;
        reports.onOrder(order, signed.order());
        newest = signed;
        order = signed.order();
        orderNs = System.nanoTime();
        settledNs = 0;
        if (first) {
            steps.resume(order);
        }
        audiences.forEach(audience -> audience.onOrder(signed));
    }

    private synchronized void onHeard() {
        heard = true;
    }

    /** Any thread. */
    synchronized void leave() {
        leaving = true;
        queue.add(() -> { });
    }

    /**
     * Another deploy relies on this agent: it waits for an order of that one. Any thread.
     *
     * @return false if it leaves already
     */
    synchronized boolean stay() {
        if (!leaving) {
            heard = false;
            neededSinceNs = System.nanoTime();
        }
        return !leaving;
    }

    private synchronized boolean isLeaving() {
        return leaving;
    }

    private synchronized void leaveIfOver(long nowNs) {
        finished = options.once() && isOver(nowNs);
        leaving |= finished;
    }

    /**
     * Works until the end of the process's life, or until an agent for one deploy has nothing more
     * to do.
     */
    void run(ControlSwarm swarm) throws InterruptedException {
        control = swarm;
        orderNs = System.nanoTime();
        step(System.nanoTime());
        while (!lifetime.isEnding() && !isLeaving()) {
            Runnable next = queue.poll(steps.isBusy() ? TICK_NS : IDLE_NS / (options.once() ? 30 : 1), TimeUnit.NANOSECONDS);
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
     * Whether the deploy for which it was started has ended, so that nobody comes for what it
     * seeded.
     */
    boolean isFinished() {
        return finished && order != null && order.ended();
    }

    private void step(long nowNs) {
        if (order != null) {
            steps.onTick(order, nowNs);
            for (Step each : AgentPlan.next(order, options.name(), options.flags().zone(), holds, ledger.view(), nowNs)) {
                steps.start(each, order);
            }
        }
        report();
    }

    private void report() {
        long uploaded = transfers.uploadedBytes();
        List<AgentReport> lines = reports.lines(order, ledger.view(), steps::progress, uploaded);
        if (lines.equals(reported) && urgentSaid) {
            return;
        }
        boolean urgent = !urgentSaid || !AgentReport.isSameState(lines, reported);
        reported = lines;
        urgentSaid = true;
        byte[] bytes = AgentReport.toBytes(lines);
        control.report(bytes, urgent);
        audiences.forEach(audience -> audience.onReport(bytes));
    }

    /** Whether an agent for one deploy has nothing more to do. */
    private boolean isOver(long nowNs) {
        if (order == null || !heard && !steps.isBusy()) {
            return nowNs - neededSinceNs > NO_ORDER_NS && audiences.stream().noneMatch(Audience::isNeeded);
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
