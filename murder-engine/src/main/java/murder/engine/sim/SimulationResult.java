package murder.engine.sim;

import java.util.List;

/**
 * The outcome of a simulation. Hosts are those that were to receive the payload, without those that
 * died or sent bad data. All but {@link Cost} is the same whenever the same options are simulated.
 *
 * @param hosts that were waited for
 * @param finished how many of them have everything
 * @param pieces of the payload
 * @param pieceLength in bytes
 * @param times when what was done
 * @param ratios times over the bound
 * @param traffic what went over the network
 * @param cost what the simulation itself took
 * @param seed that was given
 * @param traceHash stands for every message that was delivered, and when
 */
public record SimulationResult(int hosts, int finished, int pieces, int pieceLength, Times times, Ratios ratios, Traffic traffic,
                               Cost cost, long seed, long traceHash) {

    /**
     * Virtual seconds since the start of the seeder.
     *
     * @param bound the payload's size over the links' usual rate
     * @param last when the slowest host was complete; if not all finished, when the simulation was
     *     given up
     * @param p50 when half of the hosts were complete
     * @param p99 when 99 of 100 were
     * @param firstPiece how long the median host took to its first piece, from its own start
     * @param endgame how long the median host took for its last hundredth
     * @param completions of every host that finished, in rising order; immutable
     */
    public record Times(double bound, double last, double p50, double p99, double firstPiece, double endgame, List<Double> completions) { }

    /**
     * Times over the bound.
     *
     * @param slowest {@code last} over {@code bound}
     * @param punctual the same for those that started in time and have links of the usual rate
     * @param own of all hosts the worst time from its own start, over the bound of its own link
     * @param late the same among the late hosts; 0 if there were none
     */
    public record Ratios(double slowest, double punctual, double own, double late) { }

    /**
     * What went over the network.
     *
     * @param seederCopies payload that the first seeder sent, over the payload's size
     * @param duplicateFraction of all payload sent, that which came and was not wanted any more
     * @param crossZoneFraction of all payload sent, that which left its zone
     * @param connectionsPerHost at the moment when there were most
     * @param utilisation share of the time that the uplinks, the seeders' too, were busy, until the
     *     last host was complete
     * @param utilisationCurve the same for 20 equal parts of that time; immutable
     */
    public record Traffic(double seederCopies, double duplicateFraction, double crossZoneFraction, double connectionsPerHost,
                          double utilisation, List<Double> utilisationCurve) { }

    /**
     * What the simulation itself took.
     *
     * @param events that were handled
     * @param wallSeconds of real time
     * @param bytesPerConnection of the heap, for each end of a connection, everything included; 0
     *     if it was not measured
     */
    public record Cost(long events, double wallSeconds, double bytesPerConnection) {
        /** {@return how fast the simulation was} */
        public double eventsPerSecond() {
            return events / wallSeconds;
        }
    }

    /** {@return whether every host that was waited for has everything} */
    public boolean isComplete() {
        return finished == hosts;
    }
}
