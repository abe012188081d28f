package murder.engine.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class UploadQueuePropertyTest {
    private record Range(int piece, int begin, int length) {
    }

    private static Range first(UploadQueue queue) {
        return new Range(queue.piece(), queue.begin(), queue.length());
    }

    @Property(tries = 200)
    void keepsTheOrderAndTheLimit(@ForAll long seed, @ForAll @IntRange(min = 1, max = 100) int limit) {
        SplittableRandom random = new SplittableRandom(seed);
        UploadQueue queue = new UploadQueue(limit);
        List<Range> model = new ArrayList<>();
        for (int step = 0; step < 400; step++) {
            Range range = new Range(random.nextInt(4), random.nextInt(4), 1 + random.nextInt(3));
            int what = random.nextInt(100);
            if (what < 60) {
                assertThat(queue.add(range.piece, range.begin, range.length)).isEqualTo(model.size() < limit);
                if (model.size() < limit) {
                    model.add(range);
                }
            } else if (what < 70 && !model.isEmpty()) {
                queue.removeFirst();
                model.remove(0);
            } else if (what < 99 || step < 200) {
                assertThat(queue.remove(range.piece, range.begin, range.length)).isEqualTo(model.remove(range));
            } else {
                queue.clear();
                model.clear();
            }
            assertThat(queue.size()).isEqualTo(model.size());
            assertThat(queue.isEmpty()).isEqualTo(model.isEmpty());
            if (!model.isEmpty()) {
                assertThat(first(queue)).isEqualTo(model.get(0));
            }
        }
        for (Range range : model) {
            assertThat(first(queue)).isEqualTo(range);
            queue.removeFirst();
        }
        assertThat(queue.isEmpty()).isTrue();
    }
}
