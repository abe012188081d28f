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
import java.util.ArrayList;
import java.util.Arrays;
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

/**
 * A real agent in a process of its own that packs releases and holds them on the same host, led
 * over its socket.
 */
final class LedAgent {
    static final int FILES = 20;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);
    private static final int FILE_BYTES = 50_000;

    final Path folder;
    final Path releases;
    private final SshPrivateKey key = SshPrivateKey.generate(new SecureRandom());
    private final StringBuilder text = new StringBuilder();
    /** How the destination of the next orders is. */
    Layout layout = Layout.TAG;
    Archive archive = Archive.TAR;
    Path destination;
    boolean replace;
    boolean keepLinks;
    boolean isFile;
    boolean ended;
    private Process agent;
    private SocketChannel channel;
    private long serial;

    /** @param folder for all that it has */
    LedAgent(Path folder) throws IOException {
        this.folder = folder.toRealPath();
        this.releases = Files.createDirectories(this.folder.resolve("releases"));
        this.destination = releases;
        Files.createDirectories(this.folder.resolve("temp"));
        newMembership();
    }

    /** The fleet has a new secret; its signer stays. */
    void newMembership() throws IOException {
        Membership membership = new Membership("test", List.of(SwarmKey.random(new SecureRandom())),
            List.of("fleet " + key.publicKey()), null);
        Path file = folder.resolve("membership");
        Files.write(file, membership.toBytes());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    /** Files that the name of the release tells from those of another. */
    Path source(String tag) throws IOException {
        Path source = Files.createDirectories(folder.resolve("source-" + tag));
        Random random = new Random(tag.hashCode());
        for (int i = 0; i < FILES; i++) {
            byte[] bytes = new byte[FILE_BYTES];
            random.nextBytes(bytes);
            Files.write(source.resolve("file" + i), bytes);
        }
        return source;
    }

    // ---- its life ----

    /** Starts one more. */
    Process launch(String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1", "-jar", System.getProperty("murder.jar"), "agent", "--fleet=test", "--name=host1",
            "--tracker=127.0.0.1:9", "--ip=127.0.0.1", "--root=" + releases, "--temp=" + folder.resolve("temp"),
            "--keys=" + folder.resolve("membership")));
        command.addAll(Arrays.asList(options));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put(StateFolder.VARIABLE, folder.resolve("state").toString());
        return builder.redirectInput(Path.of("/dev/null").toFile()).redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("out").toFile())).start();
    }

    void start(String... options) throws IOException {
        agent = launch(options);
    }

    Process process() {
        return agent;
    }

    /** The output of all agents. */
    String out() throws IOException {
        return Files.readString(folder.resolve("out"));
    }

    void kill() throws IOException, InterruptedException {
        if (channel != null) {
            channel.close();
        }
        if (agent != null) {
            agent.destroyForcibly().waitFor();
        }
    }

    // ---- orders and reports ----

    void attach() throws Exception {
        Path socket = AgentFolder.open(Map.of(StateFolder.VARIABLE, folder.resolve("state").toString()), "test").socket();
        long endNs = System.nanoTime() + PATIENCE_NS;
        text.setLength(0);
        while (true) {
            try {
                channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
                send(AttachLine.ATTACH);
                return;
            } catch (IOException e) {
                assertThat(System.nanoTime()).as("the agent listens: " + out()).isLessThan(endNs);
                Thread.onSpinWait();
            }
        }
    }

    /** An agent for one deploy stays while somebody is attached. */
    void detach() throws IOException {
        channel.close();
    }

    private void send(String line) throws IOException {
        channel.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * The first report from now on in which the release has the state. It fails only if that is
     * awaited.
     */
    AgentReport await(String tag, AgentState state) throws IOException {
        while (true) {
            AgentReport report = AgentReport.of(nextLine());
            if (report != null && report.tag().equals(tag) && report.serial() >= serial) {
                assertThat(state == AgentState.FAILED ? "" : report.reason()).isEmpty();
                if (report.state() == state) {
                    return report;
                }
            }
        }
    }

    private HostReport nextLine() throws IOException {
        while (text.indexOf("\n") < 0) {
            ByteBuffer buffer = ByteBuffer.allocate(1 << 15);
            assertThat(channel.read(buffer)).as("the agent goes on").isPositive();
            text.append(new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8));
        }
        int end = text.indexOf("\n");
        HostReport line = HostReport.read(text.substring(0, end));
        text.delete(0, end + 1);
        return line;
    }

    Release release(String tag, Content content) {
        Path source = folder.resolve("source-" + tag);
        Maker maker = new Maker(List.of("host1"), source.toString(), isFile, keepLinks, 1, 0, List.of());
        return new Release(tag, archive, content, maker, List.of());
    }

    /** @return the signed order */
    byte[] order(String active, Release... wanted) throws IOException, InterruptedException {
        serial = Order.serialAfter(serial, Instant.now());
        List<Activation> activations = active.isEmpty() ? List.of() : List.of(new Activation(new Who.All(), active));
        String link = layout == Layout.TAG ? releases.resolve("current").toString() : "";
        Target target = new Target(destination.toString(), layout, link, 0, replace, keepLinks, List.of(wanted), activations);
        Order order = new Order("test", serial, Instant.now(), Instant.now().plusSeconds(3600), ended, List.of(target));
        byte[] signed = SignedOrder.sign(order, key).bytes();
        send(AttachLine.order(signed) + "\n");
        return signed;
    }

    /** Sends an order that was sent before, and returns why the agent refuses it. */
    String refusal(byte[] signed) throws IOException {
        send(AttachLine.order(signed) + "\n");
        while (true) {
            HostReport report = nextLine();
            if (report != null && report.type() == HostReport.Type.CHECK) {
                return report.text(HostReport.Member.DETAIL);
            }
        }
    }

    /** Has it made, and returns its content. */
    Content make(String tag, Release... others) throws IOException, InterruptedException {
        List<Release> all = new ArrayList<>(Arrays.asList(others));
        all.add(release(tag, null));
        order(others.length == 0 ? "" : others[0].tag(), all.toArray(Release[]::new));
        return await(tag, AgentState.MADE).content();
    }

    void checkRelease(Path place, String tag) throws IOException {
        for (int i = 0; i < FILES; i++) {
            assertThat(place.resolve("file" + i)).hasSameBinaryContentAs(folder.resolve("source-" + tag).resolve("file" + i));
        }
    }

    void checkRelease(String tag) throws IOException {
        checkRelease(releases.resolve(tag), tag);
    }
}
