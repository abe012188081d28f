package murder.tools.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import murder.engine.SlowFigures;
import murder.engine.TorrentState;
import murder.engine.TorrentStatistics;
import org.junit.jupiter.api.Test;

class StallWatchTest {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final StallWatch watch = new StallWatch("h1");

    private static TorrentStatistics now(long downloaded, int peers, int seeds, String trackerError) {
        return new TorrentStatistics(TorrentState.DOWNLOADING, 1000, 10, 6, 600, downloaded, 0, 0, 0, 0, 0, peers, seeds, 0,
            Duration.ZERO, trackerError, "", SlowFigures.NONE, List.of());
    }

    @Test
    void namesLonelyHostsTrouble() {
        watch.update(now(0, 0, 0, ""), "", 0);
        assertThat(watch.trouble()).isEmpty();
        watch.update(now(0, 0, 0, ""), "", 5 * SECOND_NS);
        assertThat(watch.trouble()).isEqualTo("the tracker answers but names no peer that can be reached;"
            + " see whether the seeder h1 runs and its port is open");
        assertThat(watch.exceeds(LIMIT, 60 * SECOND_NS - 1)).isFalse();
        assertThat(watch.exceeds(LIMIT, 60 * SECOND_NS)).isTrue();
        assertThat(watch.exceeds(null, 60 * SECOND_NS)).isFalse();
    }

    @Test
    void namesTrackerThatFailsAtOnce() {
        watch.update(now(0, 0, 0, "connection refused"), "", 0);
        assertThat(watch.trouble()).isEqualTo("the tracker cannot be used: connection refused;"
            + " see whether it runs and its port is open");
    }

    @Test
    void namesMissingPieces() {
        watch.update(now(10, 2, 0, ""), "", 0);
        watch.update(now(10, 2, 0, ""), "", 6 * SECOND_NS);
        assertThat(watch.trouble()).startsWith("40.0 % of the payload is on none of the 2 connected peers")
            .endsWith("see whether the seeder h1 runs");
        assertThat(watch.exceeds(LIMIT, 180 * SECOND_NS - 1)).isFalse();
        assertThat(watch.exceeds(LIMIT, 180 * SECOND_NS)).isTrue();
    }

    @Test
    void waitsForSeederAndForBytes() {
        watch.update(now(10, 2, 1, ""), "", 0);
        watch.update(now(10, 2, 1, ""), "", 600 * SECOND_NS);
        assertThat(watch.exceeds(LIMIT, 600 * SECOND_NS)).isFalse();
        watch.update(now(11, 2, 0, ""), "", 601 * SECOND_NS);
        assertThat(watch.trouble()).isEmpty();
    }
}
