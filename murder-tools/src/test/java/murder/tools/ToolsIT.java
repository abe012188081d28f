package murder.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Random;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import murder.tools.cli.ExitStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real jar: processes, signals, the background. Each host is a MURDER_STATE of its own. */
@SuppressWarnings("try") // Many a process here only has to run.
class ToolsIT {
    private static final int BYTES = 3_000_000;

    @TempDir
    private Path temporary;

    private Path payload;
    private Path torrent;
    private ToolProcess tracker;
    private Path trackerHost;

    @BeforeEach
    void startTracker() throws IOException {
        payload = temporary.resolve("build.tgz");
        torrent = temporary.resolve("build.torrent");
        byte[] bytes = new byte[BYTES];
        new Random(1).nextBytes(bytes);
        Files.write(payload, bytes);
        trackerHost = host("tracker");
        tracker = ToolProcess.start(trackerHost, "tracker", "--port", 0, "--bind", "127.0.0.1");
        String url = ToolProcess.address(tracker.line(), "http");
        assertThat(CommandRun.of("create", payload.toString(), url, torrent.toString()).status()).isZero();
    }

    @AfterEach
    void stopTracker() {
        tracker.close();
    }

    private Path host(String name) {
        return temporary.resolve("host-" + name);
    }

    private ToolProcess startSeeder() throws IOException {
        ToolProcess seeder = ToolProcess.start(host("seeder"), "seed", torrent, payload);
        assertThat(seeder.line()).startsWith("seeding build.tgz, 2.8 MiB in ").contains(" on 127.0.0.1:");
        return seeder;
    }

    /** A peer without a seeder that certainly runs: it has reported progress. */
    private ToolProcess startLonelyPeer(Path target, Object... more) throws IOException {
        Object[] args = new Object[4 + more.length];
        args[0] = "peer";
        args[1] = torrent;
        args[2] = target;
        args[3] = "--json";
        System.arraycopy(more, 0, args, 4, more.length);
        ToolProcess peer = ToolProcess.start(host("peer"), args);
        assertThat(peer.line()).contains("\"progress\":\"downloading\"");
        return peer;
    }

    @Test
    void jarHasLicenseWithoutBuildTraces() throws IOException {
        try (JarFile jar = new JarFile(System.getProperty("murder.jar"))) {
            assertThat(jar.getEntry("META-INF/LICENSE")).isNotNull();
            assertThat(jar.stream().map(entry -> entry.getName())).noneMatch(name -> name.startsWith("META-INF/maven"))
                .doesNotHaveDuplicates();
            Manifest manifest = jar.getManifest();
            assertThat(manifest.getMainAttributes().keySet()).extracting(Object::toString)
                .containsExactlyInAnyOrder("Manifest-Version", "Main-Class", "Created-By");
            assertThat(manifest.getMainAttributes().getValue("Created-By")).isEqualTo("Maven");
        }
    }

    @Test
    void stopsTrackerByProcessFile() throws Exception {
        assertThat(ToolProcess.status(trackerHost)).singleElement().satisfies(
            status -> assertThat(status).containsEntry("role", "tracker").containsEntry("state", "serving"));
        CommandRun stop = ToolProcess.run(trackerHost, "stop", "tracker");
        assertThat(stop.err()).isEmpty();
        assertThat(stop.out()).startsWith("stopped tracker (pid ");
        assertThat(stop.status()).isZero();
        assertThat(tracker.awaitEnd()).isEqualTo(ExitStatus.TERMINATED);
        assertThat(trackerHost).isEmptyDirectory();
        assertThat(ToolProcess.run(trackerHost, "stop", "tracker").status()).isEqualTo(1);
    }

