package murder.engine.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HostLoadTest {
    private static final long SECOND = 1_000_000_000L;

    private final HostLoad load = new HostLoad();

    private HostLoad.Shares at(long seconds, long loop, long disk, long hashing, long writing) {
        return load.onSums(new HostLoad.Sums(seconds * SECOND, loop * SECOND, disk * SECOND, hashing * SECOND, writing * SECOND));
    }

    @Test
    void sharesAreOfTheLastSeconds() {
        assertThat(at(10, 5, 5, 5, 5)).isEqualTo(HostLoad.Shares.NONE);
        assertThat(at(12, 7, 5, 5, 6)).isEqualTo(new HostLoad.Shares(1, 0, 0));
        assertThat(at(13, 7, 6, 8, 6)).as("since 10").isEqualTo(new HostLoad.Shares(2 / 3.0, 1 / 3.0, 0.75));
        assertThat(at(14, 7, 7, 8, 6)).as("since 12, as before").isEqualTo(new HostLoad.Shares(0, 1, 1));
        assertThat(at(15, 7, 7, 8, 6)).isEqualTo(new HostLoad.Shares(0, 2 / 3.0, 1));
    }

    @Test
    void stoppedClockGivesNoShares() {
        at(10, 0, 0, 0, 0);
        assertThat(at(10, 1, 1, 1, 1)).isEqualTo(HostLoad.Shares.NONE);
    }
}
