package murder.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import murder.engine.SlowCause;
import murder.engine.sim.NetworkModel.HostProfile;
import murder.engine.swarm.SwarmConfig;
import murder.metainfo.PieceLayout;
import murder.peer.PeerId;
import murder.tracker.AnnounceRequest;
import murder.tracker.FleetNews;
import murder.tracker.FleetTable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One host of a swarm, or all of them, are slow for one reason. Its agent names a cause every two
 * seconds, as in reports. The name that it gives most often while it downloads has to be right.
 */
@Tag("slow")
class SlowCauseSimTest {
    private static final long SECOND = NetworkModel.SECOND;
    private static final int SEEDS = 20;
    private static final double RIGHT = 0.95;
    private static final long REPORT_NS = 2 * SECOND;
    /** Reports before this time do not count: the fault has not shown yet. */
    private static final long FIRST_NS = 4 * SECOND;
    private static final long GIVE_UP_NS = 60 * SECOND;
    /** How many times slower than the others. */
    private static final int SLOWER = 10;

    /** What is injected, and what is to be said of it. */
    enum Fault {
        SLOW_DOWNLINK(SlowCause.LINK_FULL),
        /** Of the only seeder, so that all hosts are slow. */
        SLOW_UPLINK(SlowCause.FEW_SOURCES),
        SLOW_DISK(SlowCause.DISK_SLOW),
        /** It reaches one other host, and nobody reaches it. */
        ONE_NEIGHBOUR(SlowCause.FEW_SOURCES),
        SILENT_NEIGHBOURS(SlowCause.FEW_SOURCES),
        BUSY_CPU(SlowCause.CPU_BUSY),
        FAR_AWAY(SlowCause.FAR_AWAY),
        STOPPED_PROCESS(SlowCause.SILENT),
        RATE_LIMIT(SlowCause.RATE_LIMIT);

        private final SlowCause right;

        Fault(SlowCause right) {
            this.right = right;
        }
    }

    /** One run. */
    private static final class Scenario {
        private final SplittableRandom random;
        private final Fault fault;
        private final SimNetwork network;
        private final SlowHost slow;
        private final FleetTable table = new FleetTable(FleetTable.MAX_AGENTS, 0);
        private final Map<SlowCause, Integer> named = new EnumMap<>(SlowCause.class);
        private final String drawn;
        private SlowCause last;
        private int reports;

        Scenario(Fault fault, long seed) {
            this.fault = fault;
            this.random = new SplittableRandom(seed);
            long rate = 2_500_000L << random.nextInt(4);
            int hosts = 8 + random.nextInt(17);
            int pieceLength = 32 * 1024 << random.nextInt(4);
            long latencyNs = 100_000L << random.nextInt(5);
            PieceLayout layout = new PieceLayout(6 * rate, pieceLength);
            drawn = "seed " + seed + ": " + hosts + " hosts, " + rate + " bytes/s, pieces of " + pieceLength + ", latency " + latencyNs
                + " ns";
            network = new SimNetwork(layout, NetworkModel.of(latencyNs, latencyNs / 5), random.nextLong());
            HostProfile usual = HostProfile.leecher(rate, SwarmConfig.DEPLOY);
            network.addHost(fault == Fault.SLOW_UPLINK ? HostProfile.leecher(rate / SLOWER, SwarmConfig.DEPLOY).asSeeder()
                : usual.asSeeder());
            slow = network.addHost(index -> new SlowHost(network, index, profile(usual, rate), random.split(), lack(rate, hosts)));
            for (int i = 1; i < hosts; i++) {
                network.addHost(usual);
            }
        }

        private HostProfile profile(HostProfile usual, long rate) {
            return switch (fault) {
                case SLOW_DOWNLINK -> new HostProfile(rate, rate / SLOWER, 0, 0, 0, true, true, 0, false, 0, SwarmConfig.DEPLOY);
                case SLOW_DISK -> usual.withDiskRate(rate / SLOWER);
                case RATE_LIMIT -> usual.withLimits(0, rate / SLOWER);
                default -> usual;
            };
        }

        private SlowHost.Lack lack(long rate, int hosts) {
            return switch (fault) {
                case BUSY_CPU -> new SlowHost.Lack(rate / SLOWER, 0, -1);
                case FAR_AWAY -> new SlowHost.Lack(0, 100_000_000L << random.nextInt(3), -1);
                case ONE_NEIGHBOUR -> new SlowHost.Lack(0, 0, 2 + random.nextInt(hosts - 1));
                default -> SlowHost.Lack.NOTHING;
            };
        }

        /** Returns what was said most often; null if nothing was. */
        SlowCause play() {
            network.hosts().forEach(host -> network.at(random.nextLong(SECOND), host::start));
            long faultNs = 2 * SECOND + random.nextLong(SECOND);
            if (fault == Fault.SILENT_NEIGHBOURS) {
                network.at(faultNs, () -> network.hosts().stream().filter(host -> host != slow).forEach(host -> host.die(true)));
            } else if (fault == Fault.STOPPED_PROCESS) {
                network.at(faultNs, () -> slow.die(true));
            }
            network.at(SECOND, this::report);
            network.runUntil(slow::isComplete, GIVE_UP_NS);
            return named.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey).orElse(null);
        }

        /** As its agent does, and as the tracker does that hears of it or does not. */
        private void report() {
            long nowNs = network.nowNs();
            if (slow.isUp()) {
                last = slow.cause();
            }
            for (SimHost host : network.hosts()) {
                if (host.isUp()) {
                    table.onAnnounce(AnnounceRequest.of(SimTracker.INFO_HASH, new PeerId(host.index, 0, 0), 1, 1)
                        .withNews(new FleetNews(-1, "fetching".getBytes(StandardCharsets.UTF_8))), host.address, 1, nowNs);
                }
            }
            SlowCause shown = table.silent(nowNs).contains(new PeerId(slow.index, 0, 0)) ? SlowCause.SILENT : last;
            if (nowNs >= FIRST_NS && shown != null) {
                named.merge(shown, 1, Integer::sum);
            }
            reports += nowNs >= FIRST_NS ? 1 : 0;
            network.after(REPORT_NS, this::report);
        }

        @Override
        public String toString() {
            return drawn + ": " + named + " in " + reports + " reports";
        }
    }

    @ParameterizedTest
    @EnumSource
    void namesTheInjectedFault(Fault fault) {
        List<String> wrong = new ArrayList<>();
        int right = 0;
        int all = 0;
        for (int i = 0; i < SEEDS; i++) {
            Scenario scenario = new Scenario(fault, Seeds.base() + i);
            if (scenario.play() != fault.right) {
                wrong.add(scenario.toString());
            }
            right += scenario.named.getOrDefault(fault.right, 0);
            all += scenario.reports;
        }
        System.out.println(fault + ": wrong in " + wrong.size() + " of " + SEEDS + " runs; " + right + " of " + all + " reports are right");
        assertThat(wrong).as("runs of %s that name another cause than %s", fault, fault.right)
            .hasSizeLessThanOrEqualTo((int) Math.floor((1 - RIGHT) * SEEDS + 1e-9));
    }
}
