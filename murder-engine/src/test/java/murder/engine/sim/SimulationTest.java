package murder.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The effects of the options of a simulation, with all checks. */
class SimulationTest {
    private static final long SECOND = NetworkModel.SECOND;
    /** 5 MB at 1.25 MB/s: the bound is 4 s. */
    private static SimulationOptions.Builder plain() {
        return SimulationOptions.builder(20, 5_000_000, 1_250_000).checks(true);
    }

    private static SimulationResult run(SimulationOptions.Builder options) {
        return run(options.build());
    }

    private static SimulationResult run(SimulationOptions options) {
        SimulationResult result = Simulation.run(options);
        assertThat(result.isComplete()).as("%s", result).isTrue();
        assertThat(result.times().completions()).hasSize(result.hosts()).isSorted().endsWith(result.times().last());
        assertThat(result.traffic().utilisationCurve()).hasSize(20).allMatch(share -> share >= 0 && share <= 1);
        assertThat(result.traffic().utilisation()).isCloseTo(
            result.traffic().utilisationCurve().stream().mapToDouble(share -> share).average().orElseThrow(), within(0.001));
        return result;
    }

    @Test
    void progressCountsPiecesOfAllHosts() {
        List<Long> told = new ArrayList<>();
        SimulationResult result = Simulation.run(plain().build(), false, told::add);
        assertThat(told).isSorted().endsWith((long) result.hosts() * result.pieces());
    }

    @Test
    void faultlessSwarmIsNearBound() {
        SimulationResult result = run(plain());
        assertThat(result.times().bound()).isEqualTo(4);
        assertThat(result.hosts()).isEqualTo(20);
        assertThat(result.ratios().slowest()).isBetween(1.0, 1.6).isEqualTo(result.times().last() / 4);
        assertThat(result.ratios().punctual()).isCloseTo(result.ratios().slowest(), within(1e-6));
        assertThat(result.traffic().seederCopies()).isBetween(1.0, 1.6);
        assertThat(result.traffic().duplicateFraction()).isBetween(0.0, 0.05);
        assertThat(result.traffic().crossZoneFraction()).isZero();
        assertThat(result.ratios().late()).isZero();
        assertThat(result.times().p50()).isLessThanOrEqualTo(result.times().p99()).isGreaterThanOrEqualTo(4);
        assertThat(result.times().firstPiece()).isBetween(0.0, 1.0);
        assertThat(result.traffic().connectionsPerHost()).isBetween(10.0, 21.0);
        // 20 copies over 21 uplinks, and what came twice.
        assertThat(result.traffic().utilisation())
            .isCloseTo(20 * 4 / (1 - result.traffic().duplicateFraction()) / (21 * result.times().last()), within(0.05));
    }

    static Stream<SimulationOptions.Builder> withEverything() {
        return Stream.of(plain(),
            plain().seed(-3).zones(4, 2_000_000).startWithinNs(SECOND).resets(60).slowDisks(
                List.of(new SimulationOptions.Share(0.2, 600_000))),
            plain().seed(9).slowHosts(List.of(new SimulationOptions.Share(0.1, 300_000))).late(0.2, 3 * SECOND)
                .crashes(0.2, 4 * SECOND).corrupters(2, 0.3));
    }

    @ParameterizedTest
    @MethodSource("withEverything")
    void sameOptionsGiveSameResult(SimulationOptions.Builder options) {
        SimulationResult once = run(options);
        SimulationResult again = run(options);
        assertThat(again).usingRecursiveComparison().ignoringFields("cost.wallSeconds").isEqualTo(once);
        assertThat(run(options.checks(false)).traceHash()).as("checks change nothing").isEqualTo(once.traceHash());
        assertThat(run(options.seed(77)).traceHash()).isNotEqualTo(once.traceHash());
    }

    @Test
    void lateHostsCountFromOwnStart() {
        SimulationResult result = run(plain().late(0.1, 6 * SECOND));
        assertThat(result.times().last()).isGreaterThan(10);
        assertThat(result.ratios().late()).isBetween(1.0, 2.0).isCloseTo((result.times().last() - 6) / 4, within(1e-6));
        assertThat(result.ratios().punctual()).isLessThan(1.5);
        assertThat(result.times().completions().get(17)).isLessThan(6);
    }

    @Test
    void slowHostsCountByOwnLinks() {
        SimulationResult result = run(plain().slowHosts(List.of(new SimulationOptions.Share(0.1, 125_000))));
        assertThat(result.times().last()).isGreaterThan(40);
        assertThat(result.ratios().own()).isBetween(1.0, 2.0);
        assertThat(result.ratios().punctual()).isBetween(1.0, 2.0);
    }

    @Test
    void slowDiskMakesSlowHost() {
        SimulationResult result = run(plain().slowDisks(List.of(new SimulationOptions.Share(0.05, 500_000))));
        assertThat(result.times().last()).isGreaterThan(10);
        assertThat(result.times().completions().get(18)).isLessThan(7);
    }

