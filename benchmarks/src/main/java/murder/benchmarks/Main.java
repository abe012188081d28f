package murder.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs all benchmarks and the cost of growth, and prints the tables.
 *
 * <pre>
 * java -jar benchmarks/target/benchmarks.jar [--smoke] [--into FILE] [PATTERN]...
 *
 *   --smoke      everything once and as short as can be: that it still runs, not how fast
 *   --into FILE  puts the tables between the two marks in this file too, and growth.svg beside it
 *   PATTERN      only the JMH benchmarks whose name matches; "Growth" for the cost of growth
 * </pre>
 *
 * Ends with 1 if a benchmark fails or, unless {@code --smoke}, something grows worse than linear.
 */
public final class Main {
    private static final String BEGIN = "<!-- measured by benchmarks.jar: begin -->\n";
    private static final String END = "<!-- measured by benchmarks.jar: end -->\n";
    private static final String GROWTH = "Growth";

    private final List<String> patterns = new ArrayList<>();
    private boolean isSmoke;
    private Path into;

    private Main(String[] arguments) {
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].equals("--smoke")) {
                isSmoke = true;
            } else if (arguments[i].equals("--into") && i + 1 < arguments.length) {
                into = Path.of(arguments[++i]);
            } else if (arguments[i].startsWith("-")) {
                System.err.println("usage: java -jar benchmarks.jar [--smoke] [--into FILE] [PATTERN]...");
                System.exit(2);
            } else {
                patterns.add(arguments[i]);
            }
        }
    }

    public static void main(String[] arguments) throws Exception {
        System.exit(new Main(arguments).run() ? 0 : 1);
    }

    private boolean run() throws Exception {
        if (into != null) {
            readMarked(); // before ten minutes of measuring
        }
        StringBuilder text = new StringBuilder(String.format("Commit %s, %s, JDK %s, %s, %d cores.%n", commit(), LocalDate.now(),
            System.getProperty("java.version"), processor(), Runtime.getRuntime().availableProcessors()));
        boolean isGood = true;
        List<String> jmh = patterns.stream().filter(pattern -> !pattern.equals(GROWTH)).toList();
        if (patterns.isEmpty() || !jmh.isEmpty()) {
            text.append("\n").append(Report.jmh(jmh(jmh)));
        }
        if (patterns.isEmpty() || patterns.contains(GROWTH)) {
            List<Growth.Series> series = new Growth(isSmoke).run();
            text.append("\n").append(Report.growth(series));
            if (!isSmoke) {
                isGood = series.stream().allMatch(one -> one.worseThanLinear().isEmpty());
                text.append("\n").append(Report.verdict(series));
            }
            if (into != null) {
                List<Plot> plots = series.stream().map(Growth.Series::plot).toList();
                Files.writeString(into.resolveSibling("growth.svg"), Plot.svg("Cost of growth", plots));
                text.append("\n![cost of growth](growth.svg)\n");
            }
        }
        System.out.println(text);
        if (into != null) {
            write(text.toString());
        }
        return isGood;
    }

    private Collection<RunResult> jmh(List<String> names) throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder().shouldFailOnError(true).addProfiler(GCProfiler.class)
            .addProfiler(CpuProfiler.class).jvmArgs("-Xmx2g");
        names.forEach(options::include);
        if (isSmoke) {
            options.forks(0).warmupIterations(0).measurementIterations(1).measurementTime(TimeValue.milliseconds(1))
                .verbosity(VerboseMode.SILENT).param("mebibytes", "4").param("pieces", "1024").param("peers", "150");
        }
        return new Runner(options.build()).run();
    }

    private void write(String text) throws IOException {
        String file = readMarked();
        int begin = file.indexOf(BEGIN) + BEGIN.length();
        Files.writeString(into, file.substring(0, begin) + text + file.substring(file.indexOf(END)));
    }

    private String readMarked() throws IOException {
        String file = Files.readString(into);
        if (!file.contains(BEGIN) || file.indexOf(END) < file.indexOf(BEGIN)) {
            throw new IllegalArgumentException(into + " lacks the marks " + BEGIN + END);
        }
        return file;
    }

    /** Of the working tree in which this is run. */
    private static String commit() throws InterruptedException {
        try {
            Process git = new ProcessBuilder("git", "describe", "--always", "--dirty")
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            String name = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return git.waitFor() == 0 ? name : "unknown";
        } catch (IOException e) {
            return "unknown (" + e.getMessage() + ")";
        }
    }

    private static String processor() {
        Path info = Path.of("/proc/cpuinfo");
        if (!Files.isReadable(info)) {
            return System.getProperty("os.arch");
        }
        try (var lines = Files.lines(info)) {
            return lines.filter(line -> line.startsWith("model name")).findFirst()
                .map(line -> line.substring(line.indexOf(':') + 1).strip()).orElse(System.getProperty("os.arch"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
