package murder.benchmarks.bed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReportsTest {
    private static final double NONE = Double.NaN;

    @Test
    void runIsOneJsonLine() {
        assertThat(Samples.run(Client.ARIA2, 2, List.of(1.5, NONE)).toJson()).isEqualTo("{\"client\": \"aria2\", \"version\": "
            + "\"aria2 1.0\", \"run\": 2, \"hosts\": 2, \"rate_bits_per_s\": 8000000, \"bytes\": 1000000, \"piece_length\": 16384, "
            + "\"late_fraction\": 0.0, \"late_after_s\": 0.000, \"seeder_killed_after_s\": null, \"finished\": 1, \"correct\": 1, "
            + "\"last_s\": 1.500, \"median_s\": 1.500, \"late_s\": null, \"bound_s\": 1.046, \"ratio\": null, \"seeder_copies\": 1.250, "
            + "\"cpu_s\": 8.500, \"cpu_tracker_s\": 0.500, \"cpu_seeder_s\": 2.000, \"cpu_peers_s\": 6.000, "
            + "\"start_s\": [0.000, 0.000], \"whole_s\": [1.500, null]}");
    }

    @Test
    void aVersionCannotBreakTheJson() {
        RunResult plain = Samples.run(Client.ARIA2, 1, List.of(1.0));
        RunResult odd = new RunResult(plain.client(), "a\"b\\c\td", 1, plain.plan(), plain.bytes(), 0, plain.outcome());
        assertThat(odd.toJson()).contains("\"version\": \"a\\\"b\\\\c\\u0009d\", ");
    }

    @Test
    void aSingleRunStandsForItself() {
        assertThat(ResultTables.swarm(List.of(Samples.run(Client.MURDER, 1, List.of(1.5, 2.092))))).isEqualTo("""
            | client | slowest host, s | over the bound | median host, s | copies sent by the seeder | CPU, s | hosts complete |
            |---|---|---|---|---|---|---|
            | murder 1.0 | 2.09 | 2.001 | 1.80 | 1.25 | 8.5 | 2 of 2 |
            """);
    }

    @Test
    void severalRunsGiveMedianAndRange() {
        String table = ResultTables.swarm(List.of(Samples.run(Client.MURDER, 1, List.of(2.0)), Samples.run(Client.ARIA2, 1, List.of(5.0)),
            Samples.run(Client.MURDER, 2, List.of(1.0)), Samples.run(Client.ARIA2, 2, List.of(NONE)),
            Samples.run(Client.MURDER, 3, List.of(4.0)), Samples.run(Client.ARIA2, 3, List.of(6.0))));
        assertThat(table.lines().skip(2)).hasSize(2);
        assertThat(table).contains("| murder 1.0 | 2.00 (1.00 to 4.00) | ").contains(" | 3 of 3 |");
        assertThat(table).contains("| aria2 1.0 | - | - | - | 1.25 (1.25 to 1.25) | ").contains(" | 2 of 3 |");
    }

    @Test
    void lateHostsHaveTheirColumn() {
        assertThat(ResultTables.swarm(List.of(Samples.late(List.of(0.0, 5.0), List.of(8.0, 9.5))))).contains("| slowest late host, s |")
            .contains("| 9.50 | 9.086 | 8.75 | 4.50 | 1.25 |");
    }

    @Test
    void throughputIsSetBesideTheReference() {
        String table = ResultTables.throughput(List.of(Samples.run(Client.MURDER, 1, List.of(1.0)),
            Samples.run(Client.LIBTORRENT_HP, 1, List.of(4.0)), Samples.run(Client.MURDER, 1, List.of(3.0, 2.0)),
            Samples.run(Client.LIBTORRENT_HP, 1, List.of(5.0, 6.0))), Client.LIBTORRENT_HP);
        assertThat(table.lines().skip(2)).containsExactly(
            "| 1 | murder 1.0 | 1.00 | 0.25 | 2000.00 | 6000.00 | 8000.00 | 1 of 1 |",
            "| 1 | libtorrent-hp 1.0, high_performance_seed | 4.00 | 1.00 | 2000.00 | 6000.00 | 8000.00 | 1 of 1 |",
            "| 2 | murder 1.0 | 3.00 | 0.50 | 1000.00 | 3000.00 | 4000.00 | 2 of 2 |",
            "| 2 | libtorrent-hp 1.0, high_performance_seed | 6.00 | 1.00 | 1000.00 | 3000.00 | 4000.00 | 2 of 2 |");
    }

    @Test
    void titlesShowNeededDecimalsOnly() {
        assertThat(List.of(Main.plain(20), Main.plain(0.5), Main.plain(1 / 3.0), Main.plain(2400)))
            .containsExactly("20", "0.5", "0.333", "2400");
    }

    @Test
    void withoutTheReferenceTimesStandAlone() {
        assertThat(ResultTables.throughput(List.of(Samples.run(Client.MURDER, 1, List.of(1.0))), Client.LIBTORRENT_HP))
            .contains("| 1 | murder 1.0 | 1.00 | - | ");
    }
}
