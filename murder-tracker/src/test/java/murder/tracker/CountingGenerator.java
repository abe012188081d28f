package murder.tracker;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Counts how often something was drawn from it: what a choice costs, whatever the machine does. */
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
