package murder.tools.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class HostRunTest {
    private static final long SECOND_NS = 1_000_000_000L;

    private final HostRun run = new HostRun(new Job(new Host("", "h", 0), List.of(), null, false, null));

    @Test
    void followsWhatTheHostSays() {
        assertThat(run.wasStarted()).isFalse();
        run.onStart(5 * SECOND_NS);
        assertThat(run.phase()).isEqualTo(HostRun.CONNECTING);
        run.onLine("Welcome to h", 6 * SECOND_NS);
        run.onLine("{\"progress\":\"downloading\",\"percent\":12.5,\"bytes_per_second\":1000,\"peers\":3}", 6 * SECOND_NS);
        assertThat(run.phase()).isEqualTo("downloading");
        assertThat(run.percent()).isEqualTo(12.5);
        assertThat(run.bytesPerSecond()).isEqualTo(1000);
        run.onLine("{\"progress\":\"unpacking\",\"percent\":1}", 9 * SECOND_NS);
        run.onLine("{\"result\":\"complete\",\"ok\":true,\"bytes\":77}", 10 * SECOND_NS);
        run.onExit(0, 10 * SECOND_NS);
        assertThat(run.isDone()).isTrue();
        assertThat(run.elapsedNs(99 * SECOND_NS)).isEqualTo(5 * SECOND_NS);
        assertThat(run.resultNumber("bytes")).isEqualTo(77);
        assertThat(run.resultNumber("none")).isEqualTo(-1);
        assertThat(run.longestPhase().getKey()).isEqualTo("downloading");
        assertThat(run.longestPhase().getValue()).isEqualTo(3 * SECOND_NS);
    }

    @Test
    void aResultThatIsNotOkFailsWhateverTheStatus() {
        run.onStart(0);
        run.onLine("{\"result\":\"failed\",\"ok\":false,\"error\":\"disk full\"}", 1);
        run.onExit(0, 2);
        assertThat(run.state()).isEqualTo(HostRun.State.FAILED);
        assertThat(run.reason()).isEqualTo("disk full");
    }

    @Test
    void keepsOnlyTheLastLinesAndNoEndlessListOfStates() {
        run.onStart(0);
        for (int i = 0; i < 100_000; i++) {
            run.onLine("line " + i, i);
            run.onLine("{\"progress\":\"state " + i + "\"}", i);
            run.onLine("{\"check\":\"" + i + "\",\"ok\":true}", i);
            run.onLine("{not json", i);
        }
        run.onExit(1, 100_000);
        assertThat(run.reason()).isEqualTo("{not json (status 1)");
        assertThat(run.facts()).hasSize(100);
    }

    @Test
    void theEndIsTheEnd() {
        run.onInterrupted(1);
        assertThat(run.reason()).isEqualTo("interrupted before it began");
        assertThat(run.wasStarted()).isFalse();
        run.onExit(0, 2);
        assertThat(run.isInterrupted()).isTrue();
        assertThat(run.isDone()).isFalse();
    }
}
