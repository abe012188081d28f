package murder.benchmarks.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A fleet that announces in one second. Starts each tracker as a process on one core, in turns, and
 * sends it the announces of all hosts. The first round meets a JVM that has just started. With
 * {@code --attack}, hosts announce for half a minute beside hostile connections instead.
 *
 * <pre>
 *   java -cp benchmarks/target/benchmarks.jar murder.benchmarks.load.TrackerBurst [--hosts 10000] [--over 1000] [--rounds 1]
 *       [--starts 5] [--jvm "OPTIONS"] [--attack HALF,IDLE,DEAF] TRACKER...
 * </pre>
 *
 * A tracker is the path of a {@code murder-tools.jar}, or {@code jdk}: this build's tracker on the
 * JDK's HTTP server. CPU ratios compare with the first one's run just before. Needs Linux (taskset,
 * /proc) and {@code ulimit -n} above the number of connections.
 */
public final class TrackerBurst {
    private static final int TORRENTS_UNDER_ATTACK = 100;
    private static final int ANNOUNCES_UNDER_ATTACK = 3_000;
    private static final int ATTACK_MS = 30_000;
    private static final String ROW = "| %s | %d | %d | %d of %d | %.2f | %.2f | %.0f | %.0f | %.0f | %.0f | %.0f | %d |%n";

    private final List<String> trackers = new ArrayList<>();
    private final List<String> jvmOptions = new ArrayList<>();
    private final List<Integer> attack = new ArrayList<>();
    private int hosts = 10_000;
    private int overMs = 1_000;
    private int rounds = 1;
    private int starts = 5;
    /** Of the last start, by tracker and round. */
    private final double[][] cpuSeconds;

    private TrackerBurst(String[] args) {
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--hosts" -> hosts = Integer.parseInt(args[++i]);
                case "--over" -> overMs = Integer.parseInt(args[++i]);
                case "--rounds" -> rounds = Integer.parseInt(args[++i]);
                case "--starts" -> starts = Integer.parseInt(args[++i]);
                case "--jvm" -> jvmOptions.addAll(List.of(args[++i].trim().split("\\s+")));
                case "--attack" -> Arrays.stream(args[++i].split(",")).map(Integer::valueOf).forEach(attack::add);
                default -> trackers.add(args[i]);
            }
        }
        if (trackers.isEmpty() || !attack.isEmpty() && attack.size() != 3) {
            throw new IllegalArgumentException("name at least one tracker; --attack takes three numbers");
        }
        rounds = attack.isEmpty() ? rounds : 1;
        cpuSeconds = new double[trackers.size()][rounds];
    }

    /**
     * Runs and prints a line for each round.
     *
     * @param args see the class
     * @throws IOException if a tracker cannot be started or connections cannot be made
     * @throws InterruptedException if interrupted
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        new TrackerBurst(args).run();
    }

    private void run() throws IOException, InterruptedException {
        System.out.println("| tracker | start | round | answered | CPU, s | CPU ratio | p50, ms | p99, ms | max, ms | peak resident, MB | "
            + "anonymous, MB | threads |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|---|---|");
        for (int start = 1; start <= starts; start++) {
            for (int tracker = 0; tracker < trackers.size(); tracker++) {
                measure(start, tracker);
            }
        }
    }

    private void measure(int start, int tracker) throws IOException, InterruptedException {
        Path state = Files.createTempDirectory("tracker-burst-");
        ProcessBuilder builder = new ProcessBuilder(command(trackers.get(tracker))).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("MURDER_STATE", state.toString());
        Process process = builder.start();
        try (BufferedReader said = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            InetSocketAddress address = addressIn(said.readLine());
            for (int round = 0; round < rounds; round++) {
                double before = cpuSeconds(process);
                Announces announces = attack.isEmpty() ? burst(address) : underAttack(address);
                cpuSeconds[tracker][round] = cpuSeconds(process) - before;
                print(start, round, tracker, process.pid(), announces);
            }
        } finally {
            process.destroy();
            process.waitFor();
            Files.deleteIfExists(state);
        }
    }

    private List<String> command(String tracker) {
        List<String> command = new ArrayList<>(List.of("taskset", "-c", "0", System.getProperty("java.home") + "/bin/java"));
        command.addAll(jvmOptions);
        if (tracker.equals("jdk")) {
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), JdkTracker.class.getName()));
        } else {
            command.addAll(List.of("-jar", tracker, "tracker", "--port", "0", "--bind", "127.0.0.1"));
        }
        return command;
    }

    private static InetSocketAddress addressIn(String line) throws IOException {
        if (line == null || !line.contains("http://")) {
            throw new IOException("the tracker did not start: " + line);
        }
        URI url = URI.create(line.substring(line.indexOf("http://"), line.indexOf("/announce")));
        return new InetSocketAddress(InetAddress.getByName(url.getHost()), url.getPort());
    }

    private Announces burst(InetSocketAddress address) throws IOException {
        Announces announces = new Announces(address, hosts, 1, overMs);
        announces.run();
        return announces;
    }

    private Announces underAttack(InetSocketAddress address) throws IOException, InterruptedException {
        try (TrackerAttack hostile = new TrackerAttack(address, attack.get(0), attack.get(1), attack.get(2))) {
            hostile.begin();
            Announces honest = new Announces(address, ANNOUNCES_UNDER_ATTACK, TORRENTS_UNDER_ATTACK, ATTACK_MS);
            honest.run();
            System.out.println("hostile connections that are open at the end: " + hostile.open());
            return honest;
        }
    }

    private void print(int start, int round, int tracker, long pid, Announces announces) throws IOException {
        double ratio = cpuSeconds[tracker][round] / cpuSeconds[0][round];
        System.out.printf(Locale.ROOT, ROW, trackers.get(tracker), start, round + 1, announces.answered(),
            attack.isEmpty() ? hosts : ANNOUNCES_UNDER_ATTACK, cpuSeconds[tracker][round], ratio, announces.waitedMs(0.5),
            announces.waitedMs(0.99), announces.waitedMs(1), kilobytes(pid, "VmHWM:") / 1024.0,
            kilobytes(pid, "RssAnon:") / 1024.0, kilobytes(pid, "Threads:"));
        if (!announces.firstFailure().isEmpty()) {
            System.out.println("the first that failed: " + announces.firstFailure());
        }
    }

    private static double cpuSeconds(Process process) {
        return process.info().totalCpuDuration().orElseThrow().toMillis() / 1000.0;
    }

    /** A number of the process's status; most are kilobytes. */
    private static long kilobytes(long pid, String name) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith(name)) {
                return Long.parseLong(line.replaceAll("\\D+", ""));
            }
        }
        return 0;
    }
}
