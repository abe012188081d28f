package murder.benchmarks.bed;

import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The swarm bed's command line. {@code swarm} compares Murder and public clients in the same swarm,
 * and {@code throughput} on one host. Exit status: 0 every host got the payload in every run, 1 a
 * failure, 2 wrong usage.
 */
public final class Main {
    private static final int GOOD = 0;
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;
    /** For the end of all hosts when the bed is interrupted. */
    private static final long CLEAN_UP_S = 60;

    private Main() {
    }

    /** Runs one command; SIGINT and SIGTERM end it, and nothing stays behind. */
    public static void main(String[] args) {
        Thread main = Thread.currentThread();
        CountDownLatch cleanedUp = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            main.interrupt();
            try {
                cleanedUp.await(CLEAN_UP_S, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }, "clean-up"));
        int status;
        try {
            status = run(List.of(args), System.out, System.err);
        } finally {
            cleanedUp.countDown();
        }
        System.exit(status);
    }

    /**
     * @param out gets results, and at the end the table
     * @param err gets messages for people only
     */
    static int run(List<String> args, PrintStream out, PrintStream err) {
        try {
            List<String> options = args.isEmpty() ? List.of() : args.subList(1, args.size());
            switch (args.isEmpty() ? "" : args.get(0)) {
                case "swarm":
                    return swarm(SwarmOptions.parse(options), out, err) ? GOOD : FAILED;
                case "throughput":
                    return throughput(ThroughputOptions.parse(options), out, err) ? GOOD : FAILED;
                case "help", "--help":
                    out.print(usage());
                    return GOOD;
                default:
                    throw new UsageException("say what to measure: swarm or throughput");
            }
        } catch (UsageException e) {
            err.println("bed: " + e.getMessage());
            err.print(usage());
            return WRONG_USAGE;
        } catch (BedException e) {
            err.println("bed: " + e.getMessage());
        } catch (IOException e) {
            err.println("bed: " + e);
        } catch (InterruptedException e) {
            err.println("bed: interrupted");
        }
        return FAILED;
    }

    private static String usage() {
        return SwarmOptions.USAGE + ThroughputOptions.USAGE + "both: " + CommonOptions.USAGE;
    }

    private static boolean swarm(SwarmOptions options, PrintStream out, PrintStream err)
        throws BedException, IOException, InterruptedException {
        RunPlan plan = new RunPlan(options.hosts(), options.bitsPerSecond(), options.late(), options.killSeederAfter(),
            options.common().timeout(), options.common().settle());
        Path folder = options.common().out();
        try (Bed bed = Bed.open(options.clients(), options.hosts(), options.bytes(), options.common(), err);
             Results results = new Results(folder, "swarm", out)) {
            for (int run = 1; run <= options.runs(); run++) {
                for (Client client : options.clients()) {
                    bed.say(client.label() + ", run " + run + " of " + options.runs());
                    results.add(bed.runOnLinks(client, plan, run, options.pieceLength()));
                }
            }
            String table = ResultTables.swarm(results.all());
            Files.writeString(folder.resolve("swarm.md"), table);
            Files.writeString(folder.resolve("swarm.svg"), chart(options, results.all()));
            out.print(table);
            bed.say("in " + folder + ": swarm.jsonl, swarm.md, swarm.svg");
            return results.areGood();
        }
    }

    private static String chart(SwarmOptions options, List<RunResult> results) {
        List<CompletionChart.Curve> curves = new ArrayList<>();
        ResultTables.byClient(results).forEach((client, runs) ->
            curves.add(new CompletionChart.Curve(client.label(), Statistics.medianRun(runs).outcome().wholeS())));
        String rate = options.bitsPerSecond() == 0 ? "no limit" : plain(options.bitsPerSecond() / 1e6) + " Mbit/s";
        String title = options.hosts() + " hosts, " + rate + ", " + plain(options.bytes() / 1048576.0) + " MiB to each";
        return CompletionChart.draw(title, options.hosts(), Bound.seconds(options.bytes(), options.bitsPerSecond()), curves);
    }

    /** With no more decimals than it needs, and at most three. */
    static String plain(double value) {
        return BigDecimal.valueOf(value).setScale(3, RoundingMode.HALF_UP).stripTrailingZeros().toPlainString();
    }

    private static boolean throughput(ThroughputOptions options, PrintStream out, PrintStream err)
        throws BedException, IOException, InterruptedException {
        Path folder = options.common().out();
        int most = options.peers().stream().mapToInt(peers -> peers).max().orElseThrow();
        try (Bed bed = Bed.open(options.clients(), most, options.bytes(), options.common(), err);
             Results results = new Results(folder, "throughput", out)) {
            for (int run = 1; run <= options.runs(); run++) {
                for (int peers : options.peers()) {
                    for (Client client : options.clients()) {
                        bed.say(client.label() + " to " + peers + ", run " + run + " of " + options.runs());
                        results.add(bed.runOnLoopback(client, RunPlan.plain(peers, options.common()), run, options.pieceLength()));
                    }
                }
            }
            String table = ResultTables.throughput(results.all(), Client.LIBTORRENT_HP);
            Files.writeString(folder.resolve("throughput.md"), table);
            out.print(table);
            bed.say("in " + folder + ": throughput.jsonl, throughput.md");
            return results.areGood();
        }
    }
}
