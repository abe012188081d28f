package murder.benchmarks.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import murder.order.Activation;
import murder.order.Archive;
import murder.order.Content;
import murder.order.Layout;
import murder.order.Maker;
import murder.order.Membership;
import murder.order.Order;
import murder.order.Release;
import murder.order.SignedOrder;
import murder.order.Target;
import murder.order.Who;
import murder.tools.agent.AgentReport;
import murder.tools.agent.AgentStart;
import murder.tools.agent.AgentState;
import murder.tools.agent.AttachLine;
import murder.tools.cli.HostReport;
import murder.trust.SshPrivateKey;
import murder.trust.SwarmKey;

/**
 * A deploy by two agents on loopback: one packs, serves as the tracker and seeds. The other one
 * gets a release and makes it active. Prints the time of each part and the anonymous memory of both
 * processes, then what the second one needs while it is idle.
 *
 * <pre>
 *   java -cp benchmarks.jar murder.benchmarks.load.AgentPair JAR DIRECTORY FILES BYTES ARCHIVE
 *       [IDLE-SECONDS [OPTION...]]
 * </pre>
 *
 * The release has so many files of so many bytes each; ARCHIVE is tree, tar or tgz. Both agents get
 * the options.
 */
public final class AgentPair {
    private static final String FLEET = "fleet";
    private static final String TAG = "v1";
    private static final int MB = 1_000_000;
    private static final int FILES_IN_FOLDER = 1000;
    private static final long SPARSE_FROM = 2_000_000_000;
    private static final int WATCH_MS = 50;
    private static final int RESTS = 3;

    private final String jar;
    private final Path work;
    private final Archive archive;
    private final List<String> options;
    private final SshPrivateKey key = SshPrivateKey.generate(new SecureRandom());
    private final List<Process> processes = new ArrayList<>();
    /** Of anonymous memory, in KB. */
    private final long[] peak = new long[2];

    private AgentPair(String jar, Path work, Archive archive, List<String> options) {
        this.jar = jar;
        this.work = work;
        this.archive = archive;
        this.options = options;
    }

    /**
     * Measures and prints.
     *
     * @param args as above
     * @throws Exception if a process or file fails
     */
    public static void main(String[] args) throws Exception {
        Path work = Files.createTempDirectory(Path.of(args[1]), "agent-pair-").toRealPath();
        Archive archive = Archive.valueOf(args[4].toUpperCase(Locale.ROOT));
        int idle = args.length > 5 ? Integer.parseInt(args[5]) : 0;
        List<String> options = args.length > 6 ? List.of(args).subList(6, args.length) : List.of();
        AgentPair pair = new AgentPair(args[0], work, archive, options);
        try {
            pair.fill(Integer.parseInt(args[2]), Long.parseLong(args[3]));
            Process agent = pair.deploy(args[2] + " files of " + args[3] + " bytes as " + args[4]);
            if (idle > 0) {
                rest(agent.pid(), idle);
            }
        } finally {
            for (Process process : pair.processes) {
                process.destroy();
                process.waitFor();
            }
            try (var files = Files.walk(work)) {
                files.sorted((a, b) -> b.compareTo(a)).forEach(path -> path.toFile().delete());
            }
        }
    }

    /** Random, but each megabyte of a large file is the same, and the rest has no blocks. */
    private void fill(int count, long length) throws IOException {
        Random random = new Random(1);
        byte[] bytes = new byte[(int) Math.min(length, MB)];
        for (int i = 0; i < count; i++) {
            Path folder = Files.createDirectories(work.resolve("source").resolve("folder" + i / FILES_IN_FOLDER));
            random.nextBytes(bytes);
            try (OutputStream out = Files.newOutputStream(folder.resolve("file" + i))) {
                for (long left = Math.min(length, SPARSE_FROM); left > 0; left -= bytes.length) {
                    out.write(bytes, 0, (int) Math.min(left, bytes.length));
                }
            }
            if (length > SPARSE_FROM) {
                try (RandomAccessFile whole = new RandomAccessFile(folder.resolve("file" + i).toFile(), "rw")) {
                    whole.setLength(length);
                }
            }
        }
    }

