package murder.benchmarks.bed;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import murder.metainfo.PieceLength;

/**
 * The common options of all measurements.
 *
 * @param out the folder for the results
 * @param work the folder in which the bed makes its own one for payloads and copies; it should be a
 *     RAM disk
 * @param jar {@code murder-tools.jar}
 * @param jars folder with the jars of other engines for the JVM; null for none
 * @param timeout of a run
 * @param settle the time for a seeder before the downloads start
 * @param keep whether to keep the last run's files, with the logs of all programs
 */
record CommonOptions(Path out, Path work, Path jar, Path jars, Duration timeout, Duration settle, boolean keep) {
    static final String USAGE = """
        [--out target/bed] [--work /dev/shm] [--jar murder-tools.jar] [--jars DIR] [--timeout TIME] [--settle 3s] [--keep]
        """;
    static final Set<String> SWITCHES = Set.of("--keep");
    private static final Set<String> VALUED = Set.of("--out", "--work", "--jar", "--jars", "--timeout", "--settle");
    private static final String JAR = "murder-tools.jar";

    static Set<String> withCommon(Set<String> own) {
        Set<String> all = new HashSet<>(own);
        all.addAll(VALUED);
        return all;
    }

    static CommonOptions parse(Flags flags, Duration timeout) throws UsageException {
        Duration patience = flags.duration("--timeout", timeout);
        if (patience.isZero()) {
            throw new UsageException("--timeout of nothing");
        }
        return new CommonOptions(flags.path("--out", Path.of("target", "bed").toAbsolutePath()), flags.path("--work", Path.of("/dev/shm")),
            flags.path("--jar", jarOnClassPath()), flags.path("--jars", null), patience,
            flags.duration("--settle", Duration.ofSeconds(3)), flags.has("--keep"));
    }

    static long payload(Flags flags, long otherwise) throws UsageException {
        long bytes = flags.bytes("--size", otherwise);
        if (bytes < 1) {
            throw new UsageException("--size of nothing");
        }
        return bytes;
    }

    static int pieceLength(Flags flags, int otherwise) throws UsageException {
        long length = flags.bytes("--piece-length", otherwise);
        if (length != 0 && (length < PieceLength.MIN_CHOSEN || length > PieceLength.MAX_ACCEPTED || Long.bitCount(length) != 1)) {
            throw new UsageException("--piece-length takes a power of two from 16k to 64M, not " + length);
        }
        return (int) length;
    }

    private static Path jarOnClassPath() {
        for (String element : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (Path.of(element).endsWith(JAR)) {
                return Path.of(element).toAbsolutePath().normalize();
            }
        }
        return Path.of("murder-tools", "target", JAR).toAbsolutePath();
    }
}
