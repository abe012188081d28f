package murder.engine.sim;

import java.util.List;

/**
 * The outcome of a simulation. Hosts that died or sent bad data do not count. The same options give
 * the same result, except {@link Cost}.
 *
 * @param hosts the number of hosts that count
 * @param finished how many of them are complete
 * @param pieces of the payload
 * @param pieceLength in bytes
 * @param times virtual times
 * @param ratios times over the bound
 * @param traffic of the network
 * @param cost of the simulation itself
 * @param seed of the options
 * @param traceHash a hash of all delivered messages and their times
 */
public record SimulationResult(int hosts, int finished, int pieces, int pieceLength, Times times, Ratios ratios, Traffic traffic,
                               Cost cost, long seed, long traceHash) {

    /**
     * Virtual seconds since the start of the seeder.
     *
     * @param bound the payload's size over the links' usual rate
     * @param last when the slowest host was complete; otherwise when the simulation gave up
     * @param p50 when half of the hosts were complete
     * @param p99 when 99 % were complete
     * @param firstPiece the median host's time to its first piece, from its own start
     * @param endgame the median host's time for its last hundredth
     * @param completions of every host that finished, in rising order; immutable
     */
    public record Times(double bound, double last, double p50, double p99, double firstPiece, double endgame, List<Double> completions) { }

    /**
     * Times over the bound.
     *
     * @param slowest {@code last} over {@code bound}
     * @param punctual the same for hosts that started in time and have links of the usual rate
     * @param own the worst ratio of all hosts, each from its own start and for its own link
     * @param late the same for the late hosts; 0 if there were none
     */
    public record Ratios(double slowest, double punctual, double own, double late) { }

    /**
     * The traffic of the network.
     *
     * @param seederCopies payload that the first seeder sent, over the payload's size
     * @param duplicateFraction share of the sent payload that was no longer needed
     * @param crossZoneFraction share of the sent payload that left its zone
     * @param connectionsPerHost the highest value
     * @param utilisation share of the time in which the uplinks, also the seeders', were busy,
     *     until the last host was complete
     * @param utilisationCurve the same for 20 equal parts of that time; immutable
     */
    public record Traffic(double seederCopies, double duplicateFraction, double crossZoneFraction, double connectionsPerHost,
                          double utilisation, List<Double> utilisationCurve) { }

    /**
     * The cost of the simulation itself.
     *
     * @param events the number of events
     * @param wallSeconds of real time
     * @param bytesPerConnection heap over the number of connection ends; 0 if it was not measured
     */
    public record Cost(long events, double wallSeconds, double bytesPerConnection) {
        /** {@return the speed of the simulation} */
        public double eventsPerSecond() {
            return events / wallSeconds;
        }
    }

    /** {@return whether every host that counts is complete} */
    public boolean isComplete() {
        return finished == hosts;
    }
}
