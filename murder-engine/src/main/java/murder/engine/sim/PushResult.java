package murder.engine.sim;

/**
 * The outcome of a simulated push. Only agents that forward orders count. The same options give the
 * same result, except {@code wallSeconds}.
 *
 * @param hosts the number of agents that count
 * @param reached how many of them have the last order
 * @param last virtual seconds from the last order, or from the end of a later split, until the last
 *     of them had it; otherwise until the simulation gave up
 * @param p50 the same for half of them
 * @param p99 the same for 99 of 100
 * @param messages that were delivered from the first order on
 * @param bytes of those messages
 * @param neighbours connections of an agent on average, when the first order came
 * @param events that the simulation handled in all
 * @param wallSeconds real time of the simulation
 * @param seed of the options
 * @param traceHash a hash of all delivered messages and their times
 */
public record PushResult(int hosts, int reached, double last, double p50, double p99, long messages, long bytes, double neighbours,
                         long events, double wallSeconds, long seed, long traceHash) {
    /** {@return whether all agents have the last order} */
    public boolean isComplete() {
        return reached == hosts;
    }
}
