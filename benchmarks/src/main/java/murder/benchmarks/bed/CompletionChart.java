package murder.benchmarks.bed;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import murder.benchmarks.Plot;
import murder.benchmarks.Plot.Axis;
import murder.benchmarks.Plot.Point;
import murder.benchmarks.Plot.Style;

/**
 * Complete hosts over time, as an SVG. The line of a client rises by one with each host and ends
 * with the slowest one. An upright line shows the physical limit.
 */
final class CompletionChart {
    private CompletionChart() {}

    /**
     * One client's line.
     *
     * @param wholeS when each host was complete; NaN for never
     */
    record Curve(String label, List<Double> wholeS) {}

    /** @param boundS NaN for none */
    static String draw(String title, int hosts, double boundS, List<Curve> curves) {
        Plot plot = new Plot("", Axis.linear("seconds since the start"), Axis.linear("hosts complete")).wide();
        for (Curve curve : curves) {
            List<Double> sorted = curve.wholeS().stream().filter(s -> !s.isNaN()).sorted().toList();
            List<Point> points = new ArrayList<>();
            points.add(new Point(0, 0));
            for (double s : sorted) {
                points.add(new Point(s, points.size()));
            }
            plot.line(label(curve.label(), sorted, hosts), points, Style.STEPS);
        }
        if (!Double.isNaN(boundS)) {
            plot.line(String.format(Locale.ROOT, "physical limit: %.1f s", boundS), List.of(new Point(boundS, 0), new Point(boundS, hosts)),
                Style.REFERENCE);
        }
        return Plot.svg(title, List.of(plot));
    }

    private static String label(String client, List<Double> sorted, int hosts) {
        String end = sorted.isEmpty() ? "no host" : String.format(Locale.ROOT, "%.1f s", sorted.get(sorted.size() - 1));
        return client + ": " + end + (sorted.size() < hosts ? ", " + sorted.size() + " of " + hosts : "");
    }
}
