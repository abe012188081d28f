package murder.benchmarks.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import murder.order.Archive;
import murder.order.Content;
import murder.order.Layout;
import murder.order.Maker;
import murder.order.Membership;
import murder.order.Order;
import murder.order.Release;
import murder.order.SignedOrder;
import murder.order.Target;
import murder.tools.agent.AgentCommand;
import murder.tools.agent.AgentReport;
import murder.tools.agent.AgentStart;
import murder.tools.agent.AttachLine;
import murder.tools.cli.Arguments;
import murder.tools.cli.Context;
import murder.tools.cli.HostReport;
import murder.trust.SshPrivateKey;
import murder.trust.SwarmKey;

/**
 * How fast an order for a release of 10 KB gets to many agents on loopback, and their reports to
 * the tracker. The agents share few JVMs; the one that packs and serves as the tracker has its own.
 * The others write nothing: an order names one destination, and they share the disk of one host.
 *
 * <pre>
 *   java -cp JARS murder.benchmarks.load.FleetAgents DIRECTORY [agents [JVMs [rounds]]]
 * </pre>
 */
public final class FleetAgents {
    private static final String FLEET = "fleet";
    private static final String MAKER = "maker";
    private static final int PAYLOAD_BYTES = 10_000;
    private static final int REST_SECONDS = 20;
    /** The live data of an agent needs less than half of it. */
    private static final int HEAP_PER_AGENT_KIB = 4096;

    private final Path work;
    private final int agents;
    private final SshPrivateKey key = SshPrivateKey.generate(new SecureRandom());
    private final List<Process> processes = new ArrayList<>();
    private BufferedReader reports;
    private OutputStream orders;
    private long serial;

    private FleetAgents(Path work, int agents) {
        this.work = work;
        this.agents = agents;
    }

    /**
     * Measures and prints.
     *
     * @param args a directory; how many agents (1000); in how many JVMs (4); how many orders (5).
     *     Or, for a process of agents, {@code agents}
     * @throws Exception if a process, a file or an agent fails
     */
    public static void main(String[] args) throws Exception {
        if (args[0].equals("agents")) {
            runAgents(Path.of(args[1]), Integer.parseInt(args[2]), Integer.parseInt(args[3]), args[4]);
            return;
        }
        int count = args.length > 1 ? Integer.parseInt(args[1]) : 1000;
        int jvms = args.length > 2 ? Integer.parseInt(args[2]) : 4;
        int rounds = args.length > 3 ? Integer.parseInt(args[3]) : 5;
        Path work = Files.createTempDirectory(Path.of(args[0]), "fleet-agents-").toRealPath();
        FleetAgents fleet = new FleetAgents(work, count);
        try {
            fleet.start(jvms);
            // An order comes to agents that wait, and not while they still connect.
            TimeUnit.SECONDS.sleep(REST_SECONDS);
            for (int round = 1; round <= rounds; round++) {
                fleet.measure("v" + round);
            }
        } finally {
            for (Process process : fleet.processes) {
                process.destroyForcibly().waitFor();
            }
            try (var files = Files.walk(work)) {
                files.sorted((a, b) -> b.compareTo(a)).forEach(path -> path.toFile().delete());
            }
        }
    }

    private static List<String> java(long heapMib) {
        List<String> words = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
        // An agent's own options keep its heap small, and compile late because of its short life.
        words.addAll(List.of("-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xms" + heapMib + "m", "-Xmx" + heapMib + "m",
            "-Xmn" + heapMib / 2 + "m", "-Xss256k"));
        words.addAll(AgentStart.processorOptions());
        words.addAll(List.of("-cp", System.getProperty("java.class.path")));
        return words;
    }

    private void start(int jvms) throws IOException {
        Membership membership = new Membership(FLEET, List.of(SwarmKey.random(new SecureRandom())), List.of(FLEET + " " + key.publicKey()),
            null);
        Path keys = Files.createFile(work.resolve("keys"), PosixFilePermissions.asFileAttribute(
            PosixFilePermissions.fromString("rw-------")));
        Files.write(keys, membership.toBytes());
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        String tracker = "127.0.0.1:" + port;
        List<String> maker = java(256);
        maker.addAll(List.of(AgentStart.MAIN, "agent", "--attached"));
        maker.addAll(options(work, MAKER, tracker));
        maker.add("--serve=" + port);
        Process first = start(maker, work.resolve(MAKER));
        reports = new BufferedReader(new InputStreamReader(first.getInputStream(), StandardCharsets.UTF_8));
        orders = first.getOutputStream();
        reports.readLine();
        long startNs = System.nanoTime();
        for (int i = 0; i < jvms; i++) {
            int from = agents * i / jvms;
            int to = agents * (i + 1) / jvms;
            List<String> several = java(256 + (long) (to - from) * HEAP_PER_AGENT_KIB / 1024);
            several.addAll(List.of(FleetAgents.class.getName(), "agents", work.toString(), "" + from, "" + to, tracker));
            start(several, work.resolve("jvm" + i));
        }
        await(all(), report -> true);
        System.out.printf("%d agents in %d JVMs have joined after %.1f s, and rest for %d s%n", agents, jvms,
            (System.nanoTime() - startNs) / 1e9, REST_SECONDS);
    }

