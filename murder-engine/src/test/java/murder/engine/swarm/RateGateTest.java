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
