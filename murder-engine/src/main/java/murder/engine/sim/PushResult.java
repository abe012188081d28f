package murder.engine.sim;

/**
 * The outcome of a simulated push. Agents are those that pass orders on. All but
 * {@code wallSeconds} is the same whenever the same options are simulated.
 *
 * @param hosts that were waited for
 * @param reached how many of them have the last order
 * @param last virtual seconds from the last order, or from the end of a split if that was later,
 *     until the last of them had it; if not all got it, when the simulation was given up
 * @param p50 the same for half of them
 * @param p99 the same for 99 of 100
 * @param messages that were delivered from the first order on
 * @param bytes of those messages
 * @param neighbours connections of an agent on average, when the first order came
 * @param events that the simulation handled in all
 * @param wallSeconds what the simulation took
 * @param seed that was given
 * @param traceHash stands for every message that was delivered, and when
 */
public record PushResult(int hosts, int reached, double last, double p50, double p99, long messages, long bytes, double neighbours,
                         long events, double wallSeconds, long seed, long traceHash) {
    /** {@return whether all agents have the last order} */
    public boolean isComplete() {
        return reached == hosts;
    }
}
