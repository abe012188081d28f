package murder.benchmarks.bed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {
    @Test
    void swarmDefaultsMatchTable() throws UsageException {
        SwarmOptions options = SwarmOptions.parse(List.of());
        assertThat(options.clients()).containsExactly(Client.MURDER, Client.ARIA2, Client.TRANSMISSION, Client.LIBTORRENT);
        assertThat(options.hosts()).isEqualTo(16);
        assertThat(options.bitsPerSecond()).isEqualTo(20_000_000);
        assertThat(options.bytes()).isEqualTo(100 << 20);
        assertThat(options.pieceLength()).isZero();
        assertThat(options.runs()).isEqualTo(1);
        assertThat(options.late()).isEqualTo(Late.NONE);
        assertThat(options.killSeederAfter()).isNull();
        // Twenty times 43.85 s, and two minutes.
        assertThat(options.common().timeout()).isEqualTo(Duration.ofSeconds(997));
        assertThat(options.common().settle()).isEqualTo(Duration.ofSeconds(3));
        assertThat(options.common().keep()).isFalse();
    }

    @Test
    void parsesAllOptionsOfASwarm() throws UsageException {
        SwarmOptions options = SwarmOptions.parse(List.of("--clients=libtorrent-hp,http", "--hosts", "4", "--rate", "1Gbit", "--size=20M",
            "--runs", "3", "--piece-length", "64k", "--late", "0.2@5", "--kill-seeder-after", "500ms", "--out", "/o", "--work=/w",
            "--jar", "/j/murder.jar", "--jars=/j", "--timeout", "2m", "--settle", "1s", "--keep"));
        assertThat(options).isEqualTo(new SwarmOptions(List.of(Client.LIBTORRENT_HP, Client.HTTP), 4, 1_000_000_000, 20 << 20, 64 << 10, 3,
            new Late(0.2, Duration.ofSeconds(5)), Duration.ofMillis(500), new CommonOptions(Path.of("/o"), Path.of("/w"),
            Path.of("/j/murder.jar"), Path.of("/j"), Duration.ofMinutes(2), Duration.ofSeconds(1), true)));
    }

    @Test
    void throughputDefaultsToOneAndEight() throws UsageException {
        ThroughputOptions options = ThroughputOptions.parse(List.of());
        assertThat(options.clients()).containsExactly(Client.MURDER, Client.LIBTORRENT_HP, Client.ARIA2, Client.HTTP);
        assertThat(options.peers()).containsExactly(1, 8);
        assertThat(options.bytes()).isEqualTo(1 << 30);
        assertThat(options.pieceLength()).isEqualTo(1 << 20);
        assertThat(options.runs()).isEqualTo(3);
    }

    @Test
    void throughputRefusesOtherJvmEngines() {
        assertThatThrownBy(() -> ThroughputOptions.parse(List.of("--clients", "murder,ttorrent"))).isInstanceOf(UsageException.class)
            .hasMessage("--clients: ttorrent needs a host of its own; take 'swarm --hosts 1 --rate 0'");
    }

    @Test
    void aClientNamedTwiceRunsOnce() throws UsageException {
        assertThat(SwarmOptions.parse(List.of("--clients", "aria2,murder,aria2")).clients()).containsExactly(Client.ARIA2, Client.MURDER);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--hosts 0 | from 1 to 1000",
        "--hosts 1001 | from 1 to 1000",
        "--hosts many | whole number",
        "--hosts | needs a value",
        "--hosts 3 --hosts 4 | given twice",
        "--peers 3 | unknown option --peers",
        "murder | unknown option murder",
        "--keep=yes | unknown option --keep=yes",
        "--clients utorrent | there are murder, aria2, transmission, libtorrent, libtorrent-hp, bt, ttorrent, http",
        "--clients murder, | no ''",
        "--size 0 | of nothing",
        "--rate 20 | --rate: '20'",
        "--piece-length 100k | power of two",
        "--piece-length 8k | power of two",
        "--late 5s | FRACTION@TIME",
        "--late x@5s | no fraction",
        "--late 1@5s | below 1",
        "--late NaN@5s | below 1",
        "--timeout 0 | of nothing"})
    void refusesUselessOptionsWithReason(String words, String reason) {
        assertThatThrownBy(() -> SwarmOptions.parse(List.of(words.split(" ")))).isInstanceOf(UsageException.class)
            .hasMessageContaining(reason);
    }

    @Test
    void everyNumberOfPeersIsChecked() {
        assertThatThrownBy(() -> ThroughputOptions.parse(List.of("--peers", "1,,8"))).isInstanceOf(UsageException.class)
            .hasMessage("--peers takes a whole number, not ''");
    }

    @Test
    void roundsNumberOfLateHosts() {
        assertThat(new Late(0.2, Duration.ZERO).count(16)).isEqualTo(3);
        assertThat(new Late(0.1, Duration.ZERO).count(4)).isZero();
        assertThat(Late.NONE.count(1000)).isZero();
    }
}
