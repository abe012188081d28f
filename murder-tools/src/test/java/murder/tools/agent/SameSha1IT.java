package murder.tools.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import murder.engine.Engine;
import murder.engine.EngineOptions;
import murder.engine.Torrent;
import murder.engine.TorrentOptions;
import murder.fuzz.Sha1Collision;
import murder.metainfo.HashProgress;
import murder.metainfo.InfoSha256;
import murder.metainfo.Metainfo;
import murder.metainfo.TorrentCreator;
import murder.order.Activation;
import murder.order.Archive;
import murder.order.Content;
import murder.order.Layout;
import murder.order.Membership;
import murder.order.Order;
import murder.order.Release;
import murder.order.SignedOrder;
import murder.order.Target;
import murder.order.Who;
import murder.tools.cli.StateFolder;
import murder.tracker.FleetAgent;
import murder.tracker.http.FleetBoard;
import murder.tracker.http.TrackerServer;
import murder.tracker.http.TrackerServerOptions;
import murder.trust.SshPrivateKey;
import murder.trust.SwarmKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two releases that only SHA-256 tells apart, and a real agent. The SHA-1 of each piece is the
 * same, so without SHA-256 their torrents would be the same. Tracker and seeders are in this JVM.
 */
@Timeout(120)
@Tag("slow")
class SameSha1IT {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);
    private static final int BYTES = 100_000;
    private static final int PIECE = 16 * 1024;

    @TempDir
    private Path folder;
    private final SwarmKey key = SwarmKey.random(new SecureRandom());
    private final SshPrivateKey signer = SshPrivateKey.generate(new SecureRandom());
    private final List<AutoCloseable> open = new ArrayList<>();
    private TrackerServer tracker;
    private Process agent;
    private long serial;
    private Path first;
    private Path second;
    private Metainfo firstTorrent;
    private Metainfo secondTorrent;

    @BeforeEach
    void startFleet() throws Exception {
        tracker = TrackerServer.start(TrackerServerOptions.builder().bindAddress(InetAddress.getLoopbackAddress()).port(0)
            .swarmKeys(List.of(key)).fleet("test", List.of(key)).build());
        open.add(tracker);
        first = source("first", Sha1Collision.first());
        second = source("second", Sha1Collision.second());
        firstTorrent = torrent(first, true);
        secondTorrent = torrent(second, true);
        Path membership = folder.resolve("membership");
        Files.write(membership, new Membership("test", List.of(key), List.of("fleet " + signer.publicKey()), null).toBytes());
        Files.setPosixFilePermissions(membership, PosixFilePermissions.fromString("rw-------"));
        Path releases = Files.createDirectories(folder.resolve("releases"));
        ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1", "-jar", System.getProperty("murder.jar"), "agent", "--fleet=test", "--name=host1",
            "--tracker=127.0.0.1:" + tracker.port(), "--ip=127.0.0.1", "--root=" + releases,
            "--temp=" + Files.createDirectories(folder.resolve("temp")), "--keys=" + membership);
        builder.environment().put(StateFolder.VARIABLE, folder.resolve("state").toString());
        agent = builder.redirectInput(Path.of("/dev/null").toFile()).redirectErrorStream(true)
            .redirectOutput(folder.resolve("out").toFile()).start();
    }

    @AfterEach
    void close() throws Exception {
        agent.destroyForcibly().waitFor();
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    /** A tree of one file. */
    private Path source(String name, byte[] beginning) throws IOException {
        Path source = Files.createDirectories(folder.resolve(name));
        Files.write(source.resolve("app"), Arrays.copyOf(beginning, BYTES));
        return source;
    }

    private static Metainfo torrent(Path source, boolean sha256) throws Exception {
        return TorrentCreator.create(source, TorrentCreator.Options.builder().name("v1").pieceLength(PIECE).sha256(sha256).build(),
            HashProgress.NONE);
    }

    private Torrent seed(Metainfo metainfo, Path source) throws Exception {
        Engine seeder = Engine.start(EngineOptions.builder().bindAddress(InetAddress.getLoopbackAddress()).build());
        open.add(seeder);
        return seeder.add(TorrentOptions.seed(metainfo, source).swarmKey(key)
            .trackers(List.of(List.of("http://127.0.0.1:" + tracker.port() + "/announce"))).build());
    }

    private static Content content(Metainfo metainfo) {
        return new Content(metainfo.infoHash(), metainfo.infoSha256(), metainfo.layout().length());
    }

    private Target target(String destination, Content content) {
        return new Target(folder.resolve("releases").resolve(destination).toString(), Layout.TAG, "", 0, false, false,
            List.of(new Release("v1", Archive.TREE, content, null, List.of())), List.of(new Activation(new Who.All(), "v1")));
    }

    private void order(Target... targets) throws Exception {
        serial = Order.serialAfter(serial, Instant.now());
        Order order = new Order("test", serial, Instant.now(), Instant.now().plusSeconds(3600), false, List.of(targets));
        tracker.fleet().publish(serial, SignedOrder.sign(order, signer).bytes());
    }

    /** What the agent says of this destination. */
    private AgentReport await(String destination, AgentState state) throws Exception {
        FleetBoard board = tracker.fleet();
        long endNs = System.nanoTime() + PATIENCE_NS;
        long version = 0;
        String last = "";
        while (System.nanoTime() - endNs < 0) {
            for (FleetAgent each : board.reportsSince(0)) {
                for (AgentReport line : AgentReport.parse(each.report())) {
                    if (line.target().endsWith("/" + destination)) {
                        last = line.state() + " " + line.reason();
                        if (line.state() == state) {
                            return line;
                        }
                    }
                }
            }
            version = board.await(version, Duration.ofSeconds(1));
        }
        throw new AssertionError(destination + " is not " + state + " but " + last + "; the agent printed "
            + Files.readString(folder.resolve("out")));
    }

    private void assertInstalled(String destination, Path source) {
        assertThat(folder.resolve("releases").resolve(destination).resolve("v1/app")).hasSameBinaryContentAs(source.resolve("app"));
    }

    @Test
    void bothAreInOneFleet() throws Exception {
        assertThat(torrent(first, false).rawInfo()).isEqualTo(torrent(second, false).rawInfo());
        assertThat(Files.mismatch(first.resolve("app"), second.resolve("app"))).isNotNegative();
        order(target("a", content(firstTorrent)), target("b", content(secondTorrent)));
        seed(firstTorrent, first);
        seed(secondTorrent, second);
        await("a", AgentState.ACTIVE);
        await("b", AgentState.ACTIVE);
        assertInstalled("a", first);
        assertInstalled("b", second);
        assertThat(key.nameOf(firstTorrent.infoSha256())).isNotEqualTo(key.nameOf(secondTorrent.infoSha256()));
    }

    /** A member serves the other release under the name of the one that the order wants. */
    @Test
    void otherReleaseIsNeverInstalled() throws Exception {
        order(target("a", content(firstTorrent)));
        Torrent liar = seed(firstTorrent, second);
        long endNs = System.nanoTime() + PATIENCE_NS;
        while (liar.statistics().uploadedBytes() < PIECE) {
            assertThat(System.nanoTime() - endNs).as("the agent asks: " + Files.readString(folder.resolve("out"))).isNegative();
        }
        seed(firstTorrent, first);
        await("a", AgentState.ACTIVE);
        assertInstalled("a", first);
    }

    /** As if somebody had found two torrents with the same info-hash. */
    @Test
    void infoHashAloneNamesNoRelease() throws Exception {
        Target known = target("a", content(firstTorrent));
        order(known);
        seed(firstTorrent, first);
        await("a", AgentState.ACTIVE);
        order(known, target("b", new Content(firstTorrent.infoHash(), InfoSha256.ofInfo(new byte[0]), firstTorrent.layout().length())));
        assertThat(await("b", AgentState.FAILED).reason()).contains("is in this engine already");
        assertThat(folder.resolve("releases/b/v1")).doesNotExist();
    }
}
