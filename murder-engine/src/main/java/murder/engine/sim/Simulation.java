package murder.engine.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;
import murder.metainfo.PieceLayout;

/**
 * Runs a swarm of thousands of hosts in one thread and in virtual time. Every host runs the
 * decisions of the product: connections, picker, choker, requests, dialling, and the tracker's
 * choice of peers, from the first announce on. Clock, network and disks are simulated;
 * {@code decisions/0005-simulator.md} describes the model.
 */
public final class Simulation {
    /**
     * The simulation ends after this many times the bound, counted from the last planned event,
     * also with incomplete hosts.
     */
    private static final int PATIENCE = 30;
    private static final long LEAST_PATIENCE_NS = 120 * NetworkModel.SECOND;
    private static final int CURVE_STEPS = 20;

    private final SimulationOptions options;
    private final SimNetwork network;
    private final SplittableRandom random;
    private final List<SimHost> receivers = new ArrayList<>();
    private final SimHost seeder;
    /** By host: whether it does not count. */
    private final boolean[] isLost;
    private int waitingFor;
    private int finished;
    private double bytesPerConnection;

    private Simulation(SimulationOptions options, LongConsumer progress) {
        this.options = options;
        this.random = new SplittableRandom(options.seed());
        this.network = new SimNetwork(new PieceLayout(options.size(), options.pieceLength()), options.model(), random.nextLong());
        this.isLost = new boolean[options.hosts() + 2];
        this.seeder = network.addHost(NetworkModel.HostProfile.leecher(options.rate(), options.config()).asSeeder());
        addReceivers();
        schedule();
        network.onComplete(this::onComplete);
        network.onPieces(progress);
    }

    /**
     * Runs a simulation to its end, without measuring memory.
     *
     * @param options of the simulation
     * @return the outcome
     */
    public static SimulationResult run(SimulationOptions options) {
        return run(options, false, pieces -> { });
    }

    /**
     * Runs a simulation to its end.
     *
     * @param options of the simulation
     * @param measureHeap whether to measure the heap once, which takes a full collection
     * @param progress gets the number of pieces that all hosts have verified so far, at each
     *     verified piece
     * @return the outcome
     */
    public static SimulationResult run(SimulationOptions options, boolean measureHeap, LongConsumer progress) {
        long startNs = System.nanoTime();
        Simulation simulation = new Simulation(options, progress);
        simulation.play(measureHeap);
        return simulation.result((System.nanoTime() - startNs) / 1e9);
    }

    // ---- setup ----

    private void addReceivers() {
        int count = options.hosts();
        long[] rates = rates(options.rate(), options.links().slowHosts());
        long[] diskRates = rates(0, options.machines().slowDisks());
        List<Integer> order = shuffled(count);
        for (int i = 0; i < count; i++) {
            NetworkModel.HostProfile profile = NetworkModel.HostProfile.leecher(rates[i], options.config())
                .withDiskRate(diskRates[i]).inZone((int) ((long) i * options.zones() / count));
            if (order.get(i) < options.faults().corrupters()) {
                profile = profile.withCorruption(options.faults().corruption());
            }
            SimHost host = network.addHost(profile);
            receivers.add(host);
            waitingFor += isAwaited(host) ? 1 : 0;
        }
    }

    private long[] rates(long usual, List<SimulationOptions.Share> others) {
        int count = options.hosts();
        List<Integer> order = shuffled(count);
        long[] rates = new long[count];
        int next = 0;
        for (SimulationOptions.Share other : others) {
            int end = Math.min(count, next + (int) Math.round(other.share() * count));
            while (next < end) {
                rates[order.get(next++)] = other.bytesPerSecond();
            }
        }
        while (next < count) {
            rates[order.get(next++)] = usual;
        }
        return rates;
    }

