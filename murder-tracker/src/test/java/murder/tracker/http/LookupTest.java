package murder.tracker.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LookupTest {
    private static final InetAddress[] ANSWER = {InetAddress.getLoopbackAddress()};

    private final CountDownLatch answer = new CountDownLatch(1);

    @AfterEach
    void letResolverAnswer() {
        answer.countDown();
    }

    /** A resolver whose server is silent. */
    private InetAddress[] silent(String host) throws UnknownHostException {
        try {
            answer.await();
        } catch (InterruptedException e) {
            throw new UnknownHostException(e.getMessage());
        }
        return ANSWER;
    }

    private static Deadline soon() {
        return new Deadline(Duration.ofMillis(20));
    }

    @Test
    void silentResolverEndsAtDeadline() {
        assertThatThrownBy(() -> Lookup.addresses("tracker-a", soon(), this::silent)).isInstanceOf(IOException.class)
            .hasMessageContaining("could not be looked up in time");
    }

    @Test
    void silentResolverHoldsFewThreads() {
        for (int i = 0; i < 16; i++) {
            String host = "tracker-b" + i;
            assertThatThrownBy(() -> Lookup.addresses(host, soon(), this::silent)).hasMessageContaining("in time");
        }
        assertThatThrownBy(() -> Lookup.addresses("tracker-c", soon(), this::silent)).isInstanceOf(IOException.class)
            .hasMessageContaining("16 others wait");
    }

    @Test
    void unknownNameIsSaid() {
        assertThatThrownBy(() -> Lookup.addresses("tracker-d", new Deadline(Duration.ofSeconds(20)), host -> {
            throw new UnknownHostException(host);
        })).isInstanceOf(UnknownHostException.class).hasMessageContaining("tracker-d is not known");
    }

    @Test
    void addressNeedsNoResolver() throws IOException {
        assertThat(Lookup.addresses("127.0.0.9", soon(), this::silent)).containsExactly(InetAddress.getByName("127.0.0.9"));
    }
}
