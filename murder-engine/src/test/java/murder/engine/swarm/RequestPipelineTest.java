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

    {
        pipeline.grant(4);
    }

    /**
     * Fills the window and gets all its blocks after this time, for a number of rounds. Returns the
     * time.
     */
    private long run(long fromNs, int rounds, long latencyNs) {
        long nowNs = fromNs;
        for (int round = 0; round < rounds; round++) {
            int first = next;
            while (pipeline.room() > 0) {
                pipeline.onRequested(nowNs, BlockRun.of(next++, 0, 1));
            }
            pipeline.setLimited(true);
            nowNs += latencyNs;
            for (int piece = first; piece < next; piece++) {
                pipeline.onBlocks(nowNs, BlockRun.of(piece, 0, 1));
            }
        }
        return nowNs;
    }

    @Example
    void requestsGrantedBlocksOfSlowPeer() {
        assertThat(pipeline.window()).isEqualTo(4);
        long nowNs = run(0, 1, MS);
        pipeline.grant(6);
        run(nowNs, 20, 500 * MS);
        assertThat(pipeline.window()).isEqualTo(6);
    }

    @Example
    void windowGrowsToTwiceFastestAnswer() {
        // All that is asked for comes in one such time: the path takes more.
        long nowNs = run(0, 3, 10 * MS);
        assertThat(pipeline.window()).isGreaterThan(4);
        run(nowNs, 20, 10 * MS);
        assertThat(pipeline.window()).as("never more than the configured maximum").isEqualTo(100);
    }

    @Example
    void windowStaysWhenNotLimiting() {
        for (int i = 0; i < 50; i++) {
            pipeline.onRequested(i * MS, BlockRun.of(i, 0, 1));
            pipeline.setLimited(false);
            pipeline.onBlocks((i + 1) * MS, BlockRun.of(i, 0, 1));
        }
        assertThat(pipeline.window()).isEqualTo(4);
    }

    @Example
    void windowShrinksWhenQueued() {
        long nowNs = run(0, 20, MS);
        assertThat(pipeline.window()).isEqualTo(100);
        run(nowNs, 300, 100 * MS);
        assertThat(pipeline.window()).isEqualTo(4);
    }

    @Example
    void respectsQueueLimitOfPeer() {
        pipeline.setPeerLimit(3);
        assertThat(pipeline.window()).isEqualTo(3);
        run(0, 50, MS);
        assertThat(pipeline.window()).isEqualTo(3);
        pipeline.setPeerLimit(0);
        assertThat(pipeline.window()).isEqualTo(1);
    }

    @Example
    void requestsOneBlockAfterStall() {
        run(0, 3, MS);
        pipeline.collapse();
        assertThat(pipeline.window()).isEqualTo(1);
        run(4 * MS, 1, MS);
        assertThat(pipeline.window()).isGreaterThanOrEqualTo(4);
    }

    /** Each answer takes nearly as long as is borne, which makes the next one later still. */
    @Example
    void slowPaceExcusesHalfAMinute() {
        long nowNs = 0;
        for (int i = 0; i < 40; i++) {
            long sentNs = nowNs;
            pipeline.onRequested(sentNs, BlockRun.of(0, i, 1));
            while (!pipeline.isStalled(nowNs + SwarmConfig.TICK_NS)) {
                nowNs += SwarmConfig.TICK_NS;
                assertThat(nowNs - sentNs).isLessThan(SwarmConfig.LAST_SNUB_NS);
            }
            pipeline.onBlocks(nowNs, BlockRun.of(0, i, 1));
        }
    }

    @Example
    void stallsAfterThreeSecondsWithoutBlocks() {
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
