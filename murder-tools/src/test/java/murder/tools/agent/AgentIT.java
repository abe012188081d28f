package murder.tools.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import murder.fuzz.CommitSeed;
import murder.order.Archive;
import murder.order.Content;
import murder.order.Layout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A real agent that packs a release and holds it on the same host, led over its socket. */
class AgentIT {
    @TempDir
    private Path folder;
    private LedAgent agent;

    @BeforeEach
    void makeFleet() throws IOException {
        agent = new LedAgent(folder);
        agent.source("v1");
        agent.source("v2");
    }

    @AfterEach
    void kill() throws IOException, InterruptedException {
        agent.kill();
    }

    private Path current() throws IOException {
        return Files.readSymbolicLink(agent.releases.resolve("current"));
    }

    @Test
    void stagesActivatesAndRollsBack() throws Exception {
        agent.start();
        agent.attach();
        Content first = agent.make("v1");
        agent.order("", agent.release("v1", first));
        agent.await("v1", AgentState.STAGED);
        assertThat(agent.releases.resolve("v1")).doesNotExist();
        agent.order("v1", agent.release("v1", first));
        agent.await("v1", AgentState.ACTIVE);
        agent.checkRelease("v1");
        Content second = agent.make("v2", agent.release("v1", first));
        agent.order("v2", agent.release("v1", first), agent.release("v2", second));
        agent.await("v2", AgentState.ACTIVE);
        agent.checkRelease("v2");
        assertThat(current()).hasToString("v2");
        agent.order("v1", agent.release("v1", first), agent.release("v2", second));
        agent.await("v1", AgentState.ACTIVE);
        assertThat(current()).hasToString("v1");
        agent.checkRelease("v2");
    }

    // ---- destinations of other kinds ----

    /**
     * The destination itself is the release, so an old one makes room, and comes back without a
     * payload.
     */
    @ParameterizedTest
    @EnumSource
    void bareDestinationIsReplacedAndReturns(Archive archive) throws Exception {
        agent.layout = Layout.BARE;
        agent.archive = archive;
        agent.replace = true;
        agent.destination = agent.releases.resolve("app");
        agent.start();
        agent.attach();
        Content first = agent.make("v1");
        agent.order("v1", agent.release("v1", first));
        agent.await("v1", AgentState.ACTIVE);
        agent.checkRelease(agent.destination, "v1");
        Content second = agent.make("v2", agent.release("v1", first));
        agent.order("v2", agent.release("v1", first), agent.release("v2", second));
        agent.await("v2", AgentState.ACTIVE);
        agent.checkRelease(agent.destination, "v2");
        agent.order("v1", agent.release("v1", first), agent.release("v2", second));
        agent.await("v1", AgentState.ACTIVE);
        agent.checkRelease(agent.destination, "v1");
    }

    @Test
    void singleFileBecomesARelease() throws Exception {
        Files.move(agent.folder.resolve("source-v1"), agent.folder.resolve("files"));
        Files.copy(agent.folder.resolve("files/file1"), agent.folder.resolve("source-v1"));
        agent.layout = Layout.FILE;
        agent.isFile = true;
        for (Archive archive : List.of(Archive.TAR, Archive.TREE)) {
            agent.archive = archive;
            agent.destination = agent.releases.resolve(archive.word());
            if (agent.process() == null) {
                agent.start();
                agent.attach();
            }
            Content content = agent.make("v1");
            agent.order("v1", agent.release("v1", content));
            agent.await("v1", AgentState.ACTIVE);
            assertThat(agent.destination.resolve(archive == Archive.TREE ? "source-v1" : "v1.tar"))
                .hasSameBinaryContentAs(agent.folder.resolve("files/file1"));
        }
    }

    @Test
    void keepsOccupiedPlaceUnlessReplacing() throws Exception {
        Files.writeString(Files.createDirectories(agent.releases.resolve("v1")).resolve("precious"), "mine");
        agent.start();
        agent.attach();
        Content content = agent.make("v1");
        agent.order("v1", agent.release("v1", content));
        AgentReport refused = agent.await("v1", AgentState.FAILED);
        assertThat(refused.cause()).isEqualTo(Cause.OCCUPIED);
        assertThat(refused.reason()).contains("is not empty");
        assertThat(agent.releases.resolve("v1/precious")).hasContent("mine");
        agent.replace = true;
        agent.order("v1", agent.release("v1", content));
        agent.await("v1", AgentState.ACTIVE);
        agent.checkRelease("v1");
        assertThat(agent.releases.resolve("v1/precious")).doesNotExist();
    }

