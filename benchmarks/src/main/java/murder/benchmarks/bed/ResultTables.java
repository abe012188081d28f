package murder.benchmarks.bed;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Results as tables in Markdown: medians of the runs, and where there are several, the least and
 * the most behind them.
 */
final class ResultTables {
    private ResultTables() {
    }

    /**
     * One line for each client in the order of the results, which have hosts, rate and payload in
     * common.
     */
    static String swarm(List<RunResult> results) {
        RunPlan plan = results.get(0).plan();
        boolean late = plan.late().count(plan.hosts()) > 0;
        StringBuilder table = new StringBuilder();
        table.append("| client | slowest host, s | over the bound | median host, s |").append(late ? " slowest late host, s |" : "")
            .append(" copies sent by the seeder | CPU, s | hosts complete |\n");
        table.append("|---|---|---|---|").append(late ? "---|" : "").append("---|---|---|\n");
        for (List<RunResult> runs : byClient(results).values()) {
            table.append("| ").append(name(runs.get(0)));
            table.append(" | ").append(cell(runs, RunResult::lastS, 2)).append(" | ").append(cell(runs, RunResult::ratio, 3));
            table.append(" | ").append(cell(runs, RunResult::medianHostS, 2));
            if (late) {
                table.append(" | ").append(cell(runs, RunResult::lateS, 2));
            }
            table.append(" | ").append(cell(runs, RunResult::seederCopies, 2));
            table.append(" | ").append(cell(runs, run -> run.outcome().cpu().total(), 1)).append(" | ").append(whole(runs)).append(" |\n");
        }
        return table.toString();
    }

    /**
     * One line for each number of peers and each client; times also as shares of the reference's,
     * if it is among the clients.
     */
    static String throughput(List<RunResult> results, Client reference) {
        StringBuilder table = new StringBuilder();
        table.append("| peers | client | wall, s | of ").append(reference.label())
            .append("'s | CPU s/GB, seeder | CPU s/GB, peers | CPU s/GB, both | hosts complete |\n|---|---|---|---|---|---|---|---|\n");
        Map<Integer, List<RunResult>> byPeers = new LinkedHashMap<>();
        results.forEach(result -> byPeers.computeIfAbsent(result.plan().hosts(), peers -> new ArrayList<>()).add(result));
        for (List<RunResult> ofPeers : byPeers.values()) {
            Map<Client, List<RunResult>> byClient = byClient(ofPeers);
            double referenceS = Statistics.median(byClient.getOrDefault(reference, List.of()), RunResult::lastS);
            for (List<RunResult> runs : byClient.values()) {
                RunResult any = runs.get(0);
                table.append("| ").append(any.plan().hosts()).append(" | ").append(name(any)).append(" | ");
                table.append(cell(runs, RunResult::lastS, 2)).append(" | ");
                table.append(figure(Statistics.median(runs, RunResult::lastS) / referenceS, 2)).append(" | ");
                table.append(cell(runs, RunResult::seederCpuPerGigabyte, 2)).append(" | ");
                table.append(cell(runs, RunResult::peersCpuPerGigabyte, 2)).append(" | ");
                table.append(cell(runs, run -> run.seederCpuPerGigabyte() + run.peersCpuPerGigabyte(), 2)).append(" | ");
                table.append(whole(runs)).append(" |\n");
            }
        }
        return table.toString();
    }

    static Map<Client, List<RunResult>> byClient(List<RunResult> results) {
        Map<Client, List<RunResult>> byClient = new LinkedHashMap<>();
        results.forEach(result -> byClient.computeIfAbsent(result.client(), client -> new ArrayList<>()).add(result));
        return byClient;
    }

    /** The client's own name and version; fit for a cell. */
    private static String name(RunResult result) {
        return result.version().replace("|", "/") + (result.client() == Client.LIBTORRENT_HP ? ", high_performance_seed" : "");
    }

    private static String whole(List<RunResult> runs) {
        return runs.stream().mapToInt(run -> run.outcome().correct()).sum() + " of "
            + runs.stream().mapToInt(run -> run.plan().hosts()).sum();
    }

    private static String cell(List<RunResult> runs, ToDoubleFunction<RunResult> figure, int decimals) {
        String median = figure(Statistics.median(runs, figure), decimals);
        if (runs.size() == 1 || median.equals("-")) {
            return median;
        }
        return median + " (" + figure(runs.stream().mapToDouble(figure).min().orElse(Double.NaN), decimals) + " to "
            + figure(runs.stream().mapToDouble(figure).max().orElse(Double.NaN), decimals) + ")";
    }

    private static String figure(double value, int decimals) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%." + decimals + "f", value) : "-";
    }
}
