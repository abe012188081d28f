package murder.benchmarks.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * The time of {@code murder peer}, with and without {@code --trust}, and of {@code murder host peer}
 * for a release of 1 MB from a tracker and a seeder on this host: the whole process until it exits,
 * beside a Java with an empty {@code main}. They take turns, so that other load affects all. Without
 * {@code murder-tools.jsa.for} beside the jar they start without the class archive.
 *
 * <pre>
 *   java benchmarks/src/main/java/murder/benchmarks/load/PeerStart.java murder-tools/target/murder-tools.jar [times]
 * </pre>
 */
public final class PeerStart {
    private static final String EMPTY = "public class Empty { public static void main(String[] args) { } }";

    private final String java = System.getProperty("java.home") + "/bin/java";
    private final Path work;
    private final List<Process> running = new ArrayList<>();

    private PeerStart(Path work) {
        this.work = work;
    }

    /**
     * Measures and prints.
     *
     * @param args the jar; how many times (15)
     * @throws IOException if a process or file fails
     * @throws InterruptedException if interrupted
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path work = Files.createTempDirectory("peer-start-");
        PeerStart start = new PeerStart(work);
        try {
            start.measure(Path.of(args[0]).toAbsolutePath().toString(), args.length > 1 ? Integer.parseInt(args[1]) : 15);
        } finally {
            for (Process process : start.running) {
                process.destroy();
                process.waitFor();
            }
            try (var files = Files.walk(work)) {
                files.sorted((a, b) -> b.compareTo(a)).forEach(path -> path.toFile().delete());
            }
        }
    }

    private void measure(String jar, int times) throws IOException, InterruptedException {
        byte[] bytes = new byte[1_000_000];
        new Random(1).nextBytes(bytes);
        Path release = Files.createDirectory(work.resolve("release"));
        Files.write(release.resolve("file"), bytes);
        Files.writeString(work.resolve("Empty.java"), EMPTY);
        run(null, System.getProperty("java.home") + "/bin/javac", "-d", work.toString(), work.resolve("Empty.java").toString());
        String tracker = firstLine(jar, "tracker", "--port", "0", "--bind", "127.0.0.1");
        int from = tracker.indexOf("http://") + "http://".length();
        run(null, java, "-jar", jar, "host", "pack", "--tag=r1", "--files=" + release, "--temp=" + work.resolve("packed"),
            "--tracker=" + tracker.substring(from, tracker.indexOf('/', from)));
        Path torrent = work.resolve("packed").resolve("r1.tgz.torrent");
        firstLine(jar, "seed", torrent.toString(), work.resolve("packed").resolve("r1.tgz").toString(), "127.0.0.1");
        Path key = work.resolve("key");
        run(null, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "release", "-f", key.toString());
        Path signers = Files.writeString(work.resolve("allowed_signers"), "release " + Files.readString(work.resolve("key.pub")));
        Path signed = work.resolve("signed.torrent");
        Path archive = work.resolve("packed").resolve("r1.tgz");
        run(null, java, "-jar", jar, "create", archive.toString(), tracker.substring(from, tracker.indexOf('/', from)), signed.toString(),
            "--sign", key.toString());
        firstLine(jar, "seed", signed.toString(), archive.toString(), "127.0.0.1");
        long[] empty = new long[times];
        long[] peer = new long[times];
        long[] trusting = new long[times];
        long[] hostPeer = new long[times];
        for (int i = -2; i < times; i++) {
            // The first two warm the system's caches up.
            empty[Math.max(0, i)] = run(null, java, "-cp", work.toString(), "Empty");
            peer[Math.max(0, i)] = run(null, java, "-jar", jar, "peer", signed.toString(), work.resolve("copy" + i).toString(),
                "127.0.0.1", "--seed-for", "0");
            trusting[Math.max(0, i)] = run(null, java, "-jar", jar, "peer", signed.toString(), work.resolve("trusted" + i).toString(),
                "127.0.0.1", "--seed-for", "0", "--trust", signers.toString());
            hostPeer[Math.max(0, i)] = run(torrent, java, "-jar", jar, "host", "peer", "--tag=r1", "--temp=" + work.resolve("temp" + i),
                "--dest=" + work.resolve("releases" + i), "--ip=127.0.0.1", "--seed-for=0", "--json");
        }
        System.out.println("empty main:        " + summary(empty));
        System.out.println("peer of 1 MB:      " + summary(peer));
        System.out.println("with --trust:      " + summary(trusting));
        System.out.println("host peer of 1 MB: " + summary(hostPeer));
    }

    /** Starts a command that stays, and returns its first output. */
    private String firstLine(String jar, String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(java, "-jar", jar));
        command.addAll(List.of(words));
        Process process = builder(command).start();
        running.add(process);
        String line = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
        if (line == null) {
            throw new IOException(command + " ended");
        }
        return line;
    }

    /**
     * Runs a command to its end.
     *
     * @param input a file, or null for none
     * @return how long it took, in microseconds
     */
    private long run(Path input, String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = builder(List.of(command)).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        if (input != null) {
            builder.redirectInput(input.toFile());
        }
        long startNs = System.nanoTime();
        Process process = builder.start();
        int status = process.waitFor();
        if (status != 0) {
            throw new IOException(List.of(command) + " ended with status " + status);
        }
        return (System.nanoTime() - startNs) / 1000;
    }

    private ProcessBuilder builder(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("MURDER_STATE", work.resolve("state").toString());
        return builder;
    }

    private static String summary(long[] micros) {
        Arrays.sort(micros);
        return String.format("median %.3f s, least %.3f, most %.3f, of %d", micros[micros.length / 2] / 1e6, micros[0] / 1e6,
            micros[micros.length - 1] / 1e6, micros.length);
    }
}