    @Test
    void keepsOutwardLinksOnDemand() throws Exception {
        Files.createSymbolicLink(agent.folder.resolve("source-v1/out"), Path.of("/etc/hostname"));
        Files.createSymbolicLink(agent.folder.resolve("source-v1/in"), Path.of("file1"));
        agent.start();
        agent.attach();
        agent.order("", agent.release("v1", null));
        AgentReport refused = agent.await("v1", AgentState.FAILED);
        assertThat(refused.cause()).isEqualTo(Cause.SOURCE);
        assertThat(refused.reason()).contains("/etc/hostname", "links=keep");
        agent.keepLinks = true;
        Content content = agent.make("v1");
        agent.order("v1", agent.release("v1", content));
        agent.await("v1", AgentState.ACTIVE);
        assertThat(Files.readSymbolicLink(agent.releases.resolve("v1/out"))).hasToString("/etc/hostname");
        assertThat(Files.readSymbolicLink(agent.releases.resolve("v1/in"))).hasToString("file1");
    }

    @Test
    void destinationOutsideOfRootsIsRefused() throws Exception {
        Files.createDirectories(agent.releases);
        Files.createSymbolicLink(agent.releases.resolve("out"), Files.createDirectories(agent.folder.resolve("elsewhere")));
        agent.destination = agent.releases.resolve("out");
        agent.layout = Layout.BARE;
        agent.start();
        agent.attach();
        Content content = agent.make("v1");
        agent.order("v1", agent.release("v1", content));
        AgentReport refused = agent.await("v1", AgentState.FAILED);
        assertThat(refused.cause()).isEqualTo(Cause.ROOTS);
        assertThat(agent.folder.resolve("elsewhere")).isEmptyDirectory();
    }

    @ParameterizedTest
    @EnumSource
    void modesAndEmptyDirectoriesArrive(Archive archive) throws Exception {
        Path source = agent.folder.resolve("source-v1");
        Files.setPosixFilePermissions(Files.createDirectories(source.resolve("empty/below")), PosixFilePermissions.fromString("rwxr-x--x"));
        Files.setPosixFilePermissions(source.resolve("file1"), PosixFilePermissions.fromString("r-x--x---"));
        Files.setPosixFilePermissions(source, PosixFilePermissions.fromString("rwxr-x---"));
        agent.archive = archive;
        agent.start();
        agent.attach();
        Content content = agent.make("v1");
        agent.order("v1", agent.release("v1", content));
        agent.await("v1", AgentState.ACTIVE);
        assertThat(mode(agent.releases.resolve("v1/empty/below"))).isEqualTo("rwxr-x--x");
        assertThat(mode(agent.releases.resolve("v1/file1"))).isEqualTo("r-x--x---");
        assertThat(mode(agent.releases.resolve("v1"))).isEqualTo("rwxr-x---");
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    // ---- from one process to the next ----

    private void activateFirst() throws Exception {
        Content content = agent.make("v1");
        agent.order("v1", agent.release("v1", content));
        agent.await("v1", AgentState.ACTIVE);
    }

    @Test
    void agentOfTheSameHostStays() throws Exception {
        agent.start();
        agent.attach();
        activateFirst();
        Process second = agent.launch("--once");
        assertThat(second.waitFor()).as(agent.out()).isZero();
        assertThat(agent.out()).contains("\"already\":true");
        assertThat(agent.process().isAlive()).isTrue();
    }

    @Test
    void newKeysBringASuccessor() throws Exception {
        agent.start();
        agent.attach();
        activateFirst();
        agent.newMembership();
        Process once = agent.launch("--once");
        assertThat(once.waitFor()).isEqualTo(1);
        assertThat(agent.out()).contains("runs here as a service with other keys");
        Process before = agent.process();
        agent.start();
        try {
            assertThat(before.waitFor()).isZero();
            agent.attach();
            // It continues the other one's download.
            Content second = agent.make("v2");
            agent.order("v2", agent.release("v2", second));
            agent.await("v2", AgentState.ACTIVE);
            agent.checkRelease("v1");
            agent.checkRelease("v2");
        } finally {
            before.destroyForcibly();
        }
    }

    @Test
    void newAgentReplacesSameAgent() throws Exception {
        agent.start();
        agent.attach();
        activateFirst();
        Process before = agent.process();
        agent.start("--replace");
        assertThat(before.waitFor()).isZero();
        agent.attach();
        activateFirst();
    }

    /** By a full collection, after half a minute without work. jstat prints a line each second. */
    @Test
    @Tag("slow")
    void idleAgentGivesMemoryBack() throws Exception {
        agent.start();
        agent.attach();
        activateFirst();
        Process jstat = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jstat").toString(), "-gc",
            "" + agent.process().pid(), "1000", "90").start();
        try (BufferedReader lines = jstat.inputReader()) {
            int column = List.of(lines.readLine().strip().split("\\s+")).indexOf("FGC");
            List<String> counts = lines.lines().map(line -> line.strip().split("\\s+")[column]).takeWhile("0"::equals).toList();
            assertThat(counts).hasSizeBetween(20, 80);
        } finally {
            jstat.destroy();
        }
    }

