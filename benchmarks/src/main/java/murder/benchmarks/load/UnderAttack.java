package murder.benchmarks.load;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import murder.metainfo.Metainfo;
import murder.metainfo.MetainfoException;

/**
 * A transfer from a seeder to a peer, first alone, then with hostile connections
 * ({@link PeerAttack}) to the seeder, then to the peer. The processes are those of a deploy:
 * {@code host start-tracker}, {@code host start-seeding} and {@code host peer}. The peer's rate is
 * limited, so that the payload takes the given time. Prints the rate, the largest resident memory
 * and the processor time of the attacked process, and their ratios.
 *
 * <pre>
 *   java -cp benchmarks/target/benchmarks.jar murder.benchmarks.load.UnderAttack murder-tools/target/murder-tools.jar DIRECTORY
 *       [SECONDS [MB-PER-SECOND [CONNECTIONS [seeder|peer]]]]
 * </pre>
 *
 * By default 300 s at 8 MB/s beside 60 connections. DIRECTORY needs room for twice the moved bytes:
 * 5 GB. It should be on a RAM disk, so that the pages of the payload do not count as resident.
 * Needs Linux.
 */
public final class UnderAttack {
    private static final String TAG = "load";
    private static final String ROW = "| %s | %s | %.1f | %.3f | %.1f | %.1f | %.2f |%n";
    private static final long SAMPLE_MS = 200;
    private static final String LOCALHOST = "127.0.0.1";

    private final Path jar;
    private final Path work;
    private final long bytes;
    private final int rate;
    private final int connections;
    private final List<String> all;
    private final int trackerPort = freePort();
    private final int seederPort = freePort();
    private final int peerPort = freePort();

    /** The result of one transfer. */
    private record Outcome(double seconds, double rate, double residentMb, double anonymousMb, double cpuSeconds) { }

    private UnderAttack(String[] args) throws IOException {
        jar = Path.of(args[0]).toAbsolutePath();
        work = Files.createTempDirectory(Path.of(args[1]), "under-attack-");
        int seconds = args.length > 2 ? Integer.parseInt(args[2]) : 300;
        rate = (args.length > 3 ? Integer.parseInt(args[3]) : 8) * 1_000_000;
        connections = args.length > 4 ? Integer.parseInt(args[4]) : 60;
        all = args.length > 5 ? List.of(args[5]) : List.of("seeder", "peer");
        bytes = (long) seconds * rate;
    }

    /**
     * Runs and prints.
     *
     * @param args see the class
     * @throws IOException if a process or file fails
     * @throws InterruptedException if interrupted
     * @throws MetainfoException if the torrent cannot be read
     */
    public static void main(String[] args) throws IOException, InterruptedException, MetainfoException {
        UnderAttack run = new UnderAttack(args);
        try {
            run.run();
        } finally {
            deleteTree(run.work);
        }
    }

    private void run() throws IOException, InterruptedException, MetainfoException {
        makePayload();
        murder("tracker", null, "host", "pack", "--tag=" + TAG, "--files=" + work.resolve("payload"), "--temp=" + work.resolve("temp"),
            "--tracker=" + LOCALHOST + ":" + trackerPort, "--archive=tree");
        Metainfo torrent = Metainfo.read(torrent());
        System.out.println("| attacked | connections | s | MB/s | resident, MB | anonymous, MB | CPU, s |");
        System.out.println("|---|---|---|---|---|---|---|");
        for (String attacked : all) {
            Outcome calm = transfer(attacked, torrent, 0);
            Outcome disturbed = transfer(attacked, torrent, connections);
            System.out.printf(Locale.ROOT, "%s: %.1f %% of the rate, %.1f MB, %.2f times the CPU%n", attacked,
                100 * disturbed.rate() / calm.rate(), disturbed.residentMb(), disturbed.cpuSeconds() / calm.cpuSeconds());
        }
    }

    private Path torrent() {
        return work.resolve("temp").resolve(TAG + ".torrent");
    }

