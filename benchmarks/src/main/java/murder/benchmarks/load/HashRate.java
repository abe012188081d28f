package murder.benchmarks.load;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import murder.hash.BothHashes;
import murder.hash.Sha256;
import murder.metainfo.HashProgress;
import murder.metainfo.Metainfo;
import murder.metainfo.PayloadVerifier;
import murder.metainfo.TorrentCreator;

/**
 * Compares {@code create} and {@code verify} with the hash rate of the cores. Before and after each
 * of them all cores hash memory in their caches for a second, which gives the rate to reach.
 * {@code create} has both hashes, {@code verify} SHA-256. It prints the reached share of that rate,
 * once by the clock and once by processor time. Other work on the machine changes only the first.
 *
 * <pre>
 *   java -cp DIRECTORY-OR-JARS murder.benchmarks.load.HashRate FILE [GIGABYTES [rounds]]
 * </pre>
 *
 * FILE is made if it is not there, and removed if it was made; put it on a RAM disk with more room
 * than that.
 */
public final class HashRate {
    private static final int CHUNK = 1 << 20;
    private static final long REFERENCE_NS = 1_000_000_000L;

    private HashRate() {
    }

    /** The hashed bytes and their time. */
    private record Rate(double bytesPerSecond, double bytesPerCpuSecond) {
        static Rate since(long startNs, long startCpuNs, long bytes) {
            return new Rate(bytes * 1e9 / (System.nanoTime() - startNs), bytes * 1e9 / (cpuNs() - startCpuNs));
        }

        String of(Rate before, Rate after) {
            return String.format("%.3f GB/s, %.1f %% of the cores' rate by the clock, %.1f %% by processor time "
                + "(the cores: %.3f GB/s before, %.3f after)", bytesPerSecond / 1e9,
                200 * bytesPerSecond / (before.bytesPerSecond + after.bytesPerSecond),
                200 * bytesPerCpuSecond / (before.bytesPerCpuSecond + after.bytesPerCpuSecond), before.bytesPerSecond / 1e9,
                after.bytesPerSecond / 1e9);
        }
    }

    /**
     * Measures and prints.
     *
     * @param args the file; how many GB it is to have (4); how many rounds (3)
     * @throws IOException if the file cannot be written or read
     * @throws InterruptedException if interrupted
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path file = Path.of(args[0]);
        long length = (args.length > 1 ? Long.parseLong(args[1]) : 4) * 1_000_000_000L;
        int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 3;
        boolean isMade = !Files.exists(file);
        if (isMade) {
            make(file, length);
        }
        try {
            length = Files.size(file);
            reference(BothHashes::new);
            for (int round = 1; round <= rounds; round++) {
                Rate before = reference(BothHashes::new);
                long startNs = System.nanoTime();
                long cpuNs = cpuNs();
                Metainfo metainfo = TorrentCreator.create(file, TorrentCreator.Options.defaults(), HashProgress.NONE);
                Rate create = Rate.since(startNs, cpuNs, length);
                Rate between = reference(BothHashes::new);
                final Rate beforeVerify = reference(Sha256::newDigest);
                startNs = System.nanoTime();
                cpuNs = cpuNs();
                PayloadVerifier.Result result = PayloadVerifier.verify(metainfo, file, 0, HashProgress.NONE);
                Rate verify = Rate.since(startNs, cpuNs, length);
                if (!result.isIdentical()) {
                    throw new IllegalStateException("the file changed meanwhile: " + result.findings());
                }
                Rate after = reference(Sha256::newDigest);
                System.out.println("create: " + create.of(before, between));
                System.out.println("verify: " + verify.of(beforeVerify, after));
            }
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("VmHWM") || line.startsWith("Rss")) {
                    System.out.println(line);
                }
            }
        } finally {
            if (isMade) {
                Files.delete(file);
            }
        }
    }

    private static void make(Path file, long length) throws IOException {
        byte[] chunk = new byte[CHUNK];
        Random random = new Random(1);
        try (OutputStream out = Files.newOutputStream(file)) {
            for (long done = 0; done < length; done += CHUNK) {
                random.nextBytes(chunk);
                out.write(chunk, 0, (int) Math.min(CHUNK, length - done));
            }
        }
    }

    private static Rate reference(Supplier<MessageDigest> digests) throws InterruptedException {
        AtomicLong hashed = new AtomicLong();
        Thread[] threads = new Thread[Runtime.getRuntime().availableProcessors()];
        long startNs = System.nanoTime();
        long cpuNs = cpuNs();
        for (int i = 0; i < threads.length; i++) {
            MessageDigest digest = digests.get();
            threads[i] = new Thread(() -> {
                byte[] memory = new byte[64 * 1024];
                do {
                    for (int step = 0; step < 64; step++) {
                        digest.update(memory);
                    }
                    hashed.addAndGet(64L * memory.length);
                } while (System.nanoTime() - startNs < REFERENCE_NS);
            });
            threads[i].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return Rate.since(startNs, cpuNs, hashed.get());
    }

    private static long cpuNs() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }
}