    /**
     * The last order of an earlier deploy does not end an agent that was started for the next one.
     */
    @Test
    @Tag("slow")
    void onceAgentWaitsForItsOrder() throws Exception {
        agent.ended = true;
        agent.start("--once", "--seed-for=0");
        agent.attach();
        Content content = agent.make("v1");
        agent.order("v1", agent.release("v1", content));
        agent.await("v1", AgentState.ACTIVE);
        agent.detach();
        assertThat(agent.process().waitFor()).as(agent.out()).isZero();
        agent.checkRelease("v1");
        try (Stream<Path> left = Files.walk(agent.folder.resolve("temp"))) {
            assertThat(left.filter(Files::isRegularFile)).as("an agent that leaves takes its payloads with it").isEmpty();
        }
        agent.start("--once", "--seed-for=0");
        assertThat(agent.process().waitFor(3, TimeUnit.SECONDS)).as("it leaves by the stored order").isFalse();
        agent.attach();
        agent.order("v1", agent.release("v1", content));
        agent.await("v1", AgentState.ACTIVE);
        agent.detach();
        assertThat(agent.process().waitFor()).isZero();
    }

    @Test
    void restartedAgentRefusesOlderOrder() throws Exception {
        agent.start();
        agent.attach();
        Content first = agent.make("v1");
        byte[] older = agent.order("v1", agent.release("v1", first));
        agent.await("v1", AgentState.ACTIVE);
        Content second = agent.make("v2", agent.release("v1", first));
        agent.order("v2", agent.release("v1", first), agent.release("v2", second));
        agent.await("v2", AgentState.ACTIVE);
        agent.kill();
        agent.start();
        agent.attach();
        assertThat(agent.refusal(older)).contains("is older than");
        assertThat(current()).hasToString("v2");
    }

    // ---- kills ----

    /** The seed draws the moments. */
    private void survivesKills(long seed, int kills) throws Exception {
        Random random = new Random(seed);
        agent.start();
        agent.attach();
        Content content = agent.make("v1");
        agent.order("v1", agent.release("v1", content));
        for (int i = 0; i < kills; i++) {
            agent.process().waitFor(random.nextInt(600), TimeUnit.MILLISECONDS);
            agent.kill();
            if (Files.exists(agent.releases.resolve("v1"))) {
                agent.checkRelease("v1");
            }
            agent.start();
        }
        agent.attach();
        agent.order("v1", agent.release("v1", content));
        agent.await("v1", AgentState.ACTIVE);
        agent.checkRelease("v1");
        assertThat(current()).hasToString("v1");
    }

    @Test
    void survivesKillsAtAnyMoment() throws Exception {
        survivesKills(1, 3);
    }

    /**
     * Kills while a destination changes again and again between two releases: at each moment it has
     * one of them, and never a mixture. By
     * hand with more of them: {@code -Dmurder.kills=200}; {@code -Dmurder.seed.base} plays the same
     * moments again.
     */
    @ParameterizedTest
    @EnumSource(names = {"TAG", "BARE"})
    @Tag("slow")
    void killedAgentLeavesOneRelease(Layout layout) throws Exception {
        long seed = CommitSeed.base();
        int kills = Integer.getInteger("murder.kills", 20);
        Random random = new Random(seed);
        agent.layout = layout;
        agent.replace = layout == Layout.BARE;
        agent.destination = layout == Layout.BARE ? agent.releases.resolve("app") : agent.releases;
        agent.start();
        agent.attach();
        Content first = agent.make("v1");
        agent.order("v1", agent.release("v1", first));
        agent.await("v1", AgentState.ACTIVE);
        Content second = agent.make("v2", agent.release("v1", first));
        for (int i = 0; i < kills; i++) {
            String next = i % 2 == 0 ? "v2" : "v1";
            agent.order(next, agent.release("v1", first), agent.release("v2", second));
            agent.process().waitFor(random.nextInt(150), TimeUnit.MILLISECONDS);
            agent.kill();
            String what = "kill " + i + ", -Dmurder.seed.base=" + seed;
            assertThat(there()).as(what).isIn("v1", "v2", "");
            agent.start();
            agent.attach();
            agent.order(next, agent.release("v1", first), agent.release("v2", second));
            agent.await(next, AgentState.ACTIVE);
            assertThat(there()).as(what).isEqualTo(next);
        }
    }

    /** Which release is there as a whole; empty if none is, which can be between two renames. */
    private String there() throws IOException {
        Path place = agent.layout == Layout.BARE ? agent.destination : agent.releases.resolve("current");
        if (!Files.exists(place)) {
            return "";
        }
        byte[] file = Files.readAllBytes(place.resolve("file0"));
        String tag = Arrays.equals(file, Files.readAllBytes(agent.folder.resolve("source-v1/file0"))) ? "v1" : "v2";
        agent.checkRelease(place, tag);
        return tag;
    }
}
