package murder.benchmarks.bed;

import java.time.Duration;
import java.util.Collections;
import java.util.List;

/** Results as a bed might give them: 1 MB over links of 8 Mbit/s. */
final class Samples {
    static final long BYTES = 1_000_000;
    static final long RATE = 8_000_000;
    private static final Cpu CPU = new Cpu(0.5, 2, 6);

    private Samples() {
    }

    static RunResult run(Client client, int run, List<Double> wholeS) {
        return run(client, run, Late.NONE, Collections.nCopies(wholeS.size(), 0.0), wholeS);
    }

    /** The later half of the hosts is late. */
    static RunResult late(List<Double> startS, List<Double> wholeS) {
        return run(Client.MURDER, 1, new Late(0.5, Duration.ofSeconds(5)), startS, wholeS);
    }

    private static RunResult run(Client client, int run, Late late, List<Double> startS, List<Double> wholeS) {
        int correct = (int) wholeS.stream().filter(s -> !s.isNaN()).count();
        RunPlan plan = new RunPlan(wholeS.size(), RATE, late, null, Duration.ofMinutes(1), Duration.ofSeconds(3));
        return new RunResult(client, client.label() + " 1.0", run, plan, BYTES, 16384,
            new Run.Outcome(startS, wholeS, correct, BYTES * 5 / 4, CPU));
    }

    static RunResult withCorrect(RunResult result, int correct) {
        Run.Outcome was = result.outcome();
        return new RunResult(result.client(), result.version(), result.run(), result.plan(), result.bytes(), result.pieceLength(),
            new Run.Outcome(was.startS(), was.wholeS(), correct, was.sentBytes(), was.cpu()));
    }
}
