package murder.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import murder.tools.cli.ExitStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SimulateCommandTest {
    private static CommandRun simulate(String... more) {
        String[] args = {"simulate", "--hosts", "12", "--size", "2M", "--rate", "10Mbit"};
        String[] all = Arrays.copyOf(args, args.length + more.length);
        System.arraycopy(more, 0, all, args.length, more.length);
        return CommandRun.of(all);
    }

    private static double number(CommandRun run, String name) {
        Matcher found = Pattern.compile("\"" + name + "\":(-?[0-9.E-]+)").matcher(run.out());
        assertThat(found.find()).as("%s in %s", name, run.out()).isTrue();
        return Double.parseDouble(found.group(1));
    }

    @Test
    void printsOneObjectWithPromisedMembers() {
        CommandRun run = simulate("--json", "--latency", "200us", "--check");
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        // Before it there is a line of progress for each second that it took.
        assertThat(run.lines()).filteredOn(line -> !line.startsWith("{\"type\":\"progress\"")).hasSize(1);
        assertThat(number(run, "hosts")).isEqualTo(12);
        assertThat(number(run, "bound_s")).isEqualTo(1.678);
        assertThat(number(run, "last_s")).isBetween(1.678, 4.0).isGreaterThanOrEqualTo(number(run, "p99_s"));
        assertThat(number(run, "p50_s")).isBetween(1.678, number(run, "p99_s"));
        assertThat(number(run, "ratio")).isBetween(1.0, 2.0);
        assertThat(number(run, "seeder_copies")).isBetween(1.0, 2.0);
        assertThat(number(run, "duplicate_fraction")).isBetween(0.0, 0.1);
        assertThat(number(run, "cross_zone_fraction")).isZero();
        assertThat(number(run, "events")).isGreaterThan(1000);
        assertThat(number(run, "wall_s")).isPositive();
        assertThat(number(run, "bytes_per_connection")).isPositive();
        assertThat(number(run, "seed")).isEqualTo(1);
        assertThat(run.out()).doesNotContain("completion_s");
        assertThat(simulate("--json", "--curve").out()).containsPattern("\"completion_s\":\\[([0-9.]+,){11}[0-9.]+]");
    }

    @Test
    void sameArgumentsGiveSameResult() {
        // Values that depend on the machine's speed, and progress that only slow machines show.
        Pattern real = Pattern.compile("\"(wall_s|events_per_s|bytes_per_connection)\":[0-9.]+,|\\{\"type\":\"progress\".*\\n");
        String[] args = {"--json", "--seed", "-5", "--zones", "3", "--late", "0.25@1", "--resets", "30"};
        String once = real.matcher(simulate(args).out()).replaceAll("");
        assertThat(real.matcher(simulate(args).out()).replaceAll("")).isEqualTo(once).contains("\"seed\":-5", "late_ratio");
        args[2] = "6";
        assertThat(real.matcher(simulate(args).out()).replaceAll("")).isNotEqualTo(once);
    }

    @Test
    void tellsPeopleInATable() {
        CommandRun run = simulate("--zones", "2", "--late", "0.25@1s");
        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("12 of 12 complete; 128 pieces of 16.0 KiB", "times the bound", "seeder copies", "late hosts",
            "between racks", "uplinks busy", "events");
    }

    @Test
    void someHostsMayHaveOtherRates() {
        CommandRun run = CommandRun.of("simulate", "--hosts", "12", "--size", "2M", "--rate", "10Mbit,0.25@1Mbit", "--json");
        assertThat(number(run, "last_s")).isGreaterThan(16);
        assertThat(number(run, "own_ratio")).isBetween(1.0, 2.5);
        assertThat(number(run, "punctual_ratio")).isLessThan(4);
    }

    @ParameterizedTest
    @CsvSource({
        "'--crash 0.25@1', hosts, 9",
        "'--corrupters 2@0.5', hosts, 10",
        "'--piece-length 64k', pieces, 32",
        "'--piece-length 64k', piece_length, 65536",
    })
    void optionsAreHeeded(String option, String name, double value) {
        String[] words = option.split(" ");
        assertThat(number(simulate("--json", words[0], words[1]), name)).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--slow-disks 0.2@200k", "--tracker-time 1ms", "--start-within 500ms",
        "--second-seeder 1s", "--degree 4", "--zone-rate 2Mbit", "--verify 0", "--jitter 5ms",
        "--set maxDialled=5,firstSeeder=false"})
    void optionsChangeTheRun(String option) {
        String[] words = option.split(" ");
        CommandRun plain = simulate("--json", "--zones", "2");
        CommandRun changed = simulate("--json", "--zones", "2", words[0], words[1]);
        assertThat(changed.err()).isEmpty();
        assertThat(changed.status()).isZero();
        Pattern trace = Pattern.compile("\"trace\":\"[0-9a-f]+\"");
        assertThat(changed.out()).containsPattern(trace);
        assertThat(trace.matcher(changed.out()).results().findFirst().orElseThrow().group())
            .isNotEqualTo(trace.matcher(plain.out()).results().findFirst().orElseThrow().group());
    }

    @Test
    void aSwarmThatCannotFinishFails() {
        CommandRun run = simulate("--kill-seeder-after", "500ms");
        assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
        assertThat(run.err()).contains("12 of 12 hosts were not complete after");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--late 0.2", "--late x@1", "--late 2@1", "--zones 13", "--seed 1.5", "--set degree", "--set degree=3",
        "--set maxDialled=0", "--piece-length 1000", "--corrupters 12@1", "--crash 0.1@1x", "--resets many", "--slow-disks 0.5@0"})
    void wrongUsageIsTold(String option) {
        String[] words = option.split(" ");
        CommandRun run = simulate(words[0], words[1]);
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).startsWith("murder simulate: ").contains("usage:");
    }

    @Test
    void namesMissingOptions() {
        assertThat(CommandRun.of("simulate", "--hosts", "3", "--size", "1M").err()).contains("--rate is missing");
        assertThat(CommandRun.of("simulate", "--hosts", "3", "--size", "0", "--rate", "1Mbit").status()).isEqualTo(ExitStatus.USAGE);
    }

    @Test
    void pushPrintsPromisedMembers() {
        CommandRun run = CommandRun.of("simulate", "--push", "--hosts", "50", "--silent", "0.1", "--seed", "3", "--json");
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        assertThat(number(run, "hosts")).isEqualTo(45);
        assertThat(number(run, "reached")).isEqualTo(45);
        assertThat(number(run, "last_s")).isPositive().isLessThan(1).isGreaterThanOrEqualTo(number(run, "p99_s"));
        assertThat(number(run, "p50_s")).isPositive();
        assertThat(number(run, "messages")).isGreaterThan(50);
        assertThat(number(run, "bytes")).isGreaterThan(50 * 2000);
        assertThat(number(run, "events")).isPositive();
        assertThat(number(run, "wall_s")).isPositive();
        assertThat(number(run, "seed")).isEqualTo(3);
        assertThat(run.out()).containsPattern("\"trace\":\"[0-9a-f]+\"");
        assertThat(CommandRun.of("simulate", "--push", "--hosts", "5", "--split", "0.5@10", "--tracker-down", "--churn", "1").out())
            .contains("5 of 5 have the order");
    }

    @Test
    void pushRefusesOptionsOfPayload() {
        assertThat(CommandRun.of("simulate", "--push", "--hosts", "5", "--size", "1M").err()).contains("--size does not work with --push");
        assertThat(CommandRun.of("simulate", "--push").err()).contains("--hosts is missing");
        assertThat(CommandRun.of("simulate", "--push", "--hosts", "5", "--silent", "2").err()).contains("share of the agents");
        assertThat(simulate("--tracker-down").err()).contains("works only with --push");
    }
}
