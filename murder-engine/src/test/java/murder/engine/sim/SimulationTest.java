package murder.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the options of a simulation do. All is checked that can be. */
class SimulationTest {
    private static final long SECOND = NetworkModel.SECOND;
    /** 5 MB at 1.25 MB/s: the bound is 4 s. */
    private static final SimulationOptions PLAIN = SimulationOptions.of(20, 5_000_000, 1_250_000).withChecks(true);

    private static SimulationResult run(SimulationOptions options) {
        SimulationResult result = Simulation.run(options);
        assertThat(result.isComplete()).as("%s", result).isTrue();
        assertThat(result.completionSeconds()).hasSize(result.hosts()).isSorted().endsWith(result.lastSeconds());
        assertThat(result.utilisationCurve()).hasSize(20).allMatch(share -> share >= 0 && share <= 1);
        assertThat(result.utilisation()).isCloseTo(
            result.utilisationCurve().stream().mapToDouble(share -> share).average().orElseThrow(), within(0.001));
        return result;
    }

    @Test
    void aSwarmWithoutFaultsIsNearTheBoundAndNeverFaster() {
        SimulationResult result = run(PLAIN);
        assertThat(result.boundSeconds()).isEqualTo(4);
        assertThat(result.hosts()).isEqualTo(20);
        assertThat(result.ratio()).isBetween(1.0, 1.6).isEqualTo(result.lastSeconds() / 4);
        assertThat(result.punctualRatio()).isCloseTo(result.ratio(), within(1e-6));
        assertThat(result.seederCopies()).isBetween(1.0, 1.6);
        assertThat(result.duplicateFraction()).isBetween(0.0, 0.05);
        assertThat(result.crossZoneFraction()).isZero();
        assertThat(result.lateRatio()).isZero();
        assertThat(result.p50Seconds()).isLessThanOrEqualTo(result.p99Seconds()).isGreaterThanOrEqualTo(4);
        assertThat(result.startSeconds()).isBetween(0.0, 1.0);
        assertThat(result.connectionsPerHost()).isBetween(10.0, 21.0);
        // 20 copies over 21 uplinks, and what came twice.
        assertThat(result.utilisation()).isCloseTo(20 * 4 / (1 - result.duplicateFraction()) / (21 * result.lastSeconds()), within(0.05));
    }

    static Stream<SimulationOptions> withEverything() {
        return Stream.of(PLAIN,
            PLAIN.withSeed(-3).withZones(4, 2_000_000).withStartWithin(SECOND).withResets(60).withSlowDisks(
                List.of(new SimulationOptions.Share(0.2, 600_000))),
            PLAIN.withSeed(9).withSlowHosts(List.of(new SimulationOptions.Share(0.1, 300_000))).withLate(0.2, 3 * SECOND)
                .withCrashes(0.2, 4 * SECOND).withCorrupters(2, 0.3));
    }

    @ParameterizedTest
    @MethodSource("withEverything")
    void theSameOptionsGiveTheSameResult(SimulationOptions options) {
        SimulationResult once = run(options);
        SimulationResult again = run(options);
        assertThat(again).usingRecursiveComparison().ignoringFields("wallSeconds", "eventsPerSecond").isEqualTo(once);
        assertThat(run(options.withSeed(77)).traceHash()).isNotEqualTo(once.traceHash());
        assertThat(run(options.withChecks(false)).traceHash()).as("checks change nothing").isEqualTo(once.traceHash());
    }

    @Test
    void lateHostsAreCountedFromTheirOwnStart() {
        SimulationResult result = run(PLAIN.withLate(0.1, 6 * SECOND));
        assertThat(result.lastSeconds()).isGreaterThan(10);
        assertThat(result.lateRatio()).isBetween(1.0, 2.0).isCloseTo((result.lastSeconds() - 6) / 4, within(1e-6));
        assertThat(result.punctualRatio()).isLessThan(1.5);
        assertThat(result.completionSeconds().get(17)).isLessThan(6);
    }

    @Test
    void slowHostsAreComparedWithTheirOwnLinks() {
        SimulationResult result = run(PLAIN.withSlowHosts(List.of(new SimulationOptions.Share(0.1, 125_000))));
        assertThat(result.lastSeconds()).isGreaterThan(40);
        assertThat(result.ownRatio()).isBetween(1.0, 2.0);
        assertThat(result.punctualRatio()).isBetween(1.0, 2.0);
    }

    @Test
    void aSlowDiskMakesASlowHost() {
        SimulationResult result = run(PLAIN.withSlowDisks(List.of(new SimulationOptions.Share(0.05, 500_000))));
        assertThat(result.lastSeconds()).isGreaterThan(10);
        assertThat(result.completionSeconds().get(18)).isLessThan(7);
    }

    @Test
    void whoDiesOrCorruptsIsNotWaitedFor() {
        assertThat(run(PLAIN.withCrashes(0.25, 2 * SECOND)).hosts()).isEqualTo(15);
        assertThat(run(PLAIN.withCorrupters(3, 1)).hosts()).isEqualTo(17);
    }

