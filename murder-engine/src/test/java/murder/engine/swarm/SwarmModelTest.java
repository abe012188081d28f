package murder.engine.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import murder.metainfo.PieceLayout;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keeps what the model of {@link SwarmModel} says of the deploy preset, so that a change of policy shows. */
@Tag("slow")
class SwarmModelTest {
    /** Bounds lie 2 to 3 % above what was measured. */
    @ParameterizedTest
    @CsvSource({
        "16, 20, 100, 64, 500, 1.06, 1.06",
        "16, 1000, 100, 64, 200, 1.08, 1.08",
        "16, 1000, 1000, 512, 200, 1.06, 1.06",
        "50, 20, 100, 64, 500, 1.11, 1.10",
    })
    void theSlowestHostStaysNearTheBound(int leechers, int megabits, int megabytes, int pieceKib, int latencyMicros, double slowest,
                                         double copies) {
        SwarmModel.Result result = SwarmModel.run(1, leechers, megabits * 1_000_000L,
            new PieceLayout(megabytes * 1_000_000L, pieceKib * 1024), latencyMicros * 1000L, SwarmConfig.DEPLOY, 1 << 18);
        System.out.println(leechers + " hosts, " + megabits + " Mbit/s, " + megabytes + " MB: " + result);
        assertThat(result.ratio()).isLessThan(slowest);
        assertThat(result.copies()).isLessThan(copies);
        assertThat(result.wasted()).isLessThan(0.01);
    }
}