    private Process deploy(String what) throws Exception {
        Files.createFile(work.resolve("keys"), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(work.resolve("keys"), new Membership(FLEET, List.of(SwarmKey.random(new SecureRandom())),
            List.of(FLEET + " " + key.publicKey()), null).toBytes());
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Process maker = start("maker", port, "--attached", "--serve=" + port);
        BufferedReader reports = new BufferedReader(new InputStreamReader(maker.getInputStream(), StandardCharsets.UTF_8));
        reports.readLine();
        Process agent = start("host", port, "--root=" + work.resolve("releases"));
        Thread watch = new Thread(() -> watch(maker, agent));
        watch.setDaemon(true);
        watch.start();
        long startNs = System.nanoTime();
        order(maker.getOutputStream(), 1, null);
        Content content = await(reports, "maker", AgentState.MADE).content();
        long madeNs = System.nanoTime();
        order(maker.getOutputStream(), 2, content);
        AgentReport last = await(reports, "host", AgentState.ACTIVE);
        long endNs = System.nanoTime();
        System.out.printf(Locale.ROOT, "%s: %.2f s, of it packed and hashed in %.2f s; %s%n", what, (endNs - startNs) / 1e9,
            (madeNs - startNs) / 1e9, last.spent());
        System.out.printf(Locale.ROOT, "  at most %.1f and %.1f MB anonymous; processor time %.2f and %.2f s%n", peak[0] / 1000.0,
            peak[1] / 1000.0, figures(maker.pid())[2] / 100.0, figures(agent.pid())[2] / 100.0);
        return agent;
    }

    /** Until one has ended. */
    private void watch(Process... both) {
        try {
            while (both[0].isAlive() && both[1].isAlive()) {
                for (int i = 0; i < both.length; i++) {
                    peak[i] = Math.max(peak[i], figures(both[i].pid())[0]);
                }
                TimeUnit.MILLISECONDS.sleep(WATCH_MS);
            }
        } catch (IOException | InterruptedException e) {
            return; // It has ended.
        }
    }

    private static void rest(long pid, int seconds) throws IOException, InterruptedException {
        long[] before = figures(pid);
        System.out.printf(Locale.ROOT, "  active: %.1f MB anonymous, %d threads%n", before[0] / 1000.0, before[1]);
        for (int i = 1; i <= RESTS; i++) {
            TimeUnit.SECONDS.sleep(seconds);
            long[] now = figures(pid);
            System.out.printf(Locale.ROOT, "  %d s later: %.1f MB anonymous, %d threads, %.2f s of processor time in %d s%n",
                i * seconds, now[0] / 1000.0, now[1], (now[2] - before[2]) / 100.0, seconds);
            before = now;
        }
    }

    private Process start(String name, int port, String... more) throws IOException {
        List<String> words = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
        words.addAll(AgentStart.javaOptions(true));
        words.addAll(AgentStart.processorOptions());
        words.addAll(List.of("-cp", jar, AgentStart.MAIN, "agent", "--fleet=" + FLEET, "--name=" + name, "--ip=127.0.0.1",
            "--tracker=127.0.0.1:" + port, "--keys=" + work.resolve("keys"),
            "--temp=" + Files.createDirectories(work.resolve("temp-" + name))));
        words.addAll(List.of(more));
        words.addAll(options);
        ProcessBuilder builder = new ProcessBuilder(words).redirectError(work.resolve(name + ".log").toFile());
        builder.environment().put("MURDER_STATE", work.resolve("state-" + name).toString());
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    private void order(OutputStream orders, long serial, Content content) throws Exception {
        Maker maker = new Maker(List.of("maker"), work.resolve("source").toString(), false, false, 2, 0, List.of());
        List<Activation> active = content == null ? List.of() : List.of(new Activation(new Who.All(), TAG));
        Target target = new Target(work.resolve("releases").toString(), Layout.TAG, "", 0, false, false,
            List.of(new Release(TAG, archive, content, maker, List.of())), active);
        Order order = new Order(FLEET, serial, Instant.now(), Instant.now().plusSeconds(3600), content != null, List.of(target));
        orders.write((AttachLine.order(SignedOrder.sign(order, key).bytes()) + "\n").getBytes(StandardCharsets.UTF_8));
        orders.flush();
    }

    private static AgentReport await(BufferedReader reports, String name, AgentState state) throws IOException {
        while (true) {
            String line = reports.readLine();
            if (line == null) {
                throw new IOException("the agent that serves as the tracker has ended");
            }
            HostReport report = HostReport.read(line);
            AgentReport told = report.type() == HostReport.Type.AGENT ? AgentReport.of(report) : null;
            if (told != null && told.state() == AgentState.FAILED) {
                throw new IOException(told.name() + " failed: " + told.reason());
            } else if (told != null && told.name().equals(name) && told.state() == state) {
                return told;
            }
        }
    }

    /** Anonymous memory in KiB, threads, and processor time in ticks of 10 ms. */
    private static long[] figures(long pid) throws IOException {
        long[] figures = new long[3];
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith("RssAnon:")) {
                figures[0] = Long.parseLong(line.replaceAll("\\D+", "")) * 1024 / 1000;
            } else if (line.startsWith("Threads:")) {
                figures[1] = Long.parseLong(line.replaceAll("\\D+", ""));
            }
        }
        String[] stat = Files.readString(Path.of("/proc/" + pid + "/stat")).split("\\) ")[1].split(" ");
        figures[2] = Long.parseLong(stat[11]) + Long.parseLong(stat[12]);
        return figures;
    }
}
