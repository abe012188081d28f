package murder.tools.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PatienceTest {
    private static final long LENGTH = 100_000_000;

    private final Patience patience = new Patience();

    private boolean holdsBack(long bytes, double seconds) {
        return patience.holdsBack(bytes, LENGTH, (long) (seconds * TimeUnit.SECONDS.toNanos(1)));
    }

    @Test
    void holdsBackForTwentiethOfTheRest() {
        assertThat(holdsBack(0, 1)).as("nothing has come").isFalse();
        assertThat(holdsBack(1_000_000, 2)).isFalse();
        assertThat(holdsBack(1_400_000, 2.4)).isFalse();
        // 1 MB/s, so that 98 MB take 98 s.
        assertThat(holdsBack(2_000_000, 3)).isTrue();
        assertThat(holdsBack(2_100_000, 7.89)).isTrue();
        assertThat(holdsBack(2_100_000, 7.91)).isFalse();
        assertThat(holdsBack(99_000_000, 60)).isFalse();
    }

    @Test
    void fastPayloadWaitsForMoments() {
        assertThat(holdsBack(10_000_000, 1)).isFalse();
        assertThat(holdsBack(60_000_000, 1.5)).isTrue();
        assertThat(holdsBack(60_000_000, 1.53)).isFalse();
    }

    @Test
    void slowPayloadWaitsForHalfMinute() {
        assertThat(holdsBack(1000, 1)).isFalse();
        assertThat(holdsBack(2000, 2)).isTrue();
        assertThat(holdsBack(2000, 31.9)).isTrue();
        assertThat(holdsBack(2000, 32.1)).isFalse();
    }

    @Test
    void stalledPayloadIsNotHeldBack() {
        assertThat(holdsBack(1000, 1)).isFalse();
        assertThat(holdsBack(1000, 30)).isFalse();
    }
}
