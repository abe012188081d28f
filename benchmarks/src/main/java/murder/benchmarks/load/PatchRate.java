package murder.benchmarks.load;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import murder.delta.Growth;
import murder.delta.Manifest;
import murder.delta.Patch;
import murder.tools.cli.Trees;

/**
 * Measures how fast patches are made and applied. Prints MB of the new release for each second, by
 * the clock and by processor time. The latter is also right on a busy machine. Making reads both
 * releases, so it has twice as many bytes of input. Both are also measured with the hashing of the
 * releases that comes before.
 *
 * <pre>
 *   java -cp DIRECTORY-OR-JARS murder.benchmarks.load.PatchRate [OLD NEW [rounds]]
 * </pre>
 *
 * Without directories it makes two releases like those of jars: random bytes, in which every 1.8 KB
 * some are others. Put them on a RAM disk ({@code -Djava.io.tmpdir=/dev/shm}). Run it with
 * {@code taskset -c 0} to have the figures of one core.
 */
public final class PatchRate {
    private static final int FILES = 100;
    private static final int FILE_BYTES = 2_000_000;
    private static final int RUN = 1800;
    private static final int CHANGED = 12;

    private PatchRate() {
    }

    /** Something that is measured. */
    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    /**
     * Measures and prints.
     *
     * @param args the old release, the new one, how many rounds (3)
     * @throws IOException if something cannot be written or read
     * @throws InterruptedException if interrupted
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 3;
        Path folder = Files.createTempDirectory("murder-patch-");
        try {
            Path old = args.length > 1 ? Path.of(args[0]) : folder.resolve("old");
            Path fresh = args.length > 1 ? Path.of(args[1]) : folder.resolve("new");
            if (args.length < 2) {
                make(old, fresh);
            }
            for (int round = 1; round <= rounds; round++) {
                round(round, old, fresh, folder);
            }
        } finally {
            Trees.delete(folder);
        }
    }

    private static void make(Path old, Path fresh) throws IOException {
        Files.createDirectories(old);
        Files.createDirectories(fresh);
        Random random = new Random(1);
        for (int i = 0; i < FILES; i++) {
            byte[] bytes = new byte[FILE_BYTES];
            random.nextBytes(bytes);
            Files.write(old.resolve("file" + i), bytes);
            byte[] changed = new byte[CHANGED];
            for (int at = random.nextInt(RUN); at < bytes.length - CHANGED; at += 1 + random.nextInt(2 * RUN)) {
                random.nextBytes(changed);
                System.arraycopy(changed, 0, bytes, at, CHANGED);
            }
            Files.write(fresh.resolve("file" + i), bytes);
        }
    }

    private static void round(int round, Path old, Path fresh, Path folder) throws IOException, InterruptedException {
        Path patch = folder.resolve("patch");
        Path result = folder.resolve("result" + round);
        Manifest base = Manifest.of(old);
        Manifest target = Manifest.of(fresh);
        double mb = target.length() / 1e6;
        measure(round + " hash both", mb, () -> {
            Manifest.of(old);
            Manifest.of(fresh);
        });
        measure(round + " make", mb, () -> Patch.make(old, base, fresh, target, patch));
        System.out.printf("  patch: %.2f MB, %.2f %% of the files%n", Files.size(patch) / 1e6, Files.size(patch) / 1e4 / mb);
        measure(round + " apply", mb, () -> new Growth(old, file -> true, result).make(patch, release -> { }, true, null));
        if (!Manifest.of(result).equals(target)) {
            throw new IllegalStateException("another release came out");
        }
        Trees.delete(result);
    }

    private static void measure(String what, double mb, Work work) throws IOException, InterruptedException {
        long startNs = System.nanoTime();
        long cpuNs = cpuNs();
        work.run();
        double seconds = (System.nanoTime() - startNs) / 1e9;
        double cpuSeconds = (cpuNs() - cpuNs) / 1e9;
        System.out.printf("%s: %.2f s, %.0f MB/s by the clock; %.2f s, %.0f MB/s by processor time%n", what, seconds, mb / seconds,
            cpuSeconds, mb / cpuSeconds);
    }

    private static long cpuNs() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }
}
