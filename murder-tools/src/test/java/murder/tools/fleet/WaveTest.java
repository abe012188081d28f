package murder.tools.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import murder.order.Who;
import murder.tools.cli.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WaveTest {
    private static List<String> hosts(int count) {
        List<String> hosts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            hosts.add("host-" + i + ".example.org");
        }
        return hosts;
    }

    private static List<Integer> sizes(String text, int hosts) throws UsageException {
        return Wave.parse(text, hosts(hosts)).stream().map(wave -> wave.hosts().size()).toList();
    }

    @Test
    void wavesGrowToAllHosts() throws UsageException {
        assertThat(sizes("", 7)).containsExactly(7);
        assertThat(sizes("1,10%,100%", 40)).containsExactly(1, 4, 40);
        assertThat(sizes("1, 50%", 3)).as("shares are rounded up").containsExactly(1, 2, 3);
        assertThat(sizes("5,5,100", 10)).containsExactly(5, 10);
        assertThat(Wave.parse("1", hosts(2)).get(1).who()).containsExactly(new Who.All());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "101%", "x", "1,,2", "5,1", "1.5"})
    void badWavesAreRefused(String text) {
        assertThatThrownBy(() -> Wave.parse(text, hosts(20))).isInstanceOf(UsageException.class);
    }

    /** An order cannot name all of this many hosts. */
    @Test
    void drawnWaveKeepsTheNamedOnes() throws UsageException {
        List<Wave> waves = Wave.parse("1,10,5%,20%,100%", hosts(20_000));
        assertThat(waves).hasSize(5);
        assertThat(waves.get(1).who()).hasSize(1).first().isInstanceOf(Who.Names.class);
        assertThat(waves.get(2).who()).hasSize(2).first().isInstanceOf(Who.Share.class);
        for (int i = 1; i < waves.size(); i++) {
            assertThat(waves.get(i).hosts()).containsAll(waves.get(i - 1).hosts());
        }
        assertThat(waves.get(2).hosts().size()).isBetween(900, 1100);
        assertThat(waves.get(4).isAll()).isTrue();
    }
}
