package murder.engine.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RateGateTest {
    private static final int BURST = SwarmConfig.MAX_REQUEST_LENGTH;
    private final TokenBucket wide = new TokenBucket(1_000_000);
    private final TokenBucket narrow = new TokenBucket(1000);
    private final RateGate gate = new RateGate(List.of(wide, narrow));

    @Test
    void takesNothingWhenOneLimitRefuses() {
        narrow.take(BURST);
        assertThat(gate.pass(0, 1)).isFalse();
        assertThat(wide.has(0, BURST)).isTrue();
    }

    @Test
    void takesFromEveryLimit() {
        assertThat(gate.pass(0, BURST)).isTrue();
        assertThat(narrow.has(0, 1)).isFalse();
        assertThat(wide.has(0, 1)).isFalse();
    }

    @Test
    void givesBackToEveryLimit() {
        gate.pass(0, BURST);
        gate.giveBack(2000);
        assertThat(narrow.has(0, 2000)).isTrue();
        assertThat(narrow.has(0, 2001)).isFalse();
        assertThat(wide.has(0, 2000)).isTrue();
        gate.giveBack(10 * BURST);
        assertThat(narrow.has(0, BURST)).isTrue();
        narrow.take(BURST);
        assertThat(narrow.has(0, 1)).as("no more than it holds").isFalse();
    }

    @Test
    void chargesEveryLimit() {
        gate.charge(BURST);
        gate.charge(1000);
        assertThat(narrow.readyNs(0, 1000)).as("two thousand bytes").isEqualTo(2 * TestSwarm.SECOND);
        assertThat(wide.has(0, 1)).isFalse();
    }

    @Test
    void saysWhenTheRefusedBlockPasses() {
        gate.pass(0, BURST);
        gate.reopen();
        assertThat(gate.isOpen()).isTrue();
        assertThat(gate.opensNs()).isEqualTo(Long.MAX_VALUE);
        assertThat(gate.pass(TestSwarm.SECOND, 2000)).isFalse();
        assertThat(gate.isOpen()).isFalse();
        assertThat(gate.opensNs()).isEqualTo(2 * TestSwarm.SECOND);
    }

    @Test
    void staysOpenWithoutLimits() {
        RateGate free = new RateGate(List.of());
        assertThat(free.pass(0, Integer.MAX_VALUE)).isTrue();
        assertThat(free.isOpen()).isTrue();
    }
}
