package murder.engine.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import murder.bencode.BencodeReader;
import murder.engine.SlowCause;
import murder.peer.PeerId;
import murder.tracker.SwarmTable;
import murder.wire.FrameDecoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The one architectural law: what decides does no I/O, and knows no clock, no threads, no
 * environment and no randomness but what it is given. So the same classes run on the selector loop
 * and in the simulator. This looks at what the compiled classes refer to.
 */
class PurityTest {
    /**
     * In the words of {@code javap -v}: classes as {@code java/net/Socket}, methods as
     * {@code java/lang/System.nanoTime}.
     */
    private static final Pattern FORBIDDEN = Pattern.compile("java/net/\\w+|java/nio/(channels|file)/\\w+|java/io/(File|RandomAccess)\\w*"
        + "|java/lang/(Thread|Process|Runtime)\\b\\w*|java/lang/ThreadLocal|java/util/concurrent/\\w+(/\\w+)?|java/util/Timer"
        + "|java/lang/Object\\.(wait|notify|notifyAll):|monitorenter"
        + "|java/lang/System\\.(nanoTime|currentTimeMillis|getProperty|getProperties|getenv|identityHashCode)"
        + "|java/time/(Clock|Instant|LocalDateTime|ZonedDateTime)|java/util/Date"
        + "|java/lang/Math\\.random|java/util/Random\\b|java/security/SecureRandom|java/util/SplittableRandom\\b|java/util/UUID"
        + "|java/util/random/RandomGenerator\\.(getDefault|of)|java/util/random/RandomGeneratorFactory"
        + "|java/util/Collections\\.shuffle:\\(Ljava/util/List;\\)V"
        + "|murder/(engine/storage|wire/nio|tracker/http)/\\w+");

    private static List<String> classes(Class<?> ofPackage) throws Exception {
        URI location = ofPackage.getProtectionDomain().getCodeSource().getLocation().toURI();
        String folder = ofPackage.getPackageName().replace('.', '/');
        if (location.getPath().endsWith(".jar")) {
            try (FileSystem jar = FileSystems.newFileSystem(URI.create("jar:" + location), Map.of())) {
                return list(jar.getPath(folder));
            }
        }
        return list(Path.of(location).resolve(folder));
    }

    private static List<String> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.toUri().toString()).filter(name -> name.endsWith(".class")).sorted().toList();
        }
    }

    private static TreeSet<String> forbiddenIn(List<String> classes) {
        ToolProvider javap = ToolProvider.findFirst("javap").orElseThrow();
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);
        int code = javap.run(out, out, Stream.concat(Stream.of("-p", "-v"), classes.stream()).toArray(String[]::new));
        assertThat(code).as(text.toString()).isZero();
        return FORBIDDEN.matcher(text.toString()).results().map(MatchResult::group)
            .collect(Collectors.toCollection(TreeSet::new));
    }

    private static void assertPure(Class<?> ofPackage, int atLeast) throws Exception {
        List<String> classes = classes(ofPackage);
        assertThat(classes).hasSizeGreaterThanOrEqualTo(atLeast);
        assertThat(forbiddenIn(classes)).as("what %s refers to", ofPackage.getPackageName()).isEmpty();
    }

    @Test
    void theSwarmIsPure() throws Exception {
        assertPure(Swarm.class, 20);
    }

    /** The names are given where figures are, in a package that is otherwise not pure. */
    @Test
    void theCauseIsPure() throws Exception {
        List<String> classes = classes(SlowCause.class).stream().filter(name -> name.matches(".*/Slow(Cause|Figures)[^/]*")).toList();
        assertThat(classes).hasSizeGreaterThanOrEqualTo(2);
        assertThat(forbiddenIn(classes)).isEmpty();
    }

    @Test
    void theCodecsArePure() throws Exception {
        assertPure(FrameDecoder.class, 15);
        assertPure(PeerId.class, 2);
        assertPure(BencodeReader.class, 10);
    }

    @Test
    void theTrackersSwarmTableIsPure() throws Exception {
        assertPure(SwarmTable.class, 5);
    }

    /** Each breaks the law in a way of its own. */
    static final class Impure {
        static long clock() {
            return System.nanoTime() + java.time.Instant.now().toEpochMilli();
        }

        static double random() {
            return Math.random() + new java.util.Random().nextInt() + new java.util.SplittableRandom().nextInt()
                + java.util.concurrent.ThreadLocalRandom.current().nextInt() + java.util.random.RandomGenerator.getDefault().nextInt();
        }

        static boolean disk(String name) {
            return Files.exists(Path.of(name)) || new java.io.File(name).exists();
        }

        static void network() throws IOException {
            new java.net.Socket("localhost", 1).close();
        }

        static synchronized Object thread(Object lock) throws InterruptedException {
            synchronized (lock) {
                lock.wait();
            }
            return Thread.currentThread();
        }

        static String environment() {
            return System.getProperty("user.dir") + System.getenv("HOME");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"java/lang/System.nanoTime", "java/time/Instant", "java/lang/Math.random", "java/util/Random",
        "java/util/SplittableRandom", "java/util/concurrent/ThreadLocalRandom", "java/util/random/RandomGenerator.getDefault",
        "java/nio/file/Files", "java/io/File", "java/net/Socket", "monitorenter", "java/lang/Object.wait:", "java/lang/Thread",
        "java/lang/System.getProperty", "java/lang/System.getenv"})
    void theTestFindsWhatBreaksTheLaw(String reference) throws Exception {
        List<String> impure = classes(Impure.class).stream().filter(name -> name.endsWith("PurityTest$Impure.class")).toList();
        assertThat(impure).hasSize(1);
        assertThat(forbiddenIn(impure)).contains(reference);
    }
}
