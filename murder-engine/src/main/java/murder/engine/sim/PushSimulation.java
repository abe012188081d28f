package murder.engine.sim;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import murder.engine.swarm.OrderExchange;
import murder.engine.swarm.PeerConnection;
import murder.peer.PeerAddress;
import murder.tracker.AnnounceRequest;
import murder.tracker.AnnounceResponse;
import murder.tracker.SwarmOptions;
import murder.tracker.SwarmTable;
import murder.tracker.TrackerException;

/**
 * Simulates a control swarm of thousands of agents in one thread and in virtual time. Agents start
 * and find each other through the tracker's table. Then one of them gets a new order. Each agent
 * runs the product's decisions. The network is simpler than that of {@link Simulation}: orders are
 * short, so links have a latency but no rate.
 */
public final class PushSimulation {
    /** The time to connect after the agents have started. */
    private static final long KNIT_NS = 10 * NetworkModel.SECOND;
    /** The simulation waits this long for the last order: longer than the announce interval. */
    private static final long PATIENCE_NS = 600 * NetworkModel.SECOND;
    private static final long BEFORE_NS = NetworkModel.SECOND;
    private static final long AWAY_NS = NetworkModel.SECOND;
    private static final long CONNECT_TIMEOUT_NS = 5 * NetworkModel.SECOND;
    /**
     * One-way times of TCP's handshake, ours and the proof, until the accepting side knows the
     * dialling peer.
     */
    private static final int WAYS_TO_ADMIT = 5;
    /** TCP's handshake and the request. */
    private static final int WAYS_TO_TRACKER = 3;

    private static final int ACTION = 0;
    private static final int TIMER = 1;
    private static final int MESSAGE = 2;

    final PushOptions.Values options;
    private final SplittableRandom random;
    private final EventQueue events = new EventQueue();
    private final List<Runnable> actions = new ArrayList<>();
    private final List<PushAgent> agents = new ArrayList<>();
    private final List<PushLink> links = new ArrayList<>();
    private final SwarmTable table;
    private final long firstOrderNs;
    /** The start of all measured times. */
    private final long countedNs;
    private byte[] newestAtTracker;
    private long newest = -1;
    private final long[] reachedNs;
    private int waitingFor;
    private int reached;
    private long refusals;
    private long nowNs;
    private long handled;
    private long messages;
    private long bytes;
    private double neighbours;
    private long traceHash;

    PushSimulation(PushOptions what) {
        this.options = what.values;
        this.random = new SplittableRandom(options.seed);
        this.table = new SwarmTable(SwarmOptions.defaults(), random.split());
        this.firstOrderNs = options.startWithinNs + KNIT_NS;
        long lastOrderNs = firstOrderNs + (options.orders - 1) * options.orderEveryNs;
        this.countedNs = Math.max(lastOrderNs, options.splitNs == 0 ? 0 : firstOrderNs - BEFORE_NS + options.splitNs);
        this.reachedNs = new long[options.hosts];
        Arrays.fill(reachedNs, -1);
        addAgents();
        schedule();
    }

    /**
     * Runs a simulation to its end.
     *
     * @param options of the simulation
     * @return the outcome
     */
    public static PushResult run(PushOptions options) {
        long startNs = System.nanoTime();
        PushSimulation simulation = new PushSimulation(options);
        simulation.play();
        return simulation.result((System.nanoTime() - startNs) / 1e9);
    }

    /**
     * An order of this simulation: its serial, then any bytes. It is valid if the last byte is
     * even.
     */
    static byte[] order(long serial, int length) {
        return ByteBuffer.allocate(length).putLong(serial).array();
    }

    /** Its serial, or -1 if it is invalid. */
    static long verify(byte[] order) {
        return (order[order.length - 1] & 1) == 0 ? ByteBuffer.wrap(order).getLong() : -1;
    }

