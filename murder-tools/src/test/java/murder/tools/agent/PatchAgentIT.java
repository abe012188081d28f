package murder.tools.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import murder.delta.Manifest;
import murder.order.Activation;
import murder.order.Archive;
import murder.order.Content;
import murder.order.Layout;
import murder.order.Maker;
import murder.order.Membership;
import murder.order.Order;
import murder.order.Patch;
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

/** Two real agents. One makes a release and a patch; the other one holds the release before. */
class PatchAgentIT {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);
    private static final int LARGE = 2_000_000;

    @TempDir
    private Path folder;
    private SshPrivateKey key;
    private int port;
    private Host maker;
    private Host holder;
    private long serial;

    @BeforeEach
    void makeFleet() throws Exception {
        folder = folder.toRealPath();
        key = SshPrivateKey.generate(new SecureRandom());
        Membership membership = new Membership("test", List.of(SwarmKey.random(new SecureRandom())),
            List.of("fleet " + key.publicKey()), null);
        Path file = Files.write(folder.resolve("membership"), membership.toBytes());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        byte[] bytes = new byte[LARGE];
        new Random(1).nextBytes(bytes);
        source("v1", bytes);
        bytes[LARGE / 2] ^= 1;
        Path second = source("v2", bytes);
        Files.writeString(second.resolve("bin/new"), "new");
        Files.createSymbolicLink(second.resolve("link"), Path.of("bin/../bin/run.sh"));
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        maker = new Host("host1", "--serve=" + port);
        holder = new Host("host2");
    }

    private Path source(String tag, byte[] bytes) throws IOException {
        Path source = Files.createDirectories(folder.resolve("source-" + tag));
        Files.write(source.resolve("large"), bytes);
        Path script = Files.writeString(Files.createDirectories(source.resolve("bin")).resolve("run.sh"), tag);
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-x---"));
        Path secret = Files.writeString(source.resolve(tag + ".key"), tag);
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("r--------"));
        Files.setPosixFilePermissions(Files.createDirectories(source.resolve("empty")), PosixFilePermissions.fromString("rwxrwxr-x"));
        Files.writeString(Files.createDirectories(source.resolve(".git")).resolve("config"), "left out");
        return source;
    }

    @AfterEach
    void kill() throws Exception {
        maker.kill();
        holder.kill();
    }

    /** An agent, and what it reports. */
    private final class Host {
        private final String name;
        private final List<String> more;
        private final Path releases;
        private final StringBuilder text = new StringBuilder();
        private Process agent;
        private SocketChannel channel;

        Host(String name, String... more) throws IOException {
            this.name = name;
            this.more = List.of(more);
            this.releases = Files.createDirectories(folder.resolve(name + "/srv"));
            Files.createDirectories(folder.resolve(name + "/temp"));
        }

        /** Where the order's destination is here. */
        Path place(String tag) {
            return releases.resolve("releases").resolve(tag);
        }

        void start() throws IOException {
            List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-jar", System.getProperty("murder.jar"), "agent", "--fleet=test", "--name=" + name,
                "--tracker=127.0.0.1:" + port, "--ip=127.0.0.1", "--root=" + releases, "--temp=" + folder.resolve(name + "/temp"),
                "--keys=" + folder.resolve("membership")));
            command.addAll(more);
            ProcessBuilder builder = new ProcessBuilder(command).directory(releases.toFile());
            builder.environment().put(StateFolder.VARIABLE, folder.resolve(name + "/state").toString());
            agent = builder.redirectInput(Path.of("/dev/null").toFile()).redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + "/out").toFile()).start();
        }

        Host attach() throws Exception {
            Path socket = AgentFolder.open(Map.of(StateFolder.VARIABLE, folder.resolve(name + "/state").toString()), "test").socket();
            long endNs = System.nanoTime() + PATIENCE_NS;
            text.setLength(0);
            while (true) {
                try {
                    channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
                    send(AttachLine.ATTACH);
                    return this;
                } catch (IOException e) {
                    assertThat(System.nanoTime()).as("the agent listens: " + Files.readString(folder.resolve(name + "/out")))
                        .isLessThan(endNs);
                    Thread.onSpinWait();
                }
            }
        }

        void send(String line) throws IOException {
            channel.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
        }

        AgentReport next(String tag) throws IOException {
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
                if (report != null && report.name().equals(name) && report.tag().equals(tag) && report.serial() >= serial) {
                    return report;
                }
            }
        }

        AgentReport await(String tag, AgentState state) throws IOException {
            while (true) {
                AgentReport report = next(tag);
                assertThat(report.state()).as(report.reason()).isNotEqualTo(AgentState.FAILED);
                if (report.state() == state) {
                    return report;
                }
            }
        }

        void kill() throws IOException, InterruptedException {
            if (channel != null) {
                channel.close();
            }
            if (agent != null) {
                agent.destroyForcibly().waitFor();
            }
        }
    }

    private Release release(String tag, Content content, Patch... patches) {
        Maker itsMaker = new Maker(List.of("host1"), folder.resolve("source-" + tag).toString(), false, false, 1, 0,
            tag.equals("v2") ? List.of("v1") : List.of());
        return new Release(tag, Archive.TGZ, content, itsMaker, List.of(patches));
    }

    private void order(String active, Release... wanted) throws Exception {
        serial = Order.serialAfter(serial, Instant.now());
        List<Activation> activations = active.isEmpty() ? List.of() : List.of(new Activation(new Who.All(), active));
        Target target = new Target("/~/releases", Layout.TAG, "", 0, false, false, List.of(wanted), activations);
        Order order = new Order("test", serial, Instant.now(), Instant.now().plusSeconds(3600), false, List.of(target));
        maker.send(AttachLine.order(SignedOrder.sign(order, key).bytes()) + "\n");
    }

    /** Both hosts hold v1. @return its content */
    private Content deployFirst() throws Exception {
        maker.start();
        maker.attach();
        holder.start();
        holder.attach();
        order("", release("v1", null));
        Content content = maker.await("v1", AgentState.MADE).content();
        order("v1", release("v1", content));
        maker.await("v1", AgentState.ACTIVE);
        holder.await("v1", AgentState.ACTIVE);
        return content;
    }

    /** Both the release and the patch to it. */
    private AgentReport makeSecond(Content first) throws Exception {
        order("v1", release("v1", first), release("v2", null));
        AgentReport made = maker.next("v2");
        while (made.patch() == null) {
            assertThat(made.state()).as(made.reason()).isNotEqualTo(AgentState.FAILED);
            made = maker.next("v2");
        }
        return made;
    }

    private void assertSameRelease(String tag) throws Exception {
        assertThat(Manifest.of(holder.place(tag))).isEqualTo(Manifest.of(maker.place(tag)));
        assertThat(Files.getLastModifiedTime(holder.place(tag).resolve("large")).toMillis() % 1000).isZero();
        assertThat(holder.place(tag).resolve(".git")).doesNotExist();
    }

    @Test
    void holderOfBaseTakesPatch() throws Exception {
        Content first = deployFirst();
        AgentReport made = makeSecond(first);
        assertThat(made.patch().content().length()).isLessThan(made.content().length() / 100);
        order("v2", release("v1", first), release("v2", made.content(), made.patch()));
        assertThat(holder.await("v2", AgentState.ACTIVE).isPatched()).isTrue();
        assertThat(maker.await("v2", AgentState.ACTIVE).isPatched()).isFalse();
        assertSameRelease("v2");
    }

    @Test
    void flippedBitInBaseFetchesPayload() throws Exception {
        Content first = deployFirst();
        Path large = holder.place("v1").resolve("large");
        byte[] bytes = Files.readAllBytes(large);
        bytes[7] ^= 1;
        Files.write(large, bytes);
        AgentReport made = makeSecond(first);
        order("v2", release("v1", first), release("v2", made.content(), made.patch()));
        assertThat(holder.await("v2", AgentState.ACTIVE).isPatched()).isFalse();
        maker.await("v2", AgentState.ACTIVE);
        assertSameRelease("v2");
    }

    /** It was looked at when the order came, and changes then. */
    @Test
    void changedBaseFetchesPayload() throws Exception {
        Content first = deployFirst();
        AgentReport made = makeSecond(first);
        Files.write(holder.place("v1").resolve("large"), new byte[LARGE]);
        order("v2", release("v1", first), release("v2", made.content(), made.patch()));
        assertThat(holder.await("v2", AgentState.ACTIVE).isPatched()).isFalse();
        maker.await("v2", AgentState.ACTIVE);
        assertSameRelease("v2");
    }

    /** The seed draws the moments. */
    private void survivesKills(long seed, int kills) throws Exception {
        Random random = new Random(seed);
        Content first = deployFirst();
        AgentReport made = makeSecond(first);
        order("v2", release("v1", first), release("v2", made.content(), made.patch()));
        maker.await("v2", AgentState.ACTIVE);
        for (int i = 0; i < kills; i++) {
            holder.agent.waitFor(random.nextInt(1200), TimeUnit.MILLISECONDS);
            holder.kill();
            assertThat(Manifest.of(holder.place("v1"))).as("seed %d, kill %d", seed, i).isEqualTo(Manifest.of(maker.place("v1")));
            if (Files.exists(holder.place("v2"))) {
                assertThat(Manifest.of(holder.place("v2"))).as("seed %d, kill %d", seed, i)
                    .isEqualTo(Manifest.of(maker.place("v2")));
            }
            holder.start();
        }
        holder.attach();
        holder.await("v2", AgentState.ACTIVE);
        assertSameRelease("v2");
        try (var names = Files.list(holder.place("v2").getParent())) {
            assertThat(names).extracting(path -> path.getFileName().toString()).containsExactlyInAnyOrder("v1", "v2");
        }
    }

    @Test
    @Tag("slow")
    void survivesKillsAtAnyMoment() throws Exception {
        survivesKills(1, 20);
    }
}
