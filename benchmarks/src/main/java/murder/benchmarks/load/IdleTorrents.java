package murder.benchmarks.load;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import murder.engine.Engine;
import murder.engine.EngineOptions;
import murder.engine.Torrent;
import murder.engine.TorrentException;
import murder.engine.TorrentOptions;
import murder.metainfo.HashProgress;
import murder.metainfo.Metainfo;
import murder.metainfo.MetainfoException;
import murder.metainfo.TorrentCreator;
import murder.tracker.http.TrackerServer;
import murder.tracker.http.TrackerServerOptions;

/**
 * The cost of a thousand idle torrents. One engine seeds them all and announces them to a tracker
 * in another process of this class, which made them. Prints the memory of the process before and
 * after, and its processor time during announces only.
 *
 * <pre>
 *   java -XX:+UseSerialGC -Xmx256m -cp JARS murder.benchmarks.load.IdleTorrents DIRECTORY [torrents [seconds [megabytes each [rounds]]]]
 * </pre>
 */
public final class IdleTorrents {
    private IdleTorrents() {
    }

    /**
     * Measures and prints.
     *
     * @param args a directory; how many torrents (1000); for how many seconds to look on (60); MB
     *     each (16); how often to look (1). Or {@code tracker}
     * @throws IOException if a file or the tracker's process fails
     * @throws InterruptedException if interrupted
     * @throws TorrentException if a torrent cannot be added
     * @throws ExecutionException if a torrent cannot be seeded
     * @throws MetainfoException never, as the torrents are ours
     */
    public static void main(String[] args)
        throws IOException, MetainfoException, InterruptedException, TorrentException, ExecutionException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        if (args[0].equals("tracker")) {
            try (TrackerServer tracker = TrackerServer.start(TrackerServerOptions.builder().bindAddress(loopback).port(0).build())) {
                make("http://127.0.0.1:" + tracker.port() + "/announce", Path.of(args[1]), Integer.parseInt(args[2]),
                    Long.parseLong(args[3]) * 1_000_000);
                System.out.println("ready");
                System.in.read();
            }
            return;
        }
        int count = args.length > 1 ? Integer.parseInt(args[1]) : 1000;
        int seconds = args.length > 2 ? Integer.parseInt(args[2]) : 60;
        int megabytes = args.length > 3 ? Integer.parseInt(args[3]) : 16;
        int rounds = args.length > 4 ? Integer.parseInt(args[4]) : 1;
        Path work = Files.createTempDirectory(Path.of(args[0]), "idle-torrents-");
        Process tracker = new ProcessBuilder(System.getProperty("java.home") + "/bin/java", "-XX:+UseSerialGC", "-cp",
            System.getProperty("java.class.path"), IdleTorrents.class.getName(), "tracker", work.toString(), Integer.toString(count),
            Integer.toString(megabytes)).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (Engine engine = Engine.start(EngineOptions.builder().bindAddress(loopback).build())) {
            if (tracker.getInputStream().read() < 0) {
                throw new IOException("the tracker's process has ended");
            }
            System.out.println("an engine without torrents: " + memory());
            seed(engine, work, count);
            System.out.println(count + " torrents, just added: " + memory());
            System.gc();
            System.out.println(count + " torrents, after a collection: " + memory());
            Thread.sleep(5000);
            for (int round = 1; round <= rounds; round++) {
                long cpuNs = cpuNs();
                long startNs = System.nanoTime();
                Thread.sleep(seconds * 1000L);
                double share = 100.0 * (cpuNs() - cpuNs) / (System.nanoTime() - startNs);
                System.out.printf("%d torrents, %d s later: %s, %.2f %% of one core%n", count, round * seconds, memory(), share);
            }
            engine.close(Duration.ofSeconds(5));
        } finally {
            tracker.destroy();
            tracker.waitFor();
            try (var files = Files.walk(work)) {
                files.sorted((a, b) -> b.compareTo(a)).forEach(path -> path.toFile().delete());
            }
        }
    }

    private static void make(String url, Path work, int count, long length) throws IOException, InterruptedException {
        for (int i = 0; i < count; i++) {
            Path payload = work.resolve("payload-" + i);
            try (RandomAccessFile file = new RandomAccessFile(payload.toFile(), "rw")) {
                file.setLength(length); // A hole: takes no room, and is hashed all the same.
            }
            Metainfo metainfo = TorrentCreator.create(payload,
                TorrentCreator.Options.builder().trackers(List.of(List.of(url))).build(), HashProgress.NONE);
            Files.write(work.resolve("payload-" + i + ".torrent"), metainfo.toBytes());
        }
    }

    private static void seed(Engine engine, Path work, int count)
        throws IOException, MetainfoException, InterruptedException, TorrentException, ExecutionException {
        List<Torrent> torrents = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Metainfo metainfo = Metainfo.read(work.resolve("payload-" + i + ".torrent"));
            torrents.add(engine.add(TorrentOptions.seed(metainfo, work.resolve("payload-" + i)).build()));
        }
        for (Torrent torrent : torrents) {
            torrent.completion().get();
        }
    }

    private static String memory() throws IOException {
        StringBuilder text = new StringBuilder();
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("RssAnon:") || line.startsWith("RssFile:") || line.startsWith("Threads:")) {
                text.append(text.length() == 0 ? "" : ", ").append(line.replaceAll("\\s+", " "));
            }
        }
        return text.toString();
    }

    private static long cpuNs() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }
}
