package murder.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SlowCauseTest {
    private static final Duration LONG = Duration.ofSeconds(4);

    /** Shares of the loop, the disk, hashing and limits; round trip and answer in milliseconds. */
    private static SlowFigures figures(double sources, int known, double loop, double disk, double hashing, double limited,
                                       long roundTripMs, long answerMs) {
        return new SlowFigures(LONG, 1_000_000, sources, known, loop, disk, hashing, limited, Duration.ofMillis(roundTripMs),
            Duration.ofMillis(answerMs), 0);
    }

    @Test
    void linkIsFullWithoutOtherCause() {
        assertThat(SlowCause.of(figures(8, 20, 0.2, 0.1, 0.9, 0.2, 1, 300))).isEqualTo(SlowCause.LINK_FULL);
    }

    @Test
    void ownHostComesBeforeTheNetwork() {
        SlowFigures far = figures(0, 20, 0.7, 0.3, 0, 0.5, 100, 100);
        assertThat(SlowCause.of(far.withFaults(100))).isEqualTo(SlowCause.MEMORY_SHORT);
        assertThat(SlowCause.of(far.withFaults(99))).isEqualTo(SlowCause.CPU_BUSY);
        assertThat(SlowCause.of(figures(0, 20, 0.6, 0.3, 0, 0.5, 100, 100))).isEqualTo(SlowCause.DISK_SLOW);
        assertThat(SlowCause.of(figures(0, 20, 0.6, 0.2, 0, 0.5, 100, 100))).isEqualTo(SlowCause.RATE_LIMIT);
        assertThat(SlowCause.of(figures(0, 20, 0.6, 0.2, 0, 0.4, 100, 100))).isEqualTo(SlowCause.FEW_SOURCES);
        assertThat(SlowCause.of(figures(8, 20, 0.6, 0.2, 0, 0.4, 100, 100))).isEqualTo(SlowCause.FAR_AWAY);
    }

    @Test
    void hashingThreadsAreNoSlowDisk() {
        assertThat(SlowCause.of(figures(8, 20, 0.2, 0.9, 0.9, 0, 1, 1))).isEqualTo(SlowCause.CPU_BUSY);
        assertThat(SlowCause.of(figures(8, 20, 0.2, 0.9, 0.1, 0, 1, 1))).isEqualTo(SlowCause.DISK_SLOW);
    }

    @Test
    void smallSwarmNeedsFewSources() {
        assertThat(SlowCause.of(figures(1, 1, 0, 0, 0, 0, 1, 20))).isEqualTo(SlowCause.LINK_FULL);
        assertThat(SlowCause.of(figures(1, 3, 0, 0, 0, 0, 1, 20))).isEqualTo(SlowCause.LINK_FULL);
        assertThat(SlowCause.of(figures(1.3, 4, 0, 0, 0, 0, 1, 20))).isEqualTo(SlowCause.FEW_SOURCES);
        assertThat(SlowCause.of(figures(4, 1000, 0, 0, 0, 0, 1, 20))).isEqualTo(SlowCause.LINK_FULL);
    }

    @Test
    void longAnswersMeanQueue() {
        assertThat(SlowCause.of(figures(8, 20, 0, 0, 0, 0, 39, 80))).isEqualTo(SlowCause.LINK_FULL);
        assertThat(SlowCause.of(figures(8, 20, 0, 0, 0, 0, 40, 119))).isEqualTo(SlowCause.FAR_AWAY);
        assertThat(SlowCause.of(figures(8, 20, 0, 0, 0, 0, 40, 120))).isEqualTo(SlowCause.LINK_FULL);
    }

    @Test
    void saysNothingTooSoon() {
        assertThat(SlowCause.of(SlowFigures.NONE)).isNull();
        assertThat(SlowCause.of(figures(0, 0, 0, 0, 0, 0, 0, 0))).as("no peer at all").isEqualTo(SlowCause.FEW_SOURCES);
    }

    @Test
    void wordsLeadBack() {
        for (SlowCause cause : SlowCause.values()) {
            assertThat(SlowCause.ofWord(cause.word())).isEqualTo(cause);
        }
        assertThat(SlowCause.ofWord("")).isNull();
        assertThat(List.of(SlowCause.CPU_BUSY.text(), SlowCause.DISK_SLOW.text())).containsExactly("CPU busy", "disk slow");
    }
}