    @Test
    void peerReturnsAndContinuesToSeed() throws Exception {
        Path copy = temporary.resolve("copy").resolve("build.tgz");
        try (ToolProcess seeder = startSeeder()) {
            CommandRun peer = ToolProcess.run(host("peer"), "peer", torrent, copy, "--json", "--seed-for", "10m");
            assertThat(peer.err()).isEmpty();
            assertThat(peer.status()).isZero();
            assertThat(peer.result()).containsEntry("result", "complete").containsEntry("bytes", Integer.toString(BYTES))
                .containsEntry("downloaded_bytes", Integer.toString(BYTES));
            assertThat(copy).hasSameBinaryContentAs(payload);
        }
        ProcessHandle background = ToolProcess.onlyProcess(host("peer"));
        Map<String, String> status = ToolProcess.status(host("peer")).get(0);
        assertThat(status).containsEntry("role", "peer").containsEntry("tag", "build.tgz").containsEntry("state", "seeding")
            .containsEntry("percent", "100");
        Path second = temporary.resolve("second.tgz");
        CommandRun other = ToolProcess.run(host("other"), "peer", torrent, second, "--seed-for", "0");
        assertThat(other.status()).isZero();
        assertThat(other.out()).startsWith("complete: build.tgz, 2.8 MiB verified in " + second);
        assertThat(second).hasSameBinaryContentAs(payload);
        CommandRun stop = ToolProcess.run(host("peer"), "stop", "peer", "build");
        assertThat(stop.out()).startsWith("stopped peer of build.tgz (pid " + background.pid() + ")");
        // stop does not wait until a parent has read its status; until then Java calls it alive.
        ToolProcess.awaitEnd(background);
        assertThat(ToolProcess.status(host("peer"))).isEmpty();
    }

    @Test
    @Tag("slow")
    void swarmKeyAdmitsMembersAlone() throws Exception {
        Path key = Files.writeString(temporary.resolve("key"), "0123456789abcdef".repeat(4) + "\n");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        Path copy = temporary.resolve("copy.tgz");
        try (ToolProcess closed = ToolProcess.start(host("closed"), "tracker", "--port", 0, "--bind", "127.0.0.1", "--swarm-key", key)) {
            String url = ToolProcess.address(closed.line(), "http");
            assertThat(CommandRun.of("create", payload.toString(), url, torrent.toString()).status()).isZero();
            try (ToolProcess seeder = ToolProcess.start(host("seeder"), "seed", torrent, payload, "--swarm-key", key)) {
                assertThat(seeder.line()).startsWith("seeding build.tgz");
                CommandRun stranger = ToolProcess.run(host("peer"), "peer", torrent, copy, "--timeout", "2s");
                assertThat(stranger.status()).isEqualTo(3);
                assertThat(stranger.err()).contains("the swarms of this tracker are closed");
                CommandRun member = ToolProcess.run(host("peer"), "peer", torrent, copy, "--seed-for", "0", "--swarm-key", key);
                assertThat(member.err()).isEmpty();
                assertThat(copy).hasSameBinaryContentAs(payload);
                Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
                CommandRun shown = ToolProcess.run(host("peer"), "peer", torrent, copy, "--swarm-key", key);
                assertThat(shown.status()).isEqualTo(1);
                assertThat(shown.err()).contains("chmod 600 " + key).doesNotContain("0123456789abcdef");
            }
        }
    }

    @Test
    void foregroundPeerStaysAndReportsCompletion() throws Exception {
        Path copy = temporary.resolve("copy.tgz");
        try (ToolProcess seeder = startSeeder();
             ToolProcess peer = ToolProcess.start(host("peer"), "peer", torrent, copy, "--foreground")) {
            assertThat(peer.line()).startsWith("complete: build.tgz").contains("until it is stopped");
            assertThat(copy).hasSameBinaryContentAs(payload);
            peer.terminate();
            assertThat(peer.awaitEnd()).isEqualTo(ExitStatus.TERMINATED);
            assertThat(ToolProcess.status(host("peer"))).isEmpty();
        }
        CommandRun again = ToolProcess.run(host("peer"), "peer", torrent, copy, "--foreground", "--seed-for", "0", "--json");
        assertThat(again.status()).isZero();
        assertThat(again.result()).containsEntry("downloaded_bytes", "0");
    }

