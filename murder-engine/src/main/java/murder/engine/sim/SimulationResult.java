package murder.engine.sim;

import java.util.List;

/**
 * What a simulation came to. Hosts are those that were to receive the payload, without such as died or sent bad data; times are virtual
 * seconds since the start of the seeder, but for {@code wallSeconds}. All but {@code wallSeconds}, {@code eventsPerSecond} and
 * {@code bytesPerConnection} are the same whenever the same options are simulated.
 *
 * @param hosts that were waited for
 * @param finished how many of them have everything
 * @param pieceLength in bytes
 * @param pieces of the payload
 * @param boundSeconds the payload's size over the links' usual rate
 * @param lastSeconds when the slowest was complete; if not all finished, when the simulation was given up
 * @param p50Seconds when half of them were complete
 * @param p99Seconds when 99 of 100 were
 * @param ratio {@code lastSeconds} over {@code boundSeconds}
 * @param punctualRatio the same for those that started in time and have links of the usual rate
 * @param ownRatio of all hosts the worst time from its own start over the bound of its own link
 * @param lateRatio the same among the late hosts; 0 if there were none
 * @param seederCopies payload that the first seeder sent, over the payload's size
 * @param duplicateFraction of all payload sent, that which came and was not wanted any more
 * @param crossZoneFraction of all payload sent, that which left its zone
 * @param startSeconds when the median host had its first piece
 * @param endgameSeconds how long the median host took for its last hundredth
 * @param utilisation share of the time that the uplinks, the seeders' too, were busy, until the last host was complete
 * @param utilisationCurve the same for 20 equal parts of that time
 * @param connectionsPerHost at the moment when there were most
 * @param events that were handled
 * @param wallSeconds of real time
 * @param eventsPerSecond of real time
 * @param bytesPerConnection of the heap, for each end of a connection, everything included; 0 if it was not measured
 * @param traceHash stands for every message that was delivered, and when
 * @param seed that was given
 * @param completionSeconds of every host that finished, in rising order
 */
public record SimulationResult(int hosts, int finished, int pieceLength, int pieces, double boundSeconds, double lastSeconds,
                               double p50Seconds, double p99Seconds, double ratio, double punctualRatio, double ownRatio,
                               double lateRatio, double seederCopies, double duplicateFraction, double crossZoneFraction,
                               double startSeconds, double endgameSeconds, double utilisation, List<Double> utilisationCurve,
                               double connectionsPerHost, long events, double wallSeconds, double eventsPerSecond,
                               double bytesPerConnection, long traceHash, long seed, List<Double> completionSeconds) {
    public SimulationResult {
        utilisationCurve = List.copyOf(utilisationCurve);
        completionSeconds = List.copyOf(completionSeconds);
    }

    /** Whether every host that was waited for has everything. */
    public boolean isComplete() {
        return finished == hosts;
    }
}