    private void addAgents() {
        int silent = (int) Math.round(options.silent * options.hosts);
        int liars = (int) Math.round(options.liars * options.hosts);
        int apart = (int) Math.round(options.split * options.hosts);
        int[] order = new int[options.hosts];
        for (int i = 1; i < order.length; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        for (int i = 0; i < options.hosts; i++) {
            // The first agent gets the orders.
            PushAgent.Kind kind = i == 0 || order[i] >= silent + liars ? PushAgent.Kind.HONEST
                : order[i] < silent ? PushAgent.Kind.SILENT : PushAgent.Kind.LIAR;
            agents.add(new PushAgent(this, i, kind, i > 0 && i >= options.hosts - apart, random.split()));
            waitingFor += kind == PushAgent.Kind.HONEST ? 1 : 0;
        }
    }

    private void schedule() {
        for (PushAgent agent : agents) {
            at(random.nextLong(options.startWithinNs), agent::start);
        }
        if (options.split > 0) {
            at(firstOrderNs - BEFORE_NS, this::split);
        }
        for (int i = 0; i < options.orders; i++) {
            long serial = 1000 + i;
            at(firstOrderNs + i * options.orderEveryNs, () -> publish(serial));
        }
        if (options.churn > 0) {
            at(firstOrderNs - BEFORE_NS, this::restartLater);
        }
    }

    // ---- what happens ----

    private void publish(long serial) {
        if (newest < 0) {
            neighbours = agents.stream().mapToInt(PushAgent::neighbours).average().orElse(0);
        }
        newest = serial;
        reached = 0;
        Arrays.fill(reachedNs, -1);
        newestAtTracker = order(serial, options.orderBytes);
        agents.get(0).publish(serial, newestAtTracker);
    }

    private boolean isSplit() {
        return options.split > 0 && nowNs >= firstOrderNs - BEFORE_NS && nowNs < firstOrderNs - BEFORE_NS + options.splitNs;
    }

    private boolean isCut(PushAgent a, PushAgent b) {
        return a.isApart != b.isApart && isSplit();
    }

    /** Connections across the split break at once, as after a time-out. */
    private void split() {
        for (PushAgent agent : agents) {
            for (PushLink link : List.copyOf(agent.links())) {
                if (isCut(agent, link.other().agent)) {
                    link.onOtherClosed();
                }
            }
        }
    }

    private boolean isTrackerDown(PushAgent by) {
        return by.isApart && isSplit() || options.trackerDies && nowNs >= firstOrderNs - BEFORE_NS;
    }

    /**
     * Restarts an agent, and another one after a random time, but never the one that gets the
     * orders.
     */
    private void restartLater() {
        PushAgent agent = agents.get(random.nextInt(agents.size()));
        if (agent.isUp() && agent.index > 0) {
            agent.die();
            after(AWAY_NS, agent::start);
        }
        after((long) (-Math.log(1 - random.nextDouble()) * 60e9 / (options.churn * options.hosts)) + 1, this::restartLater);
    }

    void onAccepted(PushAgent agent) {
        if (agent.serial() == newest && agent.kind == PushAgent.Kind.HONEST && reachedNs[agent.index] < 0) {
            reachedNs[agent.index] = nowNs;
            reached++;
        }
    }

    void onRefused(PushAgent by) {
        refusals++;
        mix(by.index);
    }

    // ---- the network ----

    long nowNs() {
        return nowNs;
    }

    long latencyNs() {
        return options.latencyNs + (options.jitterNs == 0 ? 0 : random.nextLong(options.jitterNs));
    }

    void at(long timeNs, Runnable action) {
        actions.add(action);
        events.add(Math.max(timeNs, nowNs), ACTION, actions.size() - 1, 0, 0);
    }

    void after(long delayNs, Runnable action) {
        at(nowNs + delayNs, action);
    }

    void wake(PushAgent agent, long timeNs) {
        if (timeNs != Long.MAX_VALUE) {
            events.add(timeNs, TIMER, agent.index, 0, 0);
        }
    }

    void send(PushLink from) {
        events.add(from.nextArrivalNs(), MESSAGE, from.id, 0, 0);
    }

    void dial(PushAgent from, PeerAddress address) {
        PushAgent to = agents.get((int) (address.low() & 0xffffff) - 1);
        int life = from.life();
        if (isCut(from, to)) {
            after(CONNECT_TIMEOUT_NS, () -> onDialFailed(from, life, address));
        } else {
            after(WAYS_TO_ADMIT * latencyNs(), () -> accept(from, life, to));
        }
    }

    private void onDialFailed(PushAgent from, int life, PeerAddress address) {
        if (from.isUp() && from.life() == life) {
            from.exchange().onDialFailed(nowNs, address, true);
            from.takeTurn();
        }
    }

    private void accept(PushAgent from, int life, PushAgent to) {
        if (!from.isUp() || from.life() != life) {
            return;
        }
        PeerConnection.Peer dialler = from.asPeer(true);
        if (!to.isUp() || isCut(from, to) || to.exchange().admit(nowNs, dialler) != null) {
            after(latencyNs(), () -> onDialFailed(from, life, to.address));
            return;
        }
        PushLink there = link(to);
        PushLink here = link(from);
        there.join(here);
        here.join(there);
        at(there.nextArrivalNs(), () -> admit(here, life));
        there.open(to.exchange().onConnected(nowNs, dialler, there));
        to.takeTurn();
    }

    private PushLink link(PushAgent agent) {
        PushLink link = new PushLink(this, links.size(), agent);
        links.add(link);
        return link;
    }

    /** The dialling side learns that it was admitted. */
    private void admit(PushLink here, int life) {
        PushAgent from = here.agent;
        if (!from.isUp() || from.life() != life) {
            here.close();
            return;
        }
        PeerConnection.Peer peer = here.other().agent.asPeer(false);
        if (from.exchange().admit(nowNs, peer) != null) {
            here.close();
        } else {
            OrderExchange.Neighbour neighbour = from.exchange().onConnected(nowNs, peer, here);
            here.open(neighbour);
        }
        from.takeTurn();
    }

    /**
     * @param then gets the reply, and the tracker's order if the agent has an older one; null from
     *     a silent tracker
     */
    void announce(PushAgent agent, AnnounceRequest request, long knownSerial, BiConsumer<AnnounceResponse, byte[]> then) {
        after(WAYS_TO_TRACKER * latencyNs(), () -> {
            if (isTrackerDown(agent)) {
                after(SimTracker.TIMEOUT_NS, () -> then.accept(null, null));
                return;
            }
            try {
                AnnounceResponse response = table.announce(request, agent.address, nowNs);
                byte[] order = newest > knownSerial ? newestAtTracker : null;
                after(latencyNs(), () -> then.accept(response, order));
            } catch (TrackerException e) {
                throw new IllegalStateException("the tracker refuses agent " + agent.index, e);
            }
        });
    }

    // ---- time ----

    void play() {
        while ((nowNs < countedNs || reached < waitingFor) && events.firstNs() <= countedNs + PATIENCE_NS && events.next()) {
            nowNs = events.timeNs();
            handled++;
            switch (events.kind()) {
                case ACTION -> actions.set(events.target(), null).run();
                case TIMER -> agents.get(events.target()).onTimer();
                default -> deliver(links.get(events.target()));
            }
        }
    }

    private void deliver(PushLink from) {
        byte[] message = from.arrived();
        if (newest >= 0) {
            messages++;
            bytes += message.length;
        }
        mix(nowNs);
        mix(from.id);
        mix(message.length);
        from.other().deliver(message);
    }

    private void mix(long value) {
        traceHash = Long.rotateLeft(traceHash ^ value, 23) * 0x9e3779b97f4a7c15L;
    }

    /** How often an agent refused an order. */
    long refusals() {
        return refusals;
    }

    List<PushAgent> agents() {
        return agents;
    }

    long newest() {
        return newest;
    }

    PushResult result(double wallSeconds) {
        double[] seconds = Arrays.stream(reachedNs).filter(ns -> ns >= 0).mapToDouble(ns -> Math.max(0, ns - countedNs) / 1e9).sorted()
            .toArray();
        double last = reached == waitingFor ? quantile(seconds, 1) : (nowNs - countedNs) / 1e9;
        return new PushResult(waitingFor, reached, last, quantile(seconds, 0.5), quantile(seconds, 0.99), messages, bytes, neighbours,
            handled, wallSeconds, options.seed, traceHash);
    }

    private static double quantile(double[] sorted, double share) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.ceil(share * sorted.length) - 1];
    }
}