    private List<Integer> shuffled(int count) {
        List<Integer> order = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            order.add(i);
        }
        for (int i = count - 1; i > 0; i--) {
            order.set(i, order.set(random.nextInt(i + 1), order.get(i)));
        }
        return order;
    }

    private boolean isAwaited(SimHost host) {
        return !isLost[host.index] && host.profile.corruption() == 0;
    }

    // ---- what happens ----

    private void schedule() {
        network.at(0, seeder::start);
        int firstLate = options.hosts() - options.starts().lateHosts();
        for (int i = 0; i < options.hosts(); i++) {
            long startNs = options.starts().withinNs() == 0 ? 0 : random.nextLong(options.starts().withinNs());
            network.at(startNs + (i >= firstLate ? options.starts().lateNs() : 0), receivers.get(i)::start);
        }
        List<Integer> order = shuffled(options.hosts());
        for (int i = 0; i < options.faults().crashes(); i++) {
            SimHost host = receivers.get(order.get(i));
            network.at(options.faults().crashWithinNs() == 0 ? 0 : random.nextLong(options.faults().crashWithinNs()), () -> crash(host));
        }
        if (options.faults().seederDiesNs() >= 0) {
            network.at(options.faults().seederDiesNs(), () -> seeder.die(false));
        }
        if (options.starts().secondSeederNs() >= 0) {
            SimHost second = network.addHost(seeder.profile);
            network.at(options.starts().secondSeederNs(), second::start);
        }
        if (options.faults().resetsPerHostMinute() > 0) {
            network.after(0, this::resetLater);
        }
    }

    private void crash(SimHost host) {
        if (host.isUp() && !host.isComplete() && isAwaited(host)) {
            isLost[host.index] = true;
            waitingFor--;
        }
        if (host.isUp()) {
            host.die(true);
        }
    }

    /** Breaks a connection, and another one after a random time. */
    private void resetLater() {
        SimHost host = receivers.get(random.nextInt(receivers.size()));
        if (!host.ends().isEmpty()) {
            host.ends().get(random.nextInt(host.ends().size())).reset();
        }
        double meanNs = 60e9 / (options.faults().resetsPerHostMinute() * options.hosts());
        network.after((long) (-Math.log(1 - random.nextDouble()) * meanNs) + 1, this::resetLater);
    }

    private void onComplete(SimHost host) {
        if (isAwaited(host)) {
            finished++;
        }
    }

    private void play(boolean measureHeap) {
        if (measureHeap) {
            // Half of the payload's time: all connections exist, and no host is complete.
            network.at((long) (options.boundSeconds() * 0.5e9), this::measureHeap);
        }
        long plannedNs = Math.max(Math.max(options.starts().lateNs() + options.starts().withinNs(), options.faults().crashWithinNs()),
            Math.max(options.faults().seederDiesNs(), options.starts().secondSeederNs()));
        long slowest = options.rate();
        for (SimHost host : receivers) {
            slowest = Math.min(slowest, host.profile.uplink());
        }
        double deadlineNs = plannedNs + LEAST_PATIENCE_NS + PATIENCE * 1e9 * options.size() / slowest;
        network.runUntil(() -> finished == waitingFor, (long) Math.min(deadlineNs, Long.MAX_VALUE / 4));
    }

    private void measureHeap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        bytesPerConnection = (double) (runtime.totalMemory() - runtime.freeMemory()) / Math.max(1, network.openEnds());
    }

    // ---- result ----

    private SimulationResult result(double wallSeconds) {
        double bound = options.boundSeconds();
        List<Double> seconds = new ArrayList<>();
        List<Double> starts = new ArrayList<>();
        List<Double> endgames = new ArrayList<>();
        double punctual = 0;
        double own = 0;
        double late = 0;
        long wasted = 0;
        for (int i = 0; i < receivers.size(); i++) {
            SimHost host = receivers.get(i);
            wasted += host.wastedBytes();
            if (!isAwaited(host) || host.completedNs() < 0) {
                continue;
            }
            seconds.add(host.completedNs() / 1e9);
            starts.add((host.firstPieceNs() - host.startedNs()) / 1e9);
            endgames.add((host.completedNs() - host.endgameNs()) / 1e9);
            double ratio = (host.completedNs() - host.startedNs()) / 1e9 * host.profile.downlink() / options.size();
            own = Math.max(own, ratio);
            if (i >= receivers.size() - options.starts().lateHosts()) {
                late = Math.max(late, ratio);
            } else if (host.profile.downlink() == options.rate()) {
                punctual = Math.max(punctual, ratio);
            }
        }
        seconds.sort(null);
        starts.sort(null);
        endgames.sort(null);
        double last = network.nowNs() / 1e9;
        List<Double> curve = new ArrayList<>();
        double busy = 0;
        for (double share : network.traffic.utilisation(network.nowNs(), network.hosts().size(), CURVE_STEPS)) {
            curve.add(Math.min(1, share));
            busy += share / CURVE_STEPS;
        }
        long payload = Math.max(1, network.traffic.payload());
        return new SimulationResult(waitingFor, finished, network.layout.pieceCount(), options.pieceLength(),
            new SimulationResult.Times(bound, last, quantile(seconds, 0.5), quantile(seconds, 0.99), quantile(starts, 0.5),
                quantile(endgames, 0.5), List.copyOf(seconds)),
            new SimulationResult.Ratios(last / bound, punctual, own, late),
            new SimulationResult.Traffic((double) seeder.sentPayload() / options.size(), (double) wasted / payload,
                (double) network.traffic.crossZonePayload() / payload, (double) network.mostOpenEnds() / (1 + options.hosts()), busy,
                List.copyOf(curve)),
            new SimulationResult.Cost(network.handledEvents(), wallSeconds, bytesPerConnection), options.seed(), network.traceHash());
    }

    /** The quantile of the sorted values; 0 if there are none. */
    private static double quantile(List<Double> sorted, double share) {
        return sorted.isEmpty() ? 0 : sorted.get((int) Math.ceil(share * sorted.size()) - 1);
    }
}
