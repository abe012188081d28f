package murder.tools.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PageFaultsTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void countsFaultsOfTheLastSeconds() {
        PageFaults faults = new PageFaults();
        assertThat(faults.perSecond(5_000, 10 * SECOND)).as("those of the start count not").isZero();
        assertThat(faults.perSecond(5_100, 11 * SECOND)).isEqualTo(100);
        assertThat(faults.perSecond(5_100, 12 * SECOND)).isEqualTo(50);
        assertThat(faults.perSecond(5_100, 14 * SECOND)).as("since 12").isZero();
        assertThat(faults.perSecond(5_300, 15 * SECOND)).isEqualTo(200 / 3.0);
    }
}
