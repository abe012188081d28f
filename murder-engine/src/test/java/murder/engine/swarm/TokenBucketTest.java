package murder.engine.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class TokenBucketTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int BURST = SwarmConfig.MAX_REQUEST_LENGTH;

    private static TokenBucket empty(long rate) {
        TokenBucket bucket = new TokenBucket(rate);
        assertThat(bucket.has(0, BURST)).isTrue();
        bucket.take((int) Math.max(BURST, rate / 10));
        return bucket;
    }

    @Example
    void zeroIsNoLimit() {
        TokenBucket bucket = new TokenBucket(0);
        for (int i = 0; i < 100; i++) {
            assertThat(bucket.has(0, Integer.MAX_VALUE)).isTrue();
            bucket.take(Integer.MAX_VALUE);
        }
        assertThat(bucket.readyNs(7, 1)).isEqualTo(7);
    }

    @Example
    void bytesPassExactlyOnTime() {
        TokenBucket bucket = empty(100_000);
        assertThat(bucket.readyNs(0, 10_000)).isEqualTo(SECOND / 10);
        assertThat(bucket.has(SECOND / 10 - 1, 10_000)).isFalse();
        assertThat(bucket.has(SECOND / 10, 10_000)).isTrue();
    }

    @Example
    void bucketHoldsTenthOfSecond() {
        TokenBucket slow = empty(1000);
        assertThat(slow.has(10 * SECOND, 10_000)).isTrue();
        assertThat(slow.has(10 * SECOND, 10_001)).as("a long wait gains no more than the rate").isFalse();
        assertThat(slow.has(SECOND * 1_000_000, BURST)).isTrue();
        slow.take(BURST);
        assertThat(slow.has(SECOND * 1_000_000, 1)).isFalse();
        TokenBucket fast = new TokenBucket(10_000_000);
        fast.take(1_000_000);
        assertThat(fast.has(0, 1)).isFalse();
    }

    @Example
    void oversizedRequestPassesFullBucket() {
        TokenBucket bucket = new TokenBucket(1000);
        assertThat(bucket.has(0, 10 * BURST)).isTrue();
        bucket.take(10 * BURST);
        assertThat(bucket.has(SECOND / 2, 1)).isFalse();
    }

    @Example
    void theRateMayChangeAnyTime() {
        TokenBucket bucket = empty(1000);
        assertThat(bucket.has(SECOND / 10, 1000)).isFalse();
        bucket.setRate(1_000_000);
        assertThat(bucket.has(SECOND / 10 + SECOND / 100, 10_000)).isTrue();
        bucket.setRate(0);
        assertThat(bucket.has(SECOND / 10, Integer.MAX_VALUE)).isTrue();
        bucket.setRate(1);
        assertThat(bucket.has(SECOND / 10, BURST)).isFalse();
        assertThatThrownBy(() -> bucket.setRate(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Property(tries = 300)
    void readyTimeIsFirstPossibleMoment(@ForAll @LongRange(min = 1, max = Long.MAX_VALUE) long rate,
                                                  @ForAll @LongRange(min = 1, max = 131_072) long bytes) {
        TokenBucket bucket = new TokenBucket(rate);
        for (int i = 0; bucket.has(0, BURST) && i < 3; i++) {
            bucket.take((int) Math.min(Integer.MAX_VALUE, Math.max(BURST, rate / 10)));
        }
        long readyNs = bucket.readyNs(0, (int) bytes);
        assertThat(readyNs).isGreaterThanOrEqualTo(0);
        if (readyNs > 0 && readyNs < SECOND) {
            assertThat(bucket.has(readyNs - 1, (int) bytes)).isFalse();
            assertThat(bucket.has(readyNs, (int) bytes)).isTrue();
        }
    }

    @Property(tries = 100)
    void frequentCallsLoseNoToken(@ForAll @LongRange(min = 1, max = 5_000_000) long rate, @ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        TokenBucket bucket = empty(rate);
        long nowNs = 0;
        while (nowNs < SECOND / 50) {
            nowNs += random.nextLong(100_000);
            bucket.has(nowNs, 1);
        }
        int gained = (int) (rate * nowNs / SECOND);
        assertThat(gained == 0 || bucket.has(nowNs, gained)).isTrue();
        assertThat(bucket.has(nowNs, gained + 1)).isFalse();
    }
}
