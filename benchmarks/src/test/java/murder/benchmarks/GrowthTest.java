package murder.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import murder.benchmarks.Growth.Cost;
import murder.benchmarks.Growth.Series;
import org.junit.jupiter.api.Test;

class GrowthTest {
    private static List<String> worse(Cost... costs) {
        return new Series("peers", "nothing", List.of(costs)).worseThanLinear();
    }

    @Test
    void linearOrBetterIsWell() {
        assertThat(worse(new Cost(1, 1, 1), new Cost(4, 4, 4), new Cost(16, 16, 5), new Cost(64, 16, 5))).isEmpty();
    }

    @Test
    void ignoresOneUnitOfCpuTime() {
        assertThat(worse(new Cost(1, 0.01, 0), new Cost(10, 0.1, 0.12))).isEmpty();
        assertThat(worse(new Cost(1, 0.01, 0), new Cost(10, 0.1, 0.13))).hasSize(1);
    }

    @Test
    void reportsFasterGrowthOfTime() {
        assertThat(worse(new Cost(1, 1, 1), new Cost(10, 10, 10), new Cost(100, 1000, 100)))
            .containsExactly("from 10 to 100 peers: 100.0 times the time, 10.0 times the CPU time");
    }

    @Test
    void reportsFasterGrowthOfCpuTime() {
        assertThat(worse(new Cost(10, 1, 1), new Cost(20, 1, 3)))
            .containsExactly("from 10 to 20 peers: 1.0 times the time, 3.0 times the CPU time");
    }
}
