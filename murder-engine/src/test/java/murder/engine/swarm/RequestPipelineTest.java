package murder.engine.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class RequestPipelineTest {
    private static final long MS = 1_000_000L;
    private final RequestPipeline pipeline = new RequestPipeline(TestSwarm.CONFIG);
    private int next;

    /** Keeps the window full; each block takes this long. Returns the time. */
    private long run(long fromNs, int blocks, long latencyNs) {
        long nowNs = fromNs;
        for (int i = 0; i < blocks; i++) {
            pipeline.onRequested(nowNs, BlockRun.of(next, 0, 1));
            pipeline.limited(true);
            nowNs += latencyNs;
            pipeline.onBlocks(nowNs, BlockRun.of(next++, 0, 1));
        }
        return nowNs;
    }

    @Example
    void growsWhileBlocksComeAsFastAsTheFastest() {
        run(0, 10, 10 * MS);
        assertThat(pipeline.window()).isEqualTo(4 + 10);
        run(0, 1000, 10 * MS);
        assertThat(pipeline.window()).as("never more than the configured maximum").isEqualTo(100);
    }

    @Example
    void doesNotGrowWhenSomethingElseLimitsIt() {
        pipeline.onRequested(0, BlockRun.of(0, 0, 1));
        pipeline.limited(false);
        pipeline.onBlocks(MS, BlockRun.of(0, 0, 1));
        assertThat(pipeline.window()).isEqualTo(4);
    }

    @Example
    void shrinksToTheLeastWhenBlocksOnlyWaitInTheSendersQueue() {
        long nowNs = run(0, 20, 10 * MS);
        run(nowNs, 3, 95 * MS);
        assertThat(pipeline.window()).isEqualTo(24 - 3);
        run(nowNs, 100, 95 * MS);
        assertThat(pipeline.window()).isEqualTo(2);
    }

    @Example
    void neverAsksForMoreThanThePeerKeeps() {
        pipeline.limit(3);
        assertThat(pipeline.window()).isEqualTo(3);
        run(0, 50, MS);
        assertThat(pipeline.window()).isEqualTo(3);
        pipeline.limit(0);
        assertThat(pipeline.window()).isEqualTo(1);
    }

    @Example
    void forgetsTheFastestBlockBecausePathsChange() {
        long nowNs = run(0, 10, MS);
        nowNs = run(nowNs, 95, 100 * MS);
        assertThat(pipeline.window()).isEqualTo(2);
        run(nowNs, 150, 100 * MS);
        assertThat(pipeline.window()).isGreaterThan(2);
    }

    @Example
    void isStalledWhenNothingComesForThreeSecondsThoughSomethingIsOwed() {
        long snub = SwarmConfig.SNUB_NS;
        assertThat(pipeline.isStalled(10 * snub)).isFalse();
        pipeline.onRequested(MS, BlockRun.of(0, 0, 1));
        pipeline.onRequested(MS, BlockRun.of(0, 1, 1));
        assertThat(pipeline.isStalled(MS + snub - 1)).isFalse();
        assertThat(pipeline.isStalled(MS + snub)).isTrue();
        pipeline.onBlocks(2 * MS, BlockRun.of(0, 0, 1));
        assertThat(pipeline.isStalled(2 * MS + snub - 1)).isFalse();
        assertThat(pipeline.isStalled(2 * MS + snub)).isTrue();
    }

    @Property(tries = 200)
    void matchesAnswersInAnyOrder(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        RequestPipeline tested = new RequestPipeline(TestSwarm.CONFIG);
        List<Long> model = new ArrayList<>();
        for (int step = 0; step < 300; step++) {
            long run = BlockRun.of(random.nextInt(5), random.nextInt(20), 1 + random.nextInt(3));
            boolean known = model.contains(run);
            int what = random.nextInt(20);
            if (what < 12 && !known) {
                tested.onRequested(step, run);
                model.add(run);
            } else if (what < 19) {
                assertThat(what % 2 == 0 ? tested.onBlocks(step, run) : tested.onVoid(run)).isEqualTo(known);
                model.remove(run);
            } else if (what == 19 && random.nextInt(10) == 0) {
                tested.clear();
                model.clear();
            }
            int blocks = model.stream().mapToInt(BlockRun::count).sum();
            assertThat(tested.requests()).isEqualTo(model.size());
            assertThat(tested.outstanding()).isEqualTo(blocks);
            assertThat(tested.room()).isEqualTo(tested.window() - blocks);
            for (int i = 0; i < model.size(); i++) {
                assertThat(tested.run(i)).isEqualTo(model.get(i));
            }
        }
    }
}
