package murder.tracker.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import murder.tracker.SwarmOptions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrackerOptionsTest {
    @ParameterizedTest
    @CsvSource({"1, 1, 400", "15, 2, 400", "200, 2, 600"})
    void otherTimesFollowTheInterval(int interval, int shortInterval, int expiry) {
        SwarmOptions options = SwarmOptions.builder().intervalSeconds(interval).build();
        assertThat(options.shortIntervalSeconds()).isEqualTo(shortInterval);
        assertThat(options.expirySeconds()).isEqualTo(expiry);
        assertThat(SwarmOptions.builder().intervalSeconds(interval).expirySeconds(9_999).build().expirySeconds()).isEqualTo(9_999);
    }

    @Test
    void refusesValuesOutOfRange() {
        assertRefused(() -> SwarmOptions.builder().intervalSeconds(0).build());
        assertRefused(() -> SwarmOptions.builder().intervalSeconds(15).expirySeconds(29).build());
        assertRefused(() -> SwarmOptions.builder().defaultNumWant(60).maxNumWant(50).build());
    }

    @Test
    void settersRefuseNonsense() {
        assertRefused(() -> SwarmOptions.builder().maxSwarms(0));
        assertRefused(() -> SwarmOptions.builder().maxPeersPerSwarm(0));
        assertRefused(() -> SwarmOptions.builder().maxPeers(0));
        assertRefused(() -> TrackerServerOptions.builder().port(65_536));
        assertRefused(() -> TrackerServerOptions.builder().connections(0));
        assertRefused(() -> TrackerServerOptions.builder().backlog(0));
        assertRefused(() -> TrackerServerOptions.builder().housekeeping(Duration.ZERO));
        assertRefused(() -> TrackerClientOptions.builder().connectTimeout(Duration.ofDays(2)));
        assertRefused(() -> TrackerClientOptions.builder().requestTimeout(Duration.ZERO));
        assertRefused(() -> TrackerClientOptions.builder().udpRetransmit(Duration.ofNanos(-1)));
        assertRefused(() -> TrackerClientOptions.builder().userAgent("a\r\nb"));
    }

    private static void assertRefused(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class);
    }
}
