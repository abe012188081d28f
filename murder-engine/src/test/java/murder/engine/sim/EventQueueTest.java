package murder.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class EventQueueTest {
    private record Naive(long timeNs, int sequence, int kind, int target, int count, int bytes) {
    }

    private static Naive taken(EventQueue queue, int sequence) {
        return new Naive(queue.timeNs(), sequence, queue.kind(), queue.target(), queue.count(), queue.bytes());
    }

    @Property(tries = 200)
    void matchesPriorityQueue(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        EventQueue queue = new EventQueue();
        PriorityQueue<Naive> naive = new PriorityQueue<>(Comparator.comparingLong(Naive::timeNs).thenComparingInt(Naive::sequence));
        int sequence = 0;
        for (int i = 0; i < 5000; i++) {
            if (random.nextInt(100) < 55) {
                // Few different times, so that many events fall together.
                Naive event = new Naive(random.nextLong(50), sequence++, random.nextInt(16), random.nextInt(Integer.MAX_VALUE),
                    random.nextInt(Integer.MAX_VALUE), random.nextInt(Integer.MAX_VALUE));
                naive.add(event);
                queue.add(event.timeNs(), event.kind(), event.target(), event.count(), event.bytes());
            } else {
                Naive expected = naive.poll();
                assertThat(queue.next()).isEqualTo(expected != null);
                if (expected != null) {
                    assertThat(taken(queue, expected.sequence())).isEqualTo(expected);
                }
            }
            assertThat(queue.size()).isEqualTo(naive.size());
            assertThat(queue.firstNs()).isEqualTo(naive.isEmpty() ? Long.MAX_VALUE : naive.peek().timeNs());
        }
    }

    @Test
    void sameTimeEventsKeepOrder() {
        EventQueue queue = new EventQueue();
        for (int i = 0; i < 10_000; i++) {
            queue.add(7, 0, i, 0, 0);
        }
        List<Integer> order = new ArrayList<>();
        while (queue.next()) {
            order.add(queue.target());
        }
        assertThat(order).hasSize(10_000).isSorted();
    }
}
