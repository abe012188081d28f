package murder.benchmarks.bed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class FiguresTest {
    private static final double NONE = Double.NaN;

    @Test
    void boundCountsFraming() {
        // 838,860,800 bits over 20 Mbit/s are 41.94 s; of 1514 bytes on the wire 1448 are payload.
        assertThat(Bound.seconds(100 << 20, 20_000_000)).isCloseTo(43.855, within(0.001));
        assertThat(Bound.seconds(100 << 20, 0)).isNaN();
    }

    @Test
    void theMedianIsTheMiddle() {
        assertThat(Statistics.median(List.of(3.0, 1.0, 2.0))).isEqualTo(2.0);
        assertThat(Statistics.median(List.of(4.0, 1.0, 2.0, 3.0))).isEqualTo(2.5);
        assertThat(Statistics.median(List.<Double>of())).isNaN();
        assertThat(Statistics.median(List.of(1.0, NONE))).isNaN();
    }

    @Test
    void medianRunHasMiddleSlowestHost() {
        RunResult fast = Samples.run(Client.MURDER, 1, List.of(1.0, 2.0));
        RunResult middle = Samples.run(Client.MURDER, 2, List.of(3.0, 1.0));
        RunResult slow = Samples.run(Client.MURDER, 3, List.of(1.0, 9.0));
        assertThat(Statistics.medianRun(List.of(slow, fast, middle))).isSameAs(middle);
    }

    @Test
    void missingHostsRankBelowSlowRuns() {
        RunResult broken = Samples.run(Client.MURDER, 1, List.of(1.0, NONE));
        RunResult slow = Samples.run(Client.MURDER, 2, List.of(1.0, 9.0));
        assertThat(Statistics.medianRun(List.of(broken, slow))).isSameAs(broken);
    }

    @Test
    void aMissingHostLeavesNoRatio() {
        RunResult broken = Samples.run(Client.ARIA2, 1, List.of(5.0, NONE, 7.0));
        assertThat(broken.finished()).isEqualTo(2);
        assertThat(broken.isGood()).isFalse();
        assertThat(broken.lastS()).isEqualTo(7.0);
        assertThat(broken.medianHostS()).isEqualTo(6.0);
        assertThat(broken.ratio()).isNaN();
    }

    @Test
    void wrongCopyMakesRunBad() {
        assertThat(Samples.run(Client.ARIA2, 1, List.of(5.0, 6.0)).isGood()).isTrue();
        assertThat(Samples.withCorrect(Samples.run(Client.ARIA2, 1, List.of(5.0, 6.0)), 1).isGood()).isFalse();
    }

    @Test
    void lateHostsCountFromTheirStart() {
        RunResult run = Samples.late(List.of(0.0, 0.0, 5.0, 5.1), List.of(10.0, 11.0, 12.0, 11.0));
        assertThat(run.lateS()).isEqualTo(7.0);
        assertThat(Samples.late(List.of(0.0, 0.0, 5.0, 5.1), List.of(10.0, 11.0, NONE, 11.0)).lateS()).isNaN();
        assertThat(Samples.run(Client.MURDER, 1, List.of(1.0)).lateS()).isNaN();
    }

    @Test
    void processorTimeIsPerPayloadByte() {
        // A payload of 1 MB to four peers; the seeder took 2 s and the peers 6 s.
        RunResult run = Samples.run(Client.MURDER, 1, List.of(1.0, 1.0, 1.0, 1.0));
        assertThat(run.seederCpuPerGigabyte()).isCloseTo(500, within(1e-9));
        assertThat(run.peersCpuPerGigabyte()).isCloseTo(1500, within(1e-9));
        assertThat(run.seederCopies()).isEqualTo(1.25);
    }

    @Test
    void ticksAreFoundBehindAnyName() {
        assertThat(CpuTime.ticks("42 (a) R 1 (b) S 1 42 42 0 -1 4194560 100 200 0 0 7 5 30 2 20 0 1 0 1000 1 2 3\n")).isEqualTo(44);
    }

    @Test
    void parentCountsTimeOfEndedProcess() throws IOException, InterruptedException {
        // The inner shell counts for long enough to be seen; the outer one waits for it, says so,
        // and stays.
        Process process = new ProcessBuilder("sh", "-c",
            "sh -c 'sh -c \"i=0; while [ \\$i -lt 300000 ]; do i=\\$((i+1)); done\"; echo done; read end'").start();
        try {
            assertThat(process.inputReader().readLine()).isEqualTo("done");
            assertThat(CpuTime.secondsBelow(ProcessHandle.current())).isGreaterThan(0.02);
        } finally {
            process.outputWriter().close();
            process.waitFor();
        }
    }

    @Test
    void usesTheEffectiveUser() {
        assertThat(Bed.effectiveUser("Name:\tjava\nUid:\t1000\t0\t1000\t1000\nGid:\t5\t5\t5\t5\n")).isZero();
        assertThat(Bed.effectiveUser("Uid:\t0\t1000\t0\t0\n")).isEqualTo(1000);
    }
}
