package murder.tools.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import murder.fuzz.CommitSeed;
import murder.order.Activation;
import murder.order.Archive;
import murder.order.Layout;
import murder.order.Maker;
import murder.order.Release;
import murder.order.Target;
import murder.order.Who;
import murder.tools.agent.AgentReport;
import murder.tools.agent.AgentState;
import org.junit.jupiter.api.Test;

/**
 * Whole deploys to a thousand hosts in virtual time: {@link Rollout}, {@link Wave} and
 * {@link TargetPlan} unchanged, and a model of an agent that carries out an order some time later.
 * The seed draws all times.
 */
class RolloutSimTest {
    private static final long STEP_NS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int RUNS = 10;
    private static final String OLD = "v1";

    /** An agent: it learns each order after a while, and then takes a while to carry it out. */
    private static final class ModelHost {
        private final String name;
        private final Deque<Arrival> arrivals = new ArrayDeque<>();
        private String active = OLD;
        private boolean touched;
        private long backNs = -1;

        ModelHost(String name) {
            this.name = name;
        }
    }

    private record Arrival(long atNs, long serial, Target target) {
    }

    /** One deploy to its end. */
    private static final class Simulation {
        private final Random random;
        private final List<ModelHost> hosts = new ArrayList<>();
        private final TargetPlan plan;
        private final Rollout rollout;
        private Target now = new Target(RolloutBed.TARGET, Layout.TAG, "", 0, false, false,
            List.of(new Release(OLD, Archive.TGZ, RolloutBed.content(9), null, List.of())),
            List.of(new Activation(new Who.All(), OLD)));
        private long nowNs;
        private long serial;
        private long returnedNs = -1;
        private int gates;
        /** Hosts of the wave after which the gate fails; -1 if it never does. */
        private final int failingGate;

        Simulation(long seed, int count, String waves, boolean gated, int failingGate) {
            random = new Random(seed);
            List<String> names = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                names.add("host" + i);
                hosts.add(new ModelHost("host" + i));
            }
            Maker maker = new Maker(List.of("host0"), "/src", false, false, count, 0, List.of());
            plan = new TargetPlan(RolloutBed.TARGET, Layout.TAG, "", 0, false, false, false, RolloutBed.TAG, Archive.TGZ, maker, null);
            rollout = new Rollout(new RolloutTerms(names, List.of("host0"), RolloutBed.TARGET, RolloutBed.TAG, null, true, waves, gated,
                new Tolerance(0, false), 0, 0, "host0:8998", "/src"), 0);
            names.forEach(name -> rollout.onJoined(name, 0));
            rollout.onAttached(true);
            this.failingGate = failingGate;
        }

        void run() {
            long limitNs = TimeUnit.MINUTES.toNanos(5);
            while (!rollout.isOver() && nowNs < limitNs) {
                nowNs += STEP_NS;
                rollout.onTick(nowNs);
                hosts.forEach(this::work);
                RolloutStep step = rollout.next(nowNs);
                if (step != null && step.kind() == RolloutStep.Kind.GATE) {
                    rollout.onGate(gates++ == failingGate ? "not well" : "", nowNs);
                } else if (step != null) {
                    publish(step);
                }
            }
            assertThat(rollout.isOver()).isTrue();
            // Messages in flight arrive.
            for (long endNs = nowNs + TimeUnit.SECONDS.toNanos(5); nowNs < endNs; nowNs += STEP_NS) {
                hosts.forEach(this::work);
            }
        }

        private void publish(RolloutStep step) {
            now = plan.at(step, now);
            serial++;
            if (step.kind() == RolloutStep.Kind.RETURN) {
                returnedNs = nowNs;
            }
            rollout.onPublished(step, serial, nowNs);
            for (ModelHost host : hosts) {
                host.arrivals.add(new Arrival(nowNs + random.nextInt(500) * 1_000_000L, serial, now));
            }
        }

        private void work(ModelHost host) {
            while (!host.arrivals.isEmpty() && host.arrivals.peek().atNs <= nowNs) {
                Arrival arrival = host.arrivals.poll();
                Target target = arrival.target;
                String wanted = target.activeOn(host.name, "");
                host.active = wanted;
                host.touched |= wanted.equals(RolloutBed.TAG);
                host.backNs = wanted.equals(OLD) ? nowNs : -1;
                Release release = target.release(RolloutBed.TAG);
                boolean isMaker = release != null && release.content() == null && host.name.equals("host0");
                AgentState has = wanted.equals(RolloutBed.TAG) ? AgentState.ACTIVE : AgentState.STAGED;
                AgentState state = release == null ? AgentState.WITHDRAWN : isMaker ? AgentState.MADE
                    : release.content() == null ? AgentState.WAITING : has;
                rollout.onReport(new AgentReport(host.name, "", arrival.serial, RolloutBed.TARGET, RolloutBed.TAG, state, host.active,
                    List.of(), 0, 0, 0, "", null, RolloutBed.MADE, AgentReport.Spent.NOTHING, null, false), nowNs);
            }
        }
    }

    @Test
    void failedGateChangesOnlyFirstWave() {
        for (int i = 0; i < RUNS; i++) {
            long seed = CommitSeed.base() + i;
            for (String waves : List.of("1%,100%", "1,10%,100%", "10,100%")) {
                Simulation simulation = new Simulation(seed, 1000, waves, true, 0);
                simulation.run();
                String run = "waves " + waves + ", -Dmurder.seed.base=" + seed;
                assertThat(simulation.hosts.stream().filter(host -> host.touched)).as(run).hasSizeBetween(1, 10);
                assertThat(simulation.hosts).as(run).allMatch(host -> host.active.equals(OLD));
                assertThat(simulation.hosts).as(run + ": back within 2 s").allMatch(host -> !host.touched
                    || host.backNs - simulation.returnedNs <= TimeUnit.SECONDS.toNanos(2));
                assertThat(simulation.rollout.failure()).as(run).contains("the gate after ").contains("not well");
            }
        }
    }

    @Test
    void passedGatesActivateAllHosts() {
        for (int i = 0; i < RUNS; i++) {
            Simulation simulation = new Simulation(CommitSeed.base() + i, 1000, "1,1%,10%,100%", true, -1);
            simulation.run();
            assertThat(simulation.gates).isEqualTo(4);
            assertThat(simulation.hosts).as("-Dmurder.seed.base=" + (CommitSeed.base() + i))
                .allMatch(host -> host.active.equals(RolloutBed.TAG));
            assertThat(simulation.rollout.doneCount()).isEqualTo(1000);
        }
    }

    @Test
    void laterGateStillReturnsAllHosts() {
        Simulation simulation = new Simulation(CommitSeed.base(), 1000, "1,10%,100%", true, 1);
        simulation.run();
        assertThat(simulation.hosts.stream().filter(host -> host.touched)).hasSize(100);
        assertThat(simulation.hosts).allMatch(host -> host.active.equals(OLD));
    }
}
