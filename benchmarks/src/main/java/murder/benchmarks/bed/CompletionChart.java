package murder.benchmarks.bed;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Hosts that are whole, over time, as an SVG: one line of steps for each client, which rises by one with each host and ends with the
 * slowest, and an upright line where physics would have all of them whole.
 */
final class CompletionChart {
    private static final int WIDTH = 960;
    private static final int HEIGHT = 420;
    private static final int LEFT = 56;
    private static final int RIGHT = 230;
    private static final int TOP = 48;
    private static final int BOTTOM = 52;
    private static final int LEGEND_STEP = 20;
    private static final int TICKS = 8;
    /** Told apart by people who see few colours, too (Okabe and Ito). */
    private static final List<String> COLOURS = List.of("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9");

    private final String title;
    private final int hosts;
    private final double endS;
    private final StringBuilder svg = new StringBuilder();

    /**
     * One client's line.
     *
     * @param wholeS when each host was whole; NaN for never
     */
    record Curve(String label, List<Double> wholeS) {}

    private CompletionChart(String title, int hosts, double endS) {
        this.title = title;
        this.hosts = hosts;
        this.endS = endS;
    }

    /** @param boundS NaN for none */
    static String draw(String title, int hosts, double boundS, List<Curve> curves) {
        double longest = Double.isNaN(boundS) ? 0 : boundS;
        for (Curve curve : curves) {
            longest = Math.max(longest, curve.wholeS().stream().filter(s -> !s.isNaN()).mapToDouble(s -> s).max().orElse(0));
        }
        double step = roundStep((longest == 0 ? 1 : longest) / TICKS);
        CompletionChart chart = new CompletionChart(title, hosts, step * Math.max(1, Math.ceil(longest * 1.02 / step)));
        chart.axes(step);
        if (!Double.isNaN(boundS)) {
            chart.bound(boundS);
        }
        for (int i = 0; i < curves.size(); i++) {
            chart.curve(curves.get(i), COLOURS.get(i % COLOURS.size()), i);
        }
        return chart.svg.append("</svg>\n").toString();
    }

    /** The least of 1, 2, 5, 10, 20, 50 ... and their tenths that is not below this. */
    static double roundStep(double atLeast) {
        double power = Math.pow(10, Math.floor(Math.log10(atLeast)));
        for (int factor : new int[] {1, 2, 5}) {
            if (factor * power >= atLeast * (1 - 1e-9)) {
                return factor * power;
            }
        }
        return 10 * power;
    }

    private void axes(double step) {
        svg.append(String.format(Locale.ROOT, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" "
            + "font-family=\"sans-serif\" font-size=\"12\">%n", WIDTH, HEIGHT, WIDTH, HEIGHT));
        element("<rect width=\"%d\" height=\"%d\" fill=\"white\"/>", WIDTH, HEIGHT);
        text(LEFT, 24, "start", 15, title);
        int decimals = step < 0.1 ? 2 : step < 1 ? 1 : 0;
        for (int i = 0; i * step <= endS * (1 + 1e-9); i++) {
            double x = x(i * step);
            element("<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#e0e0e0\"/>", x, TOP, x, HEIGHT - BOTTOM);
            text(x, HEIGHT - BOTTOM + 18, "middle", 12, String.format(Locale.ROOT, "%." + decimals + "f", i * step));
        }
        int hostStep = (int) Math.max(1, roundStep(hosts / (double) TICKS));
        for (int count = 0; count <= hosts; count += hostStep) {
            double y = y(count);
            element("<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#e0e0e0\"/>", LEFT, y, WIDTH - RIGHT, y);
            text(LEFT - 8, y + 4, "end", 12, Integer.toString(count));
        }
        text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 12, "middle", 12, "seconds since the start");
        int middle = (TOP + HEIGHT - BOTTOM) / 2;
        element("<text x=\"18\" y=\"%d\" text-anchor=\"middle\" transform=\"rotate(-90 18 %d)\">hosts whole</text>", middle, middle);
    }

    private void bound(double boundS) {
        double x = x(boundS);
        element("<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#404040\" stroke-dasharray=\"6 4\"/>", x, TOP, x,
            HEIGHT - BOTTOM);
        text(x, TOP - 8, "middle", 12, String.format(Locale.ROOT, "physical limit %.1f s", boundS));
    }

    private void curve(Curve curve, String colour, int place) {
        List<Double> sorted = new ArrayList<>(curve.wholeS().stream().filter(s -> !s.isNaN()).sorted().toList());
        StringBuilder points = new StringBuilder(String.format(Locale.ROOT, "%.1f,%.1f", x(0), y(0)));
        for (int i = 0; i < sorted.size(); i++) {
            points.append(String.format(Locale.ROOT, " %.1f,%.1f %.1f,%.1f", x(sorted.get(i)), y(i), x(sorted.get(i)), y(i + 1)));
        }
        element("<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>", points, colour);
        int x = WIDTH - RIGHT + 16;
        double y = TOP + 14 + place * LEGEND_STEP;
        element("<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"3\"/>", x, y - 4, x + 22, y - 4,
            colour);
        String end = sorted.isEmpty() ? "no host" : String.format(Locale.ROOT, "%.1f s", sorted.get(sorted.size() - 1));
        text(x + 28, y, "start", 12, curve.label() + ": " + end + (sorted.size() < hosts ? ", " + sorted.size() + " of " + hosts : ""));
    }

    private double x(double seconds) {
        return LEFT + seconds / endS * (WIDTH - LEFT - RIGHT);
    }

    private double y(int count) {
        return HEIGHT - BOTTOM - count / (double) hosts * (HEIGHT - TOP - BOTTOM);
    }

    private void text(double x, double y, String anchor, int size, String text) {
        element("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-size=\"%d\">%s</text>", x, y, anchor, size,
            text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"));
    }

    private void element(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
