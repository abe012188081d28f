package murder.benchmarks.bed;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Medians, as a few runs on a busy machine have no meaningful mean. */
final class Statistics {
    private Statistics() {
    }

    /**
     * The middle one, or of an even number the mean of the two in the middle; NaN if there is none
     * or one is NaN.
     */
    static double median(Collection<Double> values) {
        double[] sorted = values.stream().mapToDouble(value -> value).sorted().toArray();
        if (sorted.length == 0 || Double.isNaN(sorted[sorted.length - 1])) {
            return Double.NaN; // A NaN sorts last.
        }
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    static double median(List<RunResult> runs, ToDoubleFunction<RunResult> figure) {
        return median(runs.stream().map(figure::applyAsDouble).toList());
    }

    /**
     * The run whose slowest host is in the middle; of an even number the slower of the two, and of
     * runs with missing hosts the worst.
     */
    static RunResult medianRun(List<RunResult> runs) {
        List<RunResult> sorted = runs.stream()
            .sorted(Comparator.comparing(RunResult::isGood).reversed().thenComparingDouble(RunResult::lastS)).toList();
        return sorted.get(sorted.size() / 2);
    }
}