    @Test
    void unservedPeerTimesOut() throws Exception {
        CommandRun peer = ToolProcess.run(host("peer"), "peer", torrent, temporary.resolve("copy.tgz"), "--timeout", "300ms", "--json");
        assertThat(peer.status()).isEqualTo(3);
        assertThat(peer.err().lines()).singleElement().asString().startsWith("murder peer: not complete after 0.3 s: 0.0 % verified, 0");
        assertThat(peer.result()).containsEntry("result", "timeout");
        assertThat(ToolProcess.status(host("peer"))).isEmpty();
    }

    @Test
    void backgroundPeerEndsWithKilledLauncher() throws Exception {
        try (ToolProcess launcher = startLonelyPeer(temporary.resolve("copy.tgz"))) {
            ProcessHandle background = ToolProcess.onlyProcess(host("peer"));
            launcher.kill();
            ToolProcess.awaitEnd(background);
            assertThat(ToolProcess.status(host("peer"))).isEmpty();
        }
    }

    @Test
    void backgroundPeerEndsBeforeTerminatedLauncher() throws Exception {
        try (ToolProcess launcher = startLonelyPeer(temporary.resolve("copy.tgz"))) {
            ProcessHandle background = ToolProcess.onlyProcess(host("peer"));
            launcher.terminate();
            assertThat(launcher.awaitEnd()).isEqualTo(ExitStatus.TERMINATED);
            ToolProcess.awaitEnd(background);
            assertThat(ToolProcess.status(host("peer"))).isEmpty();
        }
    }

    @Test
    void peerStoppedEarlyReportsFailure() throws Exception {
        try (ToolProcess launcher = startLonelyPeer(temporary.resolve("copy.tgz"))) {
            assertThat(ToolProcess.run(host("peer"), "stop", "peer").status()).isZero();
            launcher.rest();
            assertThat(launcher.awaitEnd()).isEqualTo(ExitStatus.FAILED);
            assertThat(launcher.errors()).contains("before every byte was in place; run it again to continue");
        }
    }

    @Test
    void refusesSecondPeerForSamePath() throws Exception {
        Path copy = temporary.resolve("copy.tgz");
        try (ToolProcess first = startLonelyPeer(copy)) {
            CommandRun second = ToolProcess.run(host("peer"), "peer", torrent, copy);
            assertThat(second.status()).isEqualTo(1);
            assertThat(second.err()).contains("is being fetched by another peer (pid "
                + ToolProcess.onlyProcess(host("peer")).pid() + ")");
        }
    }

    @Test
    void launcherPrintsUsageErrors() throws Exception {
        CommandRun run = ToolProcess.run(host("peer"), "peer", torrent, "--port", "x");
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).startsWith("murder peer: PATH is missing");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void peerFetchesByMagnetLink() throws Exception {
        String hash = CommandRun.of("inspect", torrent.toString(), "--json").out().replaceAll("(?s).*\"info_hash\":\"(\\w+)\".*", "$1");
        Path copy = temporary.resolve("copy.tgz");
        try (ToolProcess seeder = startSeeder()) {
            Map<String, String> status = ToolProcess.status(host("seeder")).get(0);
            CommandRun peer = ToolProcess.run(host("peer"), "peer",
                "magnet:?xt=urn:btih:" + hash + "&x.pe=127.0.0.1:" + status.get("port"), copy, "--seed-for", "0");
            assertThat(peer.err()).isEmpty();
            assertThat(peer.status()).isZero();
            assertThat(copy).hasSameBinaryContentAs(payload);
        }
    }

    @Test
    void demoBringsDirectoryToEveryHost() throws Exception {
        Path source = Files.createDirectory(temporary.resolve("demo"));
        Files.copy(payload, source.resolve("big"));
        Files.writeString(source.resolve("small"), "small\n");
        CommandRun demo = ToolProcess.run(host("demo"), "demo", source, "--peers", 3, "--rate", 0, "--json");
        assertThat(demo.err()).isEmpty();
        assertThat(demo.status()).isZero();
        assertThat(demo.result()).containsEntry("peers", "3").containsEntry("bytes", Integer.toString(BYTES + 6))
            .containsEntry("verified", "true").containsKeys("slowest_s", "seeder_copies");
    }
}
