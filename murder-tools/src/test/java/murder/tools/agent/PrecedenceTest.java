package murder.tools.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import murder.metainfo.InfoSha256;
import org.junit.jupiter.api.Test;

class PrecedenceTest {
    private static final long LENGTH = 1000;

    private final Precedence precedence = new Precedence(InfoSha256.parse("0".repeat(64)));

    private void sent(long bytes, double seconds) {
        precedence.onSent(bytes, LENGTH, (long) (seconds * TimeUnit.SECONDS.toNanos(1)));
    }

    @Test
    void largePayloadWaitsForOneCopy() {
        assertThat(precedence.holdsBack()).isFalse();
        sent(0, 5);
        assertThat(precedence.holdsBack()).isTrue();
        sent(0, 7.1);
        assertThat(precedence.holdsBack()).isFalse();
        sent(1, 7.2);
        assertThat(precedence.holdsBack()).isTrue();
        sent(999, 8.5);
        assertThat(precedence.holdsBack()).isTrue();
        assertThat(precedence.isOver()).isFalse();
        sent(1000, 9);
        assertThat(precedence.holdsBack()).isFalse();
        assertThat(precedence.isOver()).isTrue();
    }

    @Test
    void largePayloadDoesNotWaitForWhatNobodyFetches() {
        sent(0, 0);
        sent(0, 10);
        assertThat(precedence.isOver()).isFalse();
        sent(0, 10.1);
        assertThat(precedence.isOver()).isTrue();
        sent(1, 11);
        assertThat(precedence.holdsBack()).isFalse();
    }

    @Test
    void largePayloadDoesNotWaitForWhatStalls() {
        sent(500, 1);
        sent(500, 3);
        assertThat(precedence.holdsBack()).isTrue();
        sent(500, 3.1);
        assertThat(precedence.holdsBack()).isFalse();
        assertThat(precedence.isOver()).isTrue();
    }
}
