package murder.tools.host;

import static org.assertj.core.api.Assertions.assertThat;

import murder.engine.TorrentState;
import org.junit.jupiter.api.Test;

class StartSeedingCommandTest {
    private static final long LIMIT_NS = StartSeedingCommand.TRACKER_ANSWERS_WITHIN_NS;

    /** As with 150,000 files, which take more than five seconds. */
    @Test
    void trackerHasTimeAfterTheCheck() {
        StartSeedingCommand.Patience patience = new StartSeedingCommand.Patience();
        long checkedNs = 10 * LIMIT_NS;
        assertThat(patience.isOver(TorrentState.CHECKING, -5)).isFalse();
        assertThat(patience.isOver(TorrentState.CHECKING, checkedNs - 1)).isFalse();
        assertThat(patience.isOver(TorrentState.SEEDING, checkedNs)).isFalse();
        assertThat(patience.isOver(TorrentState.SEEDING, checkedNs + LIMIT_NS)).isFalse();
        assertThat(patience.isOver(TorrentState.SEEDING, checkedNs + LIMIT_NS + 1)).isTrue();
    }
}
