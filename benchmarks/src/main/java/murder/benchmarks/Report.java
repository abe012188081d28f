package murder.benchmarks;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/** Results as tables in Markdown. */
final class Report {
    private static final String ALLOCATED = "gc.alloc.rate.norm";
    private static final String PAYLOAD = "mebibytes";

    private Report() {}

    static String jmh(Collection<RunResult> results) {
        StringBuilder out = new StringBuilder();
        out.append("| benchmark | with | result | ± | allocated per call | CPU s per GB |\n|---|---|---|---|---|---|\n");
        for (RunResult result : results) {
            BenchmarkParams params = result.getParams();
            String[] name = params.getBenchmark().split("\\.");
            String with = params.getParamsKeys().stream().map(key -> key + " " + params.getParam(key)).collect(Collectors.joining(", "));
            out.append(String.format(Locale.ROOT, "| %s.%s | %s | %s | %s | %s |%n", name[name.length - 2].replace("Benchmark", ""),
                name[name.length - 1], with, score(result), allocated(result), cpu(result)));
        }
        return unix(out);
    }

    /** Two columns. */
    private static String score(RunResult result) {
        Result<?> bytes = result.getSecondaryResults().get("bytes");
        Result<?> shown = bytes == null ? result.getPrimaryResult() : bytes;
        String unit = bytes == null ? shown.getScoreUnit().replace("/op", "") : "MB/s";
        String error = Double.isFinite(shown.getScoreError()) ? number(shown.getScoreError()) : "";
        return number(shown.getScore()) + " " + unit + rate(result) + " | " + error;
    }

    /** Bytes that all receivers got in the time of a call. */
    private static double payload(RunResult result) {
        Collection<String> keys = result.getParams().getParamsKeys();
        double receivers = keys.contains("receivers") ? Integer.parseInt(result.getParams().getParam("receivers")) : 1;
        return keys.contains(PAYLOAD) ? receivers * Integer.parseInt(result.getParams().getParam(PAYLOAD)) * (1 << 20) : 0;
    }

    private static String rate(RunResult result) {
        double bytes = payload(result);
        return bytes == 0 ? "" : " (" + number(bytes / 1e6 / result.getPrimaryResult().getScore()) + " MB/s)";
    }

    private static String cpu(RunResult result) {
        Result<?> cpu = result.getSecondaryResults().get(CpuProfiler.LABEL);
        return cpu == null ? "" : number(cpu.getScore() / payload(result) * 1e9);
    }

    private static String allocated(RunResult result) {
        Result<?> allocated = result.getSecondaryResults().get(ALLOCATED);
        if (allocated == null) {
            return "";
        }
        double bytes = allocated.getScore();
        return bytes >= 1e6 ? number(bytes / 1e6) + " MB" : bytes >= 1e4 ? number(bytes / 1e3) + " kB" : Math.round(bytes) + " B";
    }

    static String growth(List<Growth.Series> all) {
        StringBuilder out = new StringBuilder("| of | how many | seconds | CPU seconds | CPU ms for each |\n|---|---|---|---|---|\n");
        for (Growth.Series series : all) {
            for (Growth.Cost cost : series.costs()) {
                out.append(String.format(Locale.ROOT, "| %s | %d | %.3f | %.3f | %s |%n", series.name(), cost.size(), cost.wallS(),
                    cost.cpuS(), number(cost.cpuS() * 1000 / cost.size())));
            }
        }
        return unix(out);
    }

    static String verdict(List<Growth.Series> all) {
        List<String> worse = all.stream().flatMap(series -> series.worseThanLinear().stream()).toList();
        return worse.isEmpty() ? "No step costs more than its proportion.\n" : "Worse than linear: " + String.join("; ", worse) + ".\n";
    }

    /** Three digits that count. */
    private static String number(double value) {
        double size = Math.abs(value);
        return String.format(Locale.ROOT, size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f", value);
    }

    private static String unix(StringBuilder text) {
        return text.toString().replace(System.lineSeparator(), "\n");
    }
}
