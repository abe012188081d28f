package murder.engine.swarm;

import java.util.Locale;
import murder.metainfo.PieceLayout;

/**
 * The simulated network without faults, as a model of what the policy costs: hosts with equal links, all started at once, one seeder.
 * Prints how long the slowest host takes over the bound F/C, how many copies the seeder sends, and the wasted share.
 *
 * <p>Run it by hand: {@code java -cp ... murder.engine.swarm.SwarmModel LEECHERS MEGABITS MEGABYTES PIECE_KIB LATENCY_US [SEEDS]}.
 */
final class SwarmModel {
    private SwarmModel() {
    }

    /** What one run came to. @param ratio slowest host over F/C @param copies payloads that the seeder sent @param wasted share of bytes */
    record Result(double ratio, double median, double copies, double wasted) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "slowest/(F/C) %.3f, median %.3f, seeder copies %.3f, wasted %.4f",
                ratio, median, copies, wasted);
        }
    }

    static Result run(long seed, int leechers, long bitsPerSecond, PieceLayout layout, long latencyNs, SwarmConfig config, int sendBuffer) {
        SimNetwork network = new SimNetwork(layout, seed, latencyNs, SimNetwork.MS, sendBuffer, false);
        SimHost.Options options = SimHost.Options.leecher(bitsPerSecond).with(config);
        network.addHost(options.asSeeder());
        for (int i = 0; i < leechers; i++) {
            network.addHost(options);
        }
        network.hosts().forEach(SimHost::start);
        double ideal = 8e9 * layout.length() / bitsPerSecond;
        int[] incomplete = {0};
        boolean done = network.runUntil(() -> {
            while (incomplete[0] <= leechers && network.hosts().get(incomplete[0]).isComplete()) {
                incomplete[0]++;
            }
            return incomplete[0] > leechers;
        }, (long) (20 * ideal));
        if (!done) {
            throw new IllegalStateException("not complete after 20 times the bound");
        }
        double[] times = network.hosts().stream().skip(1).mapToDouble(h -> h.completedNs() / ideal).sorted().toArray();
        double wasted = network.hosts().stream().mapToLong(SimHost::wastedBytes).sum() / (double) (layout.length() * leechers);
        return new Result(times[times.length - 1], times[times.length / 2],
            network.hosts().get(0).uploadedBytes() / (double) layout.length(), wasted);
    }

    public static void main(String[] args) {
        int leechers = Integer.parseInt(args[0]);
        long rate = Long.parseLong(args[1]) * 1_000_000L;
        PieceLayout layout = new PieceLayout(Long.parseLong(args[2]) * 1_000_000L, Integer.parseInt(args[3]) * 1024);
        long latencyNs = Long.parseLong(args[4]) * 1000L;
        int seeds = args.length > 5 ? Integer.parseInt(args[5]) : 1;
        for (int seed = 1; seed <= seeds; seed++) {
            System.out.println("seed " + seed + ": " + run(seed, leechers, rate, layout, latencyNs, SwarmConfig.DEPLOY, 1 << 18));
        }
    }
}
