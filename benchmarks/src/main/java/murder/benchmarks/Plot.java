package murder.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One diagram of lines over two axes, each linear or logarithmic, as SVG. {@link #svg} puts several
 * side by side into one picture.
 *
 * <pre>{@code
 * Files.writeString(path, Plot.svg("Completion", List.of(new Plot("16 hosts", Axis.linear("seconds"), Axis.linear("hosts"))
 *     .line("Murder", points, Style.MARKED))));
 * }</pre>
 */
public final class Plot {
    private static final int WIDTH = 400;
    private static final int WIDE = 800;
    private static final int HEIGHT = 300;
    private static final int LEFT = 64;
    private static final int RIGHT = 16;
    private static final int TOP = 40;
    private static final int BOTTOM = 48;
    private static final int HEAD = 32;
    private static final int LEGEND_LINE = 16;
    /** Distinguishable by the colour-blind as well (Okabe and Ito). */
    private static final String[] COLOURS = {"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"};

    /** How a line is drawn. */
    public enum Style {
        /** With a dot at each point. */
        MARKED,
        /** Without dots. */
        PLAIN,
        /** As stairs: the value holds until the next point. */
        STEPS,
        /** Dashed and grey, for the curve of comparison. */
        REFERENCE
    }

    /**
     * An axis.
     *
     * @param label what is counted, with its unit
     * @param isLog logarithmic; values of 0 and below are then left out
     */
    public record Axis(String label, boolean isLog) {
        public static Axis linear(String label) {
            return new Axis(label, false);
        }

        public static Axis log(String label) {
            return new Axis(label, true);
        }
    }

    /** A point in the units of the axes. */
    public record Point(double x, double y) {}

    private record Line(String name, List<Point> points, Style style) {}

    private final String title;
    private final Axis horizontal;
    private final Axis vertical;
    private final List<Line> lines = new ArrayList<>();
    private int width = WIDTH;

    public Plot(String title, Axis horizontal, Axis vertical) {
        this.title = title;
        this.horizontal = horizontal;
        this.vertical = vertical;
    }

    /** Makes the diagram twice as wide, for a single one. */
    public Plot wide() {
        width = WIDE;
        return this;
    }

    /** Adds a line through the points in the order given. */
    public Plot line(String name, List<Point> points, Style style) {
        List<Point> shown = points.stream()
            .filter(p -> (!horizontal.isLog || p.x > 0) && (!vertical.isLog || p.y > 0)).toList();
        lines.add(new Line(name, shown, style));
        return this;
    }

    /** A whole SVG document with the plots side by side. */
    public static String svg(String title, List<Plot> plots) {
        int legend = plots.stream().mapToInt(plot -> plot.lines.size()).max().orElse(0) * LEGEND_LINE;
        int width = plots.stream().mapToInt(plot -> plot.width).sum();
        int height = HEAD + HEIGHT + legend + 8;
        StringBuilder out = new StringBuilder();
        out.append(String.format(Locale.ROOT, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
            + " viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"11\">%n", width, height, width, height));
        out.append(String.format(Locale.ROOT, "<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>%n", width, height));
        text(out, width / 2.0, 22, "middle", 15, title);
        int left = 0;
        for (Plot plot : plots) {
            out.append(String.format(Locale.ROOT, "<g transform=\"translate(%d %d)\">%n", left, HEAD));
            plot.draw(out);
            out.append(String.format("</g>%n"));
            left += plot.width;
        }
        return out.append(String.format("</svg>%n")).toString().replace(System.lineSeparator(), "\n");
    }

    private void draw(StringBuilder out) {
        Scale x = scale(horizontal, LEFT, width - RIGHT, lines.stream().flatMap(l -> l.points.stream()).mapToDouble(Point::x).toArray());
        Scale y = scale(vertical, HEIGHT - BOTTOM, TOP, lines.stream().flatMap(l -> l.points.stream()).mapToDouble(Point::y).toArray());
        text(out, (LEFT + width - RIGHT) / 2.0, TOP - 14, "middle", 13, title);
        for (double tick : x.ticks()) {
            rule(out, x.at(tick), TOP, x.at(tick), HEIGHT - BOTTOM);
            text(out, x.at(tick), HEIGHT - BOTTOM + 15, "middle", 11, number(tick));
        }
        for (double tick : y.ticks()) {
            rule(out, LEFT, y.at(tick), width - RIGHT, y.at(tick));
            text(out, LEFT - 6, y.at(tick) + 4, "end", 11, number(tick));
        }
        out.append(String.format(Locale.ROOT, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"#444444\"/>%n",
            LEFT, TOP, width - RIGHT - LEFT, HEIGHT - BOTTOM - TOP));
        text(out, (LEFT + width - RIGHT) / 2.0, HEIGHT - BOTTOM + 34, "middle", 12, horizontal.label);
        double middle = (TOP + HEIGHT - BOTTOM) / 2.0;
        out.append(String.format(Locale.ROOT, "<text transform=\"translate(14 %.1f) rotate(-90)\" text-anchor=\"middle\""
            + " font-size=\"12\">%s</text>%n", middle, escape(vertical.label)));
        for (int i = 0; i < lines.size(); i++) {
            draw(out, lines.get(i), i, x, y);
        }
    }

    private static void draw(StringBuilder out, Line line, int index, Scale x, Scale y) {
        boolean isReference = line.style == Style.REFERENCE;
        String colour = isReference ? "#888888" : COLOURS[index % COLOURS.length];
        String stroke = "stroke=\"" + colour + "\" stroke-width=\"" + (isReference ? "1\" stroke-dasharray=\"5 4" : "2") + "\"";
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < line.points.size(); i++) {
            Point point = line.points.get(i);
            if (i > 0 && line.style == Style.STEPS) {
                path.append(String.format(Locale.ROOT, "H%.1f ", x.at(point.x)));
            }
            path.append(String.format(Locale.ROOT, "%s%.1f %.1f ", i == 0 ? "M" : "L", x.at(point.x), y.at(point.y)));
            if (line.style == Style.MARKED) {
                out.append(String.format(Locale.ROOT, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>%n", x.at(point.x),
                    y.at(point.y), colour));
            }
        }
        if (!line.points.isEmpty()) {
            out.append(String.format("<path d=\"%s\" fill=\"none\" %s/>%n", path.toString().strip(), stroke));
        }
        int legend = HEIGHT + index * LEGEND_LINE;
        out.append(String.format(Locale.ROOT, "<path d=\"M%d %d h24\" fill=\"none\" %s/>%n", LEFT, legend, stroke));
        text(out, LEFT + 32, legend + 4, "start", 11, line.name);
    }

    private static void rule(StringBuilder out, double x1, double y1, double x2, double y2) {
        out.append(String.format(Locale.ROOT, "<path d=\"M%.1f %.1f L%.1f %.1f\" stroke=\"#e4e4e4\"/>%n", x1, y1, x2, y2));
    }

    private static void text(StringBuilder out, double x, double y, String anchor, int size, String text) {
        out.append(String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-size=\"%d\">%s</text>%n", x, y, anchor,
            size, escape(text)));
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String number(double value) {
        double size = Math.abs(value);
        if (size >= 1e6) {
            return number(value / 1e6) + "M";
        } else if (size >= 10_000) {
            return number(value / 1e3) + "k";
        }
        String text = String.format(Locale.ROOT, "%.6f", value).replaceAll("0+$", "");
        return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    }

    /** Maps values of an axis to places in the picture. */
    private record Scale(boolean isLog, double low, double high, double from, double to) {
        double at(double value) {
            double part = isLog ? (Math.log(value) - Math.log(low)) / (Math.log(high) - Math.log(low)) : (value - low) / (high - low);
            return from + part * (to - from);
        }

        List<Double> ticks() {
            List<Double> ticks = new ArrayList<>();
            double first = isLog ? low : Math.ceil(low / step()) * step();
            for (double tick = first; tick <= high * (1 + 1e-9); tick = isLog ? tick * 10 : tick + step()) {
                ticks.add(tick);
            }
            return ticks;
        }

        /** 1, 2 or 5 times a power of ten, so that there are four to ten ticks. */
        private double step() {
            double rough = (high - low) / 5;
            double power = Math.pow(10, Math.floor(Math.log10(rough)));
            double times = rough / power;
            return (times < 1.5 ? 1 : times < 3.5 ? 2 : times < 7.5 ? 5 : 10) * power;
        }
    }

    /** Whole powers of ten on a logarithmic axis; a linear one begins at 0. */
    private static Scale scale(Axis axis, double from, double to, double[] values) {
        double low = axis.isLog ? 1 : 0;
        double high = axis.isLog ? 10 : 1;
        for (int i = 0; i < values.length; i++) {
            low = i == 0 && axis.isLog ? values[i] : Math.min(low, values[i]);
            high = i == 0 ? values[i] : Math.max(high, values[i]);
        }
        if (axis.isLog) {
            low = Math.pow(10, Math.floor(Math.log10(low)));
            high = Math.pow(10, Math.ceil(Math.log10(high)));
            return new Scale(true, low, high > low ? high : low * 10, from, to);
        }
        return new Scale(false, low, high > low ? high : low + 1, from, to);
    }
}
