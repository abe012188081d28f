package murder.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Control swarms in virtual time. Each agent checks itself that it accepts no older and no invalid
 * order.
 */
class PushSimTest {
    private static final long SECOND = NetworkModel.SECOND;
    private static final int COUNT = Math.max(10, Seeds.COUNT / 20);

    @Test
    void thousandAgentsHaveOrderAtOnce() {
        PushResult result = PushSimulation.run(PushOptions.builder(1000).build());
        assertThat(result.isComplete()).isTrue();
        assertThat(result.last()).isLessThan(0.05);
        assertThat(result.neighbours()).isBetween(8.0, 20.0);
        // Each agent gets the order about as often as it has neighbours, and never twice from one.
        assertThat(result.messages()).isLessThan(16_000);
    }

    @Test
    void silentAgentsDelayNobody() {
        PushResult result = PushSimulation.run(PushOptions.builder(1000).silent(0.3).build());
        assertThat(result.hosts()).isEqualTo(700);
        assertThat(result.isComplete()).isTrue();
        assertThat(result.last()).isLessThan(0.1);
    }

    @Test
    void orderNeedsNoTracker() {
        assertThat(PushSimulation.run(PushOptions.builder(300).trackerDies(true).build()).last()).isLessThan(0.1);
    }

    /** The two halves found other neighbours of their own long ago. */
    @Test
    void halvesMeetAgainWithoutTracker() {
        PushResult result = PushSimulation.run(PushOptions.builder(200).split(0.5, 300 * SECOND).trackerDies(true).build());
        assertThat(result.isComplete()).isTrue();
        assertThat(result.last()).isLessThan(60);
    }

    @Test
    void sameSeedGivesSameRun() {
        PushOptions options = PushOptions.builder(100).silent(0.1).liars(0.1).churn(10).seed(7).build();
        assertThat(PushSimulation.run(options).traceHash()).isEqualTo(PushSimulation.run(options).traceHash());
        assertThat(PushSimulation.run(PushOptions.builder(100).seed(8).build()).traceHash())
            .isNotEqualTo(PushSimulation.run(PushOptions.builder(100).seed(9).build()).traceHash());
    }

    @Test
    void liarsAreRefused() {
        PushSimulation simulation = new PushSimulation(PushOptions.builder(100).liars(0.2).orders(3, 5 * SECOND).build());
        simulation.play();
        assertThat(simulation.result(0).isComplete()).isTrue();
        assertThat(simulation.refusals()).isPositive();
    }

    /** The seed draws the faults. After the faults all agents get the latest order. */
    @Test
    void allGetLatestOrderAfterFaults() {
        Long only = Long.getLong("murder.seed");
        long base = only == null ? Seeds.base() : only;
        for (long seed = base; seed < base + (only == null ? COUNT : 1); seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            PushOptions options = PushOptions.builder(1 + random.nextInt(80)).seed(seed)
                .latencyNs(1 + random.nextLong(200_000_000), random.nextLong(50_000_000)).verifyNs(random.nextLong(20_000_000))
                .startWithinNs(1 + random.nextLong(20 * SECOND)).orders(1 + random.nextInt(30), 1 + random.nextLong(3 * SECOND))
                .silent(random.nextInt(3) * 0.15).liars(random.nextInt(3) * 0.1).churn(random.nextInt(3) * 5)
                .split(random.nextInt(2) * random.nextDouble(), random.nextLong(200 * SECOND)).build();
            PushResult result = PushSimulation.run(options);
            assertThat(result.isComplete()).as("mvn -pl murder-engine -am test -Dtest=PushSimTest -Dmurder.seed=%d: %s", seed, result)
                .isTrue();
        }
    }

    @Test
    void optionsHaveLimits() {
        assertThatThrownBy(() -> PushOptions.builder(0)).isInstanceOf(IllegalArgumentException.class);
        PushOptions.Builder builder = PushOptions.builder(1);
        assertThatThrownBy(() -> builder.silent(1.1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.churn(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.orderBytes(1 << 20)).isInstanceOf(IllegalArgumentException.class);
    }
}