    private Process start(List<String> command, Path log) throws IOException {
        Process process = new ProcessBuilder(command).redirectError(log.toFile()).redirectOutput(ProcessBuilder.Redirect.PIPE).start();
        processes.add(process);
        return process;
    }

    private static List<String> options(Path work, String name, String tracker) throws IOException {
        return List.of("--fleet=" + FLEET, "--name=" + name, "--ip=127.0.0.1", "--tracker=" + tracker, "--keys=" + work.resolve("keys"),
            "--temp=" + Files.createDirectories(work.resolve("temp").resolve(name)));
    }

    private static void runAgents(Path work, int from, int to, String tracker) throws Exception {
        PrintStream nobody = new PrintStream(OutputStream.nullOutputStream());
        CountDownLatch ended = new CountDownLatch(1);
        for (int i = from; i < to; i++) {
            String name = "host" + i;
            List<String> words = new ArrayList<>(options(work, name, tracker));
            Map<String, String> env = Map.of("MURDER_STATE", work.resolve("state").resolve(name).toString());
            Files.createDirectories(work.resolve("state"));
            AgentCommand command = AgentCommand.parse(Arguments.parse(AgentCommand.SYNTAX, words));
            Thread thread = new Thread(() -> {
                try {
                    command.run(new Context(nobody, nobody, env, false, null));
                } catch (Exception e) {
                    e.printStackTrace(System.err);
                } finally {
                    ended.countDown();
                }
            }, name);
            thread.start();
        }
        ended.await();
    }

    private void order(String tag, Content content) throws Exception {
        Path source = work.resolve("source-" + tag);
        Maker maker = new Maker(List.of(MAKER), source.toString(), false, false, agents, 0, List.of());
        Target target = new Target(work.resolve("releases").toString(), Layout.TAG, "", 0, false, false,
            List.of(new Release(tag, Archive.TAR, content, maker, List.of())), List.of());
        serial = Order.serialAfter(serial, Instant.now());
        Order order = new Order(FLEET, serial, Instant.now(), Instant.now().plusSeconds(3600), false, List.of(target));
        orders.write((AttachLine.order(SignedOrder.sign(order, key).bytes()) + "\n").getBytes(StandardCharsets.UTF_8));
        orders.flush();
    }

    private AgentReport next() throws IOException {
        while (true) {
            String line = reports.readLine();
            if (line == null) {
                throw new IOException("the agent that serves as the tracker has ended");
            }
            HostReport report = HostReport.read(line);
            if (report.type() == HostReport.Type.AGENT) {
                return AgentReport.of(report);
            }
        }
    }

    /** All agents but the maker. */
    private Set<String> all() {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < agents; i++) {
            names.add("host" + i);
        }
        return names;
    }

    /** Until each of these agents has sent such a report. */
    private void await(Set<String> missing, Predicate<AgentReport> wanted) throws IOException {
        while (!missing.isEmpty()) {
            AgentReport report = next();
            if (wanted.test(report)) {
                missing.remove(report.name());
            }
        }
    }

    private void measure(String tag) throws Exception {
        Files.write(Files.createDirectories(work.resolve("source-" + tag)).resolve("file"), new byte[PAYLOAD_BYTES]);
        order(tag, null);
        Content content = null;
        Set<String> missing = all();
        while (content == null) {
            AgentReport report = next();
            content = report.name().equals(MAKER) && report.tag().equals(tag) ? report.content() : null;
            missing.remove(report.serial() >= serial ? report.name() : "");
        }
        // One order at a time: until all know the release, they have only its tag to report.
        await(missing, report -> report.serial() >= serial);
        long startNs = System.nanoTime();
        order(tag, content);
        await(all(), report -> report.serial() >= serial);
        double known = (System.nanoTime() - startNs) / 1e9;
        System.out.printf("%s: all %d have reported the order after %.2f s%n", tag, agents, known);
    }
}