    @Test
    void theSwarmLivesOnWithoutItsSeederOnceEveryPieceIsOut() {
        assertThat(run(PLAIN.withSeederDeath(6 * SECOND)).isComplete()).isTrue();
        SimulationResult early = Simulation.run(PLAIN.withSeederDeath(2 * SECOND));
        assertThat(early.finished()).isZero();
        assertThat(early.isComplete()).isFalse();
        assertThat(early.completionSeconds()).isEmpty();
        assertThat(early.seederCopies()).isLessThan(0.6);
    }

    @Test
    void aSecondSeederGoesOnWhereTheFirstDied() {
        SimulationResult result = run(PLAIN.withSeederDeath(2 * SECOND).withSecondSeeder(10 * SECOND));
        assertThat(result.lastSeconds()).isGreaterThan(11);
    }

    @Test
    void bytesBetweenRacksAreCountedAndTheirPipesKept() {
        SimulationResult free = run(PLAIN.withZones(2, 0));
        assertThat(free.crossZoneFraction()).isBetween(0.2, 0.8);
        // What comes into the rack without the seeder, at least once the payload, passes a pipe of 250 kB/s in 20 s.
        SimulationResult narrow = run(PLAIN.withZones(2, 250_000));
        assertThat(narrow.lastSeconds()).isGreaterThan(20);
    }

    @Test
    void latencyAndAnnouncesTakeTheirTime() {
        double start = run(PLAIN).startSeconds();
        assertThat(run(PLAIN.withLatency(50 * NetworkModel.MS)).startSeconds()).isGreaterThan(start + 0.3);
        assertThat(run(PLAIN.withServiceTimes(0, 40 * NetworkModel.MS)).startSeconds()).isGreaterThan(start + 0.2);
    }

    @Test
    void connectionsThatTakeLittleAtOnceAreToldWhenTheyTakeMore() {
        SimulationResult tight = run(PLAIN.withSendBuffers(2, 0));
        assertThat(tight.traceHash()).isNotEqualTo(run(PLAIN).traceHash());
        assertThat(tight.ratio()).isLessThan(2);
    }

    @Test
    void brokenConnectionsCostTime() {
        SimulationResult quiet = run(PLAIN);
        SimulationResult noisy = run(PLAIN.withResets(300));
        assertThat(noisy.lastSeconds()).isGreaterThan(quiet.lastSeconds());
    }

    @Test
    void settingsOfTheSwarmAreSetByName() {
        assertThat(PLAIN.withSetting("maxDialled", "7").degree()).isEqualTo(7);
        assertThat(PLAIN.withSetting("firstSeeder", "false").config().firstSeeder()).isFalse();
        assertThat(run(PLAIN.withDegree(3)).connectionsPerHost()).isLessThan(8);
        assertThatIllegalArgumentException().isThrownBy(() -> PLAIN.withSetting("degrees", "7")).withMessageContaining("maxDialled");
        assertThatIllegalArgumentException().isThrownBy(() -> PLAIN.withSetting("maxDialled", "0")).withMessageContaining("maxDialled");
        assertThatIllegalArgumentException().isThrownBy(() -> PLAIN.withSetting("maxDialled", "few")).withMessageContaining("few");
        assertThatIllegalArgumentException().isThrownBy(() -> PLAIN.withSetting("firstSeeder", "1"));
    }

    @Test
    void nonsenseIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> SimulationOptions.of(0, 1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> SimulationOptions.of(SimulationOptions.MAX_HOSTS + 1, 1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> SimulationOptions.of(1, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> SimulationOptions.of(1, 1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> SimulationOptions.of(1, 1L << 40, 1).withPieceLength(16384));
        assertThatIllegalArgumentException().isThrownBy(() -> PLAIN.withPieceLength(1000));
        assertThatIllegalArgumentException().isThrownBy(() -> PLAIN.withLate(1.1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> PLAIN.withLate(Double.NaN, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> PLAIN.withZones(21, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> PLAIN.withCorrupters(20, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> PLAIN.withLatency(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> PLAIN.withResets(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> PLAIN.withSlowHosts(
            List.of(new SimulationOptions.Share(0.6, 1), new SimulationOptions.Share(0.6, 1))));
        assertThatIllegalArgumentException().isThrownBy(() -> new SimulationOptions.Share(0.5, 0));
    }

    @Test
    void aLinkThatCarriesTooMuchIsFound() {
        RateCheck check = new RateCheck(1_000_000);
        IntStream.range(1, 200).forEach(i -> check.onBytes(i * 65_536_000L, 65_536));
        assertThatIllegalStateException().isThrownBy(() ->
            IntStream.range(1, 20).forEach(i -> check.onBytes(200 * 65_536_000L + i * 50_000_000L, 65_536)))
            .withMessageContaining("too many");
    }
}