    @Test
    void ignoresDeadAndCorruptHosts() {
        assertThat(run(plain().crashes(0.25, 2 * SECOND)).hosts()).isEqualTo(15);
        assertThat(run(plain().corrupters(3, 1)).hosts()).isEqualTo(17);
    }

    @Test
    void swarmSurvivesSeederAfterEveryPiece() {
        assertThat(run(plain().seederDiesNs(6 * SECOND)).isComplete()).isTrue();
        SimulationResult early = Simulation.run(plain().seederDiesNs(2 * SECOND).build());
        assertThat(early.finished()).isZero();
        assertThat(early.isComplete()).isFalse();
        assertThat(early.times().completions()).isEmpty();
        assertThat(early.traffic().seederCopies()).isLessThan(0.6);
    }

    @Test
    void secondSeederReplacesDeadFirst() {
        SimulationResult result = run(plain().seederDiesNs(2 * SECOND).secondSeederNs(10 * SECOND));
        assertThat(result.times().last()).isGreaterThan(11);
    }

    @Test
    void countsBytesBetweenRacks() {
        SimulationResult free = run(plain().zones(2, 0));
        assertThat(free.traffic().crossZoneFraction()).isBetween(0.2, 0.8);
        // The rack without the seeder receives at least the payload once, which takes 20 s through
        // its pipe of 250 kB/s.
        SimulationResult narrow = run(plain().zones(2, 250_000));
        assertThat(narrow.times().last()).isGreaterThan(20);
    }

    @Test
    void latencyAndAnnouncesTakeTheirTime() {
        double start = run(plain()).times().firstPiece();
        assertThat(run(plain().latencyNs(50 * NetworkModel.MS)).times().firstPiece()).isGreaterThan(start + 0.3);
        assertThat(run(plain().serviceNs(0, 40 * NetworkModel.MS)).times().firstPiece()).isGreaterThan(start + 0.2);
    }

    @Test
    void smallSendBuffersReportWritable() {
        SimulationResult tight = run(plain().sendBuffers(2, 0));
        assertThat(tight.traceHash()).isNotEqualTo(run(plain()).traceHash());
        assertThat(tight.ratios().slowest()).isLessThan(2);
    }

    @Test
    void brokenConnectionsCostTime() {
        SimulationResult quiet = run(plain());
        SimulationResult noisy = run(plain().resets(300));
        assertThat(noisy.times().last()).isGreaterThan(quiet.times().last());
    }

    @Test
    void setsSwarmSettingsByName() {
        assertThat(plain().setting("maxDialled", "7").build().degree()).isEqualTo(7);
        assertThat(plain().setting("firstSeeder", "false").build().config().firstSeeder()).isFalse();
        assertThat(run(plain().degree(3)).traffic().connectionsPerHost()).isLessThan(8);
        assertThatIllegalArgumentException().isThrownBy(() -> plain().setting("degrees", "7")).withMessageContaining("maxDialled");
        assertThatIllegalArgumentException().isThrownBy(() -> plain().setting("maxDialled", "0")).withMessageContaining("maxDialled");
        assertThatIllegalArgumentException().isThrownBy(() -> plain().setting("maxDialled", "few")).withMessageContaining("few");
        assertThatIllegalArgumentException().isThrownBy(() -> plain().setting("firstSeeder", "1"));
    }

    @Test
    void nonsenseIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> SimulationOptions.builder(0, 1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> SimulationOptions.builder(SimulationOptions.MAX_HOSTS + 1, 1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> SimulationOptions.builder(1, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> SimulationOptions.builder(1, 1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> SimulationOptions.builder(1, 1L << 40, 1).pieceLength(16384).build());
        assertThatIllegalArgumentException().isThrownBy(() -> plain().pieceLength(1000));
        assertThatIllegalArgumentException().isThrownBy(() -> plain().late(1.1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> plain().late(Double.NaN, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> plain().zones(21, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> plain().corrupters(20, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> plain().latencyNs(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> plain().resets(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> plain().slowHosts(
            List.of(new SimulationOptions.Share(0.6, 1), new SimulationOptions.Share(0.6, 1))));
        assertThatIllegalArgumentException().isThrownBy(() -> new SimulationOptions.Share(0.5, 0));
    }

    @Test
    void detectsLinkAboveItsRate() {
        RateCheck check = new RateCheck(1_000_000);
        IntStream.range(1, 200).forEach(i -> check.onBytes(i * 65_536_000L, 65_536));
        assertThatIllegalStateException().isThrownBy(() ->
            IntStream.range(1, 20).forEach(i -> check.onBytes(200 * 65_536_000L + i * 50_000_000L, 65_536)))
            .withMessageContaining("too many");
    }
}
