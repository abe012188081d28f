package murder.tools.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Parts of the JDK that are slow to start, and that a peer of a fleet must do without until its
 * payload is in place.
 */
@Timeout(120)
class PeerStartIT {
    private static final int BYTES = 1 << 20;
    private static final int ATTEMPTS = 3;
    /**
     * The JVM makes a class for each while it runs, which takes longer than loading one:
     * {@code -Xlog:class+load} names them.
     */
    private static final int MAX_LAMBDAS = 68;
    /** The text before a class in the JVM's log. */
    private static final String BEFORE = "] ";

    /** The class that knows whether anybody records. It alone is small. */
    private static final String RECORDER_FLAG = "jdk.jfr.FlightRecorder ";

    @TempDir
    Path folder;

    private static String type(String line) {
        return line.substring(line.indexOf(BEFORE) + BEFORE.length());
    }

    private static boolean isOurLambda(String line) {
        return type(line).startsWith("murder.") && line.contains("$$Lambda");
    }

    private static boolean isSlow(String line) {
        String type = type(line);
        return type.startsWith("java.util.regex.") || type.startsWith("java.util.logging.") || type.startsWith("java.util.Formatter")
            || type.startsWith("java.util.stream.MatchOps") || type.startsWith("jdk.jfr.") && !type.startsWith(RECORDER_FLAG)
            || type.startsWith("java.lang.ProcessHandleImpl");
    }

    @Test
    void peerStartsWithoutSlowClasses() throws Exception {
        List<String> loaded = loadedByPeer(1);
        // On a busy machine a peer may have to log that something is late, which takes the logger.
        for (int attempt = 2; attempt <= ATTEMPTS && loaded.stream().anyMatch(PeerStartIT::isSlow); attempt++) {
            loaded = loadedByPeer(attempt);
        }
        assertThat(loaded).anyMatch(line -> line.contains("murder.engine.Transfer "));
        assertThat(loaded).filteredOn(PeerStartIT::isSlow).isEmpty();
        assertThat(loaded).filteredOn(PeerStartIT::isOurLambda).hasSizeBetween(1, MAX_LAMBDAS);
    }

    private List<String> loadedByPeer(int attempt) throws Exception {
        Path here = Files.createDirectory(folder.resolve("attempt-" + attempt));
        Path classes = here.resolve("classes.log");
        run(here, List.of("env", "MURDER_JAVA_OPTS=-Xlog:class+load:file=" + classes + ":tags"), List.of());
        return Files.readAllLines(classes);
    }

    /** The JVM starts threads for them, which takes as long as a tenth of its own start. */
    @Test
    void launcherNeedsProcessHandlesAfterChild() throws Exception {
        Path classes = folder.resolve("classes.log");
        run(folder, List.of(), List.of("-Xlog:class+load:file=" + classes + ":tags"));
        assertThat(Files.readString(classes)).containsSubsequence("java.lang.ProcessImpl ", "java.lang.ProcessHandleImpl ");
    }

    private static void run(Path here, List<String> before, List<String> options) throws Exception {
        try (Bed bed = new Bed(here)) {
            Path payload = Payloads.file(bed.path("build.tgz"), BYTES);
            Path torrent = bed.path("build.torrent");
            bed.murder("laptop", "create", payload, bed.startTracker(), torrent).awaitSuccess();
            bed.startSeeder(torrent, payload);
            List<String> peer = Bed.murderCommand("peer", torrent, bed.path("copy"), bed.newAddress(), "--seed-for", "0");
            List<String> command = new ArrayList<>(before);
            command.add(peer.get(0));
            command.addAll(options);
            command.addAll(peer.subList(1, peer.size()));
            bed.startOn("peer", command).awaitSuccess();
        }
    }
}
