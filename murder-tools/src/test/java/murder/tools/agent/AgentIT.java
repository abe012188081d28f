package murder.tools.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import murder.order.Activation;
import murder.order.Archive;
import murder.order.Content;
import murder.order.Layout;
import murder.order.Maker;
import murder.order.Membership;
import murder.order.Order;
import murder.order.Release;
import murder.order.SignedOrder;
import murder.order.Target;
import murder.order.Who;
import murder.tools.cli.HostReport;
import murder.tools.cli.StateFolder;
import murder.trust.SshPrivateKey;
import murder.trust.SwarmKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real agent that packs a release and holds it on the same host, led over its socket. */
class AgentIT {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);
    private static final int FILES = 20;
    private static final int FILE_BYTES = 50_000;

    @TempDir
    private Path folder;
    private Path releases;
    private SshPrivateKey key;
    private Process agent;
    private SocketChannel channel;
    private final StringBuilder text = new StringBuilder();
    private long serial;

    @BeforeEach
    void makeFleet() throws IOException {
        folder = folder.toRealPath();
        releases = Files.createDirectories(folder.resolve("releases"));
        Files.createDirectories(folder.resolve("temp"));
        key = SshPrivateKey.generate(new SecureRandom());
        Membership membership = new Membership("test", List.of(SwarmKey.random(new SecureRandom())),
            List.of("fleet " + key.publicKey()), null);
        Path file = folder.resolve("membership");
        Files.write(file, membership.toBytes());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        for (String tag : List.of("v1", "v2")) {
            Path source = Files.createDirectories(folder.resolve("source-" + tag));
            Random random = new Random(tag.hashCode());
            for (int i = 0; i < FILES; i++) {
                byte[] bytes = new byte[FILE_BYTES];
                random.nextBytes(bytes);
                Files.write(source.resolve("file" + i), bytes);
            }
        }
    }

    @AfterEach
    void kill() throws IOException, InterruptedException {
        if (channel != null) {
            channel.close();
        }
        if (agent != null) {
            agent.destroyForcibly().waitFor();
        }
    }

    private void start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1", "-jar", System.getProperty("murder.jar"), "agent", "--fleet=test", "--name=host1",
            "--tracker=127.0.0.1:9", "--ip=127.0.0.1", "--root=" + releases, "--temp=" + folder.resolve("temp"),
            "--keys=" + folder.resolve("membership"));
        builder.environment().put(StateFolder.VARIABLE, folder.resolve("state").toString());
        agent = builder.redirectInput(Path.of("/dev/null").toFile()).redirectErrorStream(true)
            .redirectOutput(folder.resolve("out").toFile()).start();
    }

    private void attach() throws Exception {
        Path socket = AgentFolder.open(Map.of(StateFolder.VARIABLE, folder.resolve("state").toString()), "test").socket();
        long endNs = System.nanoTime() + PATIENCE_NS;
        text.setLength(0);
        while (true) {
            try {
                channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
                send(AttachLine.ATTACH);
                return;
            } catch (IOException e) {
                assertThat(System.nanoTime()).as("the agent listens: " + Files.readString(folder.resolve("out"))).isLessThan(endNs);
                Thread.onSpinWait();
            }
        }
    }

    private void send(String line) throws IOException {
        channel.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
    }

    /** The first report from now on in which the release has the state. */
    private AgentReport await(String tag, AgentState state) throws IOException {
        while (true) {
            int end = text.indexOf("\n");
            if (end < 0) {
                ByteBuffer buffer = ByteBuffer.allocate(1 << 15);
                assertThat(channel.read(buffer)).as("the agent goes on").isPositive();
                text.append(new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8));
                continue;
            }
            AgentReport report = AgentReport.of(HostReport.read(text.substring(0, end)));
            text.delete(0, end + 1);
            if (report != null && report.tag().equals(tag) && report.serial() >= serial) {
                assertThat(report.reason()).isEmpty();
                if (report.state() == state) {
                    return report;
                }
            }
        }
    }

    private Release release(String tag, Content content) {
        Maker maker = new Maker(List.of("host1"), folder.resolve("source-" + tag).toString(), false, false, 1, 0, List.of());
        return new Release(tag, Archive.TAR, content, maker, List.of());
    }

    private void order(String active, Release... wanted) throws IOException, InterruptedException {
        serial = Order.serialAfter(serial, Instant.now());
        List<Activation> activations = active.isEmpty() ? List.of() : List.of(new Activation(new Who.All(), active));
        Target target = new Target(releases.toString(), Layout.TAG, releases.resolve("current").toString(), 0, false, false,
            List.of(wanted), activations);
        Order order = new Order("test", serial, Instant.now(), Instant.now().plusSeconds(3600), false, List.of(target));
        send(AttachLine.order(SignedOrder.sign(order, key).bytes()) + "\n");
    }

    private void checkRelease(String tag) throws IOException {
        for (int i = 0; i < FILES; i++) {
            assertThat(releases.resolve(tag).resolve("file" + i)).hasSameBinaryContentAs(folder.resolve("source-" + tag)
                .resolve("file" + i));
        }
    }

    @Test
    void stagesActivatesAndRollsBack() throws Exception {
        start();
        attach();
        order("", release("v1", null));
        Content first = await("v1", AgentState.MADE).content();
        order("", release("v1", first));
        await("v1", AgentState.STAGED);
        assertThat(releases.resolve("v1")).doesNotExist();
        order("v1", release("v1", first));
        await("v1", AgentState.ACTIVE);
        checkRelease("v1");
        order("v1", release("v1", first), release("v2", null));
        Content second = await("v2", AgentState.MADE).content();
        order("v2", release("v1", first), release("v2", second));
        await("v2", AgentState.ACTIVE);
        checkRelease("v2");
        assertThat(Files.readSymbolicLink(releases.resolve("current"))).hasToString("v2");
        order("v1", release("v1", first), release("v2", second));
        await("v1", AgentState.ACTIVE);
        assertThat(Files.readSymbolicLink(releases.resolve("current"))).hasToString("v1");
        checkRelease("v2");
    }

    /** The seed draws the moments. */
    private void survivesKills(long seed, int kills) throws Exception {
        Random random = new Random(seed);
        start();
        attach();
        order("", release("v1", null));
        Content content = await("v1", AgentState.MADE).content();
        order("v1", release("v1", content));
        for (int i = 0; i < kills; i++) {
            agent.waitFor(random.nextInt(600), TimeUnit.MILLISECONDS);
            kill();
            if (Files.exists(releases.resolve("v1"))) {
                checkRelease("v1");
            }
            start();
        }
        attach();
        order("v1", release("v1", content));
        await("v1", AgentState.ACTIVE);
        checkRelease("v1");
        assertThat(Files.readSymbolicLink(releases.resolve("current"))).hasToString("v1");
    }

    @Test
    void survivesKillsAtAnyMoment() throws Exception {
        survivesKills(1, 3);
    }

    @Test
    @Tag("slow")
    void survivesManyKills() throws Exception {
        for (long seed = 2; seed < 12; seed++) {
            kill();
            survivesKills(seed, 10);
        }
    }
}
