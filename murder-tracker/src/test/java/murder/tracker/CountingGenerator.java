package murder.tracker;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Counts the draws: a cost of a choice that does not depend on the machine. */
final class CountingGenerator implements RandomGenerator {
    private final SplittableRandom random = new SplittableRandom(1);
    private long drawn;

    @Override
    public long nextLong() {
        drawn++;
        return random.nextLong();
    }

    long drawn() {
        return drawn;
    }
}
