package murder.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures how far apart hosts activate a release. Reads their symbolic links to the active release
 * a thousand times a second, and prints when each link changed.
 *
 * <pre>
 *   java -cp benchmarks/target/classes murder.benchmarks.LinkSpread LINK...
 * </pre>
 *
 * It starts with the present links, reports this on standard error, and ends when every link has
 * changed once, or after ten minutes with status 1. The links of all hosts must be readable on this
 * machine, for example in containers or namespaces.
 */
final class LinkSpread {
    private static final long PERIOD_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LIMIT_NS = TimeUnit.MINUTES.toNanos(10);

    private LinkSpread() {
    }

    /** @param args the links */
    public static void main(String[] args) throws IOException {
        List<Path> links = new ArrayList<>();
        for (String arg : args) {
            links.add(Path.of(arg));
        }
        if (links.isEmpty()) {
            System.err.println("name the links, one for each host");
            System.exit(2);
        }
        String[] before = new String[links.size()];
        for (int i = 0; i < before.length; i++) {
            before[i] = read(links.get(i));
        }
        System.err.println("watching " + links.size() + " links");
        long[] changedNs = new long[before.length];
        long startNs = System.nanoTime();
        long rounds = 0;
        long longestNs = 0;
        long lastNs = startNs;
        int left = before.length;
        for (long nextNs = startNs; left > 0; nextNs += PERIOD_NS) {
            LockSupport.parkNanos(nextNs - System.nanoTime());
            long nowNs = System.nanoTime();
            if (nowNs - startNs > LIMIT_NS) {
                System.err.println(left + " links have not changed");
                System.exit(1);
            }
            longestNs = Math.max(longestNs, nowNs - lastNs);
            lastNs = nowNs;
            rounds++;
            for (int i = 0; i < before.length; i++) {
                if (changedNs[i] == 0 && !read(links.get(i)).equals(before[i])) {
                    changedNs[i] = nowNs - startNs;
                    left--;
                }
            }
        }
        double seconds = (System.nanoTime() - startNs) / 1e9;
        long firstNs = Arrays.stream(changedNs).min().orElseThrow();
        for (int i = 0; i < before.length; i++) {
            System.out.printf(Locale.ROOT, "%s +%.1f ms%n", links.get(i), (changedNs[i] - firstNs) / 1e6);
        }
        System.out.printf(Locale.ROOT, "{\"links\":%d,\"spread_ms\":%.1f,\"polls_per_second\":%.0f,\"longest_pause_ms\":%.1f}%n",
            before.length, (Arrays.stream(changedNs).max().orElseThrow() - firstNs) / 1e6, rounds / seconds, longestNs / 1e6);
    }

    /** Empty if there is no link. */
    private static String read(Path link) throws IOException {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (NoSuchFileException e) {
            return "";
        }
    }
}