    private void makePayload() throws IOException {
        SplittableRandom random = new SplittableRandom(7);
        byte[] part = new byte[1 << 20];
        Files.createDirectories(work.resolve("payload"));
        Files.createDirectories(work.resolve("temp"));
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(work.resolve("payload").resolve("data")))) {
            for (long left = bytes; left > 0; left -= part.length) {
                random.nextBytes(part);
                out.write(part, 0, (int) Math.min(left, part.length));
            }
        }
    }

    // ---- one transfer ----

    private Outcome transfer(String attacked, Metainfo torrent, int hostile) throws IOException, InterruptedException {
        try {
            murder("tracker", null, "host", "start-tracker", "--port=" + trackerPort, "--bind=" + LOCALHOST);
            murder("seeder", null, "host", "start-seeding", "--tag=" + TAG, "--temp=" + work.resolve("temp"), "--archive=tree",
                "--files=" + work.resolve("payload"), "--ip=" + LOCALHOST, "--port=" + seederPort);
            int port = attacked.equals("seeder") ? seederPort : peerPort;
            try (PeerAttack attack = new PeerAttack(new InetSocketAddress(LOCALHOST, port), torrent.infoHash().toBytes(),
                torrent.layout().pieceCount(), hostile)) {
                Outcome outcome = fetch(attacked);
                String what = hostile == 0 ? "0" : hostile + ", opened " + attack.established() + " times";
                System.out.printf(Locale.ROOT, ROW, attacked, what, outcome.seconds(), outcome.rate(), outcome.residentMb(),
                    outcome.anonymousMb(), outcome.cpuSeconds());
                return outcome;
            }
        } finally {
            for (String state : List.of("peer", "seeder", "tracker")) {
                endAll(work.resolve("state-" + state));
            }
            deleteTree(work.resolve("dest"));
        }
    }

    private Outcome fetch(String attacked) throws IOException, InterruptedException {
        if (attacked.equals("seeder")) {
            // Its first connections are not those of the honest peer.
            Thread.sleep(3000);
        }
        double cpuBefore = attacked.equals("seeder") ? cpuSeconds(onlyPid("seeder")) : 0;
        long startNs = System.nanoTime();
        Process peer = start("peer", torrent(), "host", "peer", "--tag=" + TAG, "--temp=" + work.resolve("temp"),
            "--dest=" + work.resolve("dest"), "--archive=tree", "--ip=" + LOCALHOST, "--port=" + peerPort, "--seed-for=1h",
            "--download-limit=" + 8L * rate + "bit");
        long resident = 0;
        long anonymous = 0;
        while (peer.isAlive()) {
            Thread.sleep(SAMPLE_MS);
            long pid = onlyPid(attacked);
            if (pid > 0) {
                resident = Math.max(resident, kilobytes(pid, "RssAnon:") + kilobytes(pid, "RssFile:"));
                anonymous = Math.max(anonymous, kilobytes(pid, "RssAnon:"));
            }
        }
        double seconds = (System.nanoTime() - startNs) / 1e9;
        if (peer.waitFor() != 0) {
            throw new IOException("host peer ended with status " + peer.waitFor());
        }
        return new Outcome(seconds, bytes / 1e6 / seconds, resident / 1000.0 * 1.024, anonymous / 1000.0 * 1.024,
            cpuSeconds(onlyPid(attacked)) - cpuBefore);
    }

    // ---- processes ----

    private Process start(String state, Path input, String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java", "-jar", jar.toString()));
        command.addAll(Arrays.asList(args));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(work.resolve("log").toFile()));
        if (input != null) {
            builder.redirectInput(input.toFile());
        }
        Path folder = work.resolve("state-" + state);
        if (!Files.isDirectory(folder)) {
            Files.createDirectory(folder);
        }
        builder.environment().put("MURDER_STATE", folder.toString());
        return builder.start();
    }

    private void murder(String state, Path input, String... args) throws IOException, InterruptedException {
        int status = start(state, input, args).waitFor();
        if (status != 0) {
            throw new IOException(String.join(" ", args) + " ended with status " + status + ":\n" + Files.readString(work.resolve("log")));
        }
    }

    /** The process in the background; 0 if it has not begun. */
    private long onlyPid(String role) throws IOException {
        List<Long> pids = pids(work.resolve("state-" + role));
        return pids.isEmpty() ? 0 : pids.get(0);
    }

    private static List<Long> pids(Path state) throws IOException {
        List<Long> pids = new ArrayList<>();
        if (Files.isDirectory(state)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(state, "*.process.json")) {
                for (Path file : files) {
                    pids.add(Long.parseLong(file.getFileName().toString().replaceAll("\\D+", "")));
                }
            }
        }
        return pids;
    }

    private static void endAll(Path state) throws IOException {
        for (long pid : pids(state)) {
            ProcessHandle process = ProcessHandle.of(pid).orElse(null);
            if (process != null) {
                process.destroy();
                process.onExit().join();
            }
        }
        deleteTree(state);
    }

    private static double cpuSeconds(long pid) throws IOException {
        return ProcessHandle.of(pid).flatMap(process -> process.info().totalCpuDuration()).map(Duration::toMillis)
            .orElseThrow(() -> new IOException("process " + pid + " has ended")) / 1000.0;
    }

    /** 0 if the process has ended. */
    private static long kilobytes(long pid, String name) throws IOException {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
                if (line.startsWith(name)) {
                    return Long.parseLong(line.replaceAll("\\D+", ""));
                }
            }
        } catch (NoSuchFileException e) {
            return 0;
        }
        return 0;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void deleteTree(Path root) throws IOException {
        if (Files.exists(root)) {
            try (Stream<Path> paths = Files.walk(root)) {
                for (Path path : paths.sorted((a, b) -> b.compareTo(a)).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
