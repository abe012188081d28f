package murder.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class MessageRingTest {
    @Property(tries = 200)
    void matchesTwoQueues(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        MessageRing ring = new MessageRing();
        Deque<Long> waiting = new ArrayDeque<>();
        Deque<Long> underWay = new ArrayDeque<>();
        for (int i = 0; i < 3000; i++) {
            switch (random.nextInt(i % 1000 < 400 ? 6 : 4)) {
                case 0 -> {
                    int count = random.nextInt(waiting.size() + 1);
                    ring.launch(count);
                    for (int j = 0; j < count; j++) {
                        underWay.add(waiting.remove());
                    }
                }
                case 1, 2 -> {
                    if (!underWay.isEmpty()) {
                        assertThat(ring.deliver()).isEqualTo(underWay.remove());
                    }
                }
                case 3 -> {
                    if (!waiting.isEmpty() && random.nextInt(4) == 0) {
                        assertThat(ring.dropLast()).isEqualTo(waiting.removeLast());
                    }
                }
                default -> {
                    long message = random.nextLong();
                    ring.append(message);
                    waiting.add(message);
                }
            }
            assertThat(ring.waiting()).isEqualTo(waiting.size());
            assertThat(ring.underWay()).isEqualTo(underWay.size());
            if (!waiting.isEmpty()) {
                assertThat(ring.waiting(0)).isEqualTo(waiting.peek());
                assertThat(ring.waiting(waiting.size() - 1)).isEqualTo(waiting.peekLast());
            }
        }
    }
}
