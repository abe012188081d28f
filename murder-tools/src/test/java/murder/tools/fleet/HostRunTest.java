package murder.tools.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import murder.tools.cli.HostReport;
import murder.tools.cli.HostReport.Member;
import org.junit.jupiter.api.Test;

class HostRunTest {
    private static final long SECOND_NS = 1_000_000_000L;

    private final HostRun run = new HostRun(new Job(new Host("", "h", 0), List.of(), null, false));

    private void line(String line, long nowNs) {
        run.onReport(HostReport.read(line), nowNs);
    }

    @Test
    void followsProgressAndResult() {
        assertThat(run.mayHaveStarted()).isFalse();
        run.onStart(5 * SECOND_NS);
        assertThat(run.phase()).isEqualTo(HostRun.CONNECTING);
        line("Welcome to h", 6 * SECOND_NS);
        line("{\"type\":\"progress\",\"progress\":\"downloading\",\"percent\":12.5,\"bytes_per_second\":1000,\"peers\":3}", 6 * SECOND_NS);
        assertThat(run.phase()).isEqualTo("downloading");
        assertThat(run.percent()).isEqualTo(12.5);
        assertThat(run.bytesPerSecond()).isEqualTo(1000);
        line("{\"type\":\"progress\",\"progress\":\"unpacking\",\"percent\":1}", 9 * SECOND_NS);
        line("{\"type\":\"result\",\"result\":\"complete\",\"ok\":true,\"bytes\":77}", 10 * SECOND_NS);
        run.onExit(0, 10 * SECOND_NS);
        assertThat(run.isDone()).isTrue();
        assertThat(run.elapsedNs(99 * SECOND_NS)).isEqualTo(5 * SECOND_NS);
        assertThat(run.result().whole(Member.BYTES, -1)).isEqualTo(77);
        assertThat(run.longestPhase().getKey()).isEqualTo("downloading");
        assertThat(run.longestPhase().getValue()).isEqualTo(3 * SECOND_NS);
    }

    @Test
    void showsOnlyFiguresOfHost() {
        run.onStart(0);
        assertThat(run.isMeasured()).isFalse();
        line("{\"type\":\"send\"}", 1);
        assertThat(run.phase()).isEqualTo("sending the jar");
        line("{\"type\":\"progress\",\"progress\":\"packing\",\"percent\":0,\"done\":9,\"length\":0}", 2);
        assertThat(run.isMeasured()).isFalse();
        line("{\"type\":\"progress\",\"progress\":\"downloading\",\"percent\":0,\"length\":9,\"eta_s\":2.5}", 3);
        assertThat(run.isMeasured()).isTrue();
        assertThat(run.etaS()).isEqualTo(2.5);
        line("{\"type\":\"progress\",\"progress\":\"unpacking\"}", 4);
        assertThat(run.isMeasured()).isFalse();
        assertThat(run.etaS()).isEqualTo(-1);
    }

    @Test
    void failedResultOverridesStatus() {
        run.onStart(0);
        line("{\"type\":\"result\",\"result\":\"failed\",\"ok\":false,\"error\":\"disk full\"}", 1);
        run.onExit(0, 2);
        assertThat(run.state()).isEqualTo(HostRun.State.FAILED);
        assertThat(run.reason()).isEqualTo("disk full");
    }

    @Test
    void limitsItsMemory() {
        run.onStart(0);
        for (int i = 0; i < 100_000; i++) {
            line("line " + i, i);
            line("{\"type\":\"progress\",\"progress\":\"state " + i + "\"}", i);
            line("{\"type\":\"check\",\"check\":\"" + i + "\",\"ok\":true}", i);
            line("{not json", i);
        }
        run.onExit(1, 100_000);
        assertThat(run.reason()).isEqualTo("{not json (status 1)");
        assertThat(run.facts()).hasSize(100);
    }

    @Test
    void failsWithoutAResult() {
        run.onStart(0);
        line("Welcome to h", 1);
        run.onExit(0, 2);
        assertThat(run.isDone()).isFalse();
        assertThat(run.reason()).isEqualTo("ended without a result; the last line was: Welcome to h");
    }

    @Test
    void needsNoResultWithoutReport() {
        HostRun stop = new HostRun(Job.silent(new Host("", "h", 0), List.of("ssh")));
        stop.onStart(0);
        stop.onExit(0, 1);
        assertThat(stop.isDone()).isTrue();
    }

    @Test
    void showsNothingInsteadOfWrongNumbers() {
        run.onStart(0);
        line("{\"type\":\"progress\",\"progress\":\"downloading\",\"percent\":1e999,\"bytes_per_second\":-5}", 1);
        assertThat(run.phase()).isEqualTo("downloading");
        assertThat(run.percent()).isZero();
        assertThat(run.bytesPerSecond()).isZero();
    }

    @Test
    void ignoresEventsAfterEnd() {
        run.onInterrupted(1);
        assertThat(run.reason()).isEqualTo("interrupted before it began");
        assertThat(run.mayHaveStarted()).isFalse();
        run.onExit(0, 2);
        assertThat(run.isInterrupted()).isTrue();
        assertThat(run.isDone()).isFalse();
    }
}
