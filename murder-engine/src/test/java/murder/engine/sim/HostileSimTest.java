package murder.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Small swarms with faults and with hosts that mean harm ({@link HostileHost}), one per seed.
 * Nothing unsafe may happen, and every honest leecher completes all the same. With
 * {@code -Dmurder.seed=N} only that seed is played.
 */
class HostileSimTest {
    private static final int SEEDS = 60;
    private static final int MANY_SEEDS = Integer.getInteger("murder.hostile.seeds", 1000);

    private static FaultScenario play(long seed) {
        return FaultScenario.play(seed, true, HostileSimTest.class);
    }

    /** Returns how many hosts of each kind there were. */
    private static Map<HostileHost.Manner, Integer> playAll(long first, int count) {
        Map<HostileHost.Manner, Integer> met = new EnumMap<>(HostileHost.Manner.class);
        System.out.println("seeds " + first + " to " + (first + count - 1));
        for (long seed = first; seed < first + count; seed++) {
            for (HostileHost host : play(seed).hostile) {
                met.merge(host.plan().manner(), 1, Integer::sum);
            }
        }
        return met;
    }

    private static void playFromCommit(int count) {
        Long only = Long.getLong("murder.seed");
        if (only != null) {
            System.out.println(play(only).drawn);
        } else {
            assertThat(playAll(Seeds.base(), count)).as("each kind was met").containsOnlyKeys(HostileHost.Manner.values());
        }
    }

    @Test
    void hostileHostsDelayNoSwarm() {
        playFromCommit(SEEDS);
    }

    @Test
    @Tag("slow")
    void hostileHostsDelayNobody() {
        playFromCommit(MANY_SEEDS);
    }

    /**
     * A suspect had a piece alone when a good piece of its own cleared it: nobody went on with that
     * piece.
     */
    @Test
    void clearedSuspectContinuesItsPiece() {
        play(3548578414L);
    }

    /**
     * The only honest source was a suspect, and owned a free block of a piece that it shared:
     * nobody was asked for that.
     */
    @Test
    void suspectGivesUpSharedPieces() {
        play(2653540362L);
    }

    /** A silent peer came back, and was asked once more for blocks that it still owed. */
    @Test
    void returningPeerIsAskedOnce() {
        play(1461008443L);
    }

    /** Strangers that are closed for rejected requests return at once, and must starve nobody. */
    @Test
    void returningFloodStarvesNobody() {
        play(32570111L);
    }

    /** The only honest source was a suspect, and a flood of silent peers always owed the last block. */
    @Test
    void floodKeepsNoPieceFromSuspect() {
        play(3145915621L);
    }

    @Test
    void sameSeedGivesTheSameRun() {
        for (long seed = 1000; seed < 1005; seed++) {
            assertThat(play(seed).network.traceHash()).as("seed %d", seed).isEqualTo(play(seed).network.traceHash());
        }
    }
}
