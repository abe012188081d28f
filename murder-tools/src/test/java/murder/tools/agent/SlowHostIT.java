package murder.tools.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import murder.engine.Engine;
import murder.engine.EngineOptions;
import murder.engine.SlowCause;
import murder.engine.TorrentOptions;
import murder.fuzz.PrometheusText;
import murder.metainfo.HashProgress;
import murder.metainfo.Metainfo;
import murder.metainfo.TorrentCreator;
import murder.order.Archive;
import murder.order.Content;
import murder.order.Layout;
import murder.order.Membership;
import murder.order.Order;
import murder.order.Release;
import murder.order.SignedOrder;
import murder.order.Target;
import murder.tools.cli.StateFolder;
import murder.tracker.FleetAgent;
import murder.tracker.http.FleetBoard;
import murder.tracker.http.TrackerServer;
import murder.tracker.http.TrackerServerOptions;
import murder.trust.SshPrivateKey;
import murder.trust.SwarmKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The process of an agent whose host is slow for a real reason: what the tracker hears of it, and
 * shows. Tracker and seeder are in this JVM. Links and disks need Linux and root.
 */
@Tag("e2e")
@Timeout(180)
class SlowHostIT {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(90);
    private static final int PAYLOAD = 64 << 20;
    private static final String OUTSIDE = "10.98.77.1";
    private static final String INSIDE = "10.98.77.2";

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;
    private final SwarmKey key = SwarmKey.random(new SecureRandom());
    private final List<AutoCloseable> open = new ArrayList<>();
    private TrackerServer tracker;
    private String contact;
    private Process agent;

    @AfterEach
    void close() throws Exception {
        if (agent != null) {
            agent.destroyForcibly().waitFor();
        }
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    private static void run(String script) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sh", "-ec", script).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", script, said).isZero();
    }

    private static String output(String script) throws IOException {
        return new String(new ProcessBuilder("sh", "-ec", script).start().getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    /**
     * The tracker with an order to fetch a release, and a seeder of it.
     *
     * @param seeds false if nobody has it
     * @return the seeder
     */
    private void serve(String address, boolean seeds) throws Exception {
        tracker = TrackerServer.start(TrackerServerOptions.builder().port(0).swarmKeys(List.of(key)).fleet("test", List.of(key)).build());
        open.add(tracker);
        contact = address + ":" + tracker.port();
        byte[] bytes = new byte[PAYLOAD];
        new Random(1).nextBytes(bytes);
        Path payload = Files.write(folder.resolve("payload"), bytes);
        Metainfo metainfo = TorrentCreator.create(payload, TorrentCreator.Options.builder().build(), HashProgress.NONE);
        if (seeds) {
            Engine seeder = Engine.start(EngineOptions.builder().bindAddress(InetAddress.getByName(address)).build());
            open.add(seeder);
            List<List<String>> trackers = List.of(List.of("http://" + contact + "/announce"));
            seeder.add(TorrentOptions.seed(metainfo, payload).trackers(trackers).swarmKey(key).build()).completion()
                .get(30, TimeUnit.SECONDS);
        }
        SshPrivateKey signer = SshPrivateKey.generate(new SecureRandom());
        Path membership = folder.resolve("membership");
        Files.write(membership, new Membership("test", List.of(key), List.of("fleet " + signer.publicKey()), null).toBytes());
        Files.setPosixFilePermissions(membership, PosixFilePermissions.fromString("rw-------"));
        Content content = new Content(metainfo.infoHash(), metainfo.infoSha256(), PAYLOAD);
        Target target = new Target(folder.resolve("releases").toString(), Layout.TAG, "", 0, false, false,
            List.of(new Release("v1", Archive.TAR, content, null, List.of())), List.of());
        long serial = Order.serialAfter(0, Instant.now());
        Order order = new Order("test", serial, Instant.now(), Instant.now().plusSeconds(3600), false, List.of(target));
        tracker.fleet().publish(serial, SignedOrder.sign(order, signer).bytes());
    }

    private List<String> command(String ip, Path temp, String... more) throws IOException {
        Files.createDirectories(folder.resolve("releases"));
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar", System.getProperty("murder.jar"), "agent", "--fleet=test",
            "--name=host1", "--tracker=" + contact, "--ip=" + ip,
            "--root=" + folder.resolve("releases"), "--temp=" + temp, "--keys=" + folder.resolve("membership")));
        command.addAll(List.of(more));
        return command;
    }

    private void start(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put(StateFolder.VARIABLE, folder.resolve("state").toString());
        agent = builder.redirectInput(Path.of("/dev/null").toFile()).redirectErrorStream(true)
            .redirectOutput(folder.resolve("out").toFile()).start();
    }

    /** The last words of the agent while it fetches, until the cause is named. */
    private void awaitCause(SlowCause wanted) throws Exception {
        FleetBoard board = tracker.fleet();
        long endNs = System.nanoTime() + PATIENCE_NS;
        long version = 0;
        List<String> named = new ArrayList<>();
        while (System.nanoTime() - endNs < 0) {
            version = board.await(version, Duration.ofSeconds(1));
            for (FleetAgent each : board.reportsSince(0)) {
                for (AgentReport line : AgentReport.parse(each.report())) {
                    named.add(line.state() + " " + line.percent() + " % " + line.bytesPerSecond() + " " + line.slow() + " "
                        + line.reason());
                    if (line.slow() == wanted) {
                        assertThat(live()).contains("\"causes\":{\"" + wanted.text() + "\":1}", "\"" + wanted.text() + "\"]");
                        System.out.println("said until " + wanted + ": " + named);
                        return;
                    }
                }
            }
        }
        throw new AssertionError("the agent never said " + wanted + ", but " + named + "; it printed "
            + Files.readString(folder.resolve("out")));
    }

    /** What the page shows. */
    private String live() throws Exception {
        return get("http://127.0.0.1:" + tracker.port() + "/live");
    }

    private static String get(String url) throws Exception {
        HttpResponse<String> response = HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(url)).build(),
            HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(url).isEqualTo(200);
        return response.body();
    }

    @Test
    void slowLinkIsFull() throws Exception {
        String space = "murder-slow-" + ProcessHandle.current().pid();
        String port = "ms" + ProcessHandle.current().pid();
        open.add(() -> run("ip netns delete " + space));
        run("ip netns add " + space
            + " && ip link add " + port + " type veth peer name eth0 netns " + space
            + " && ip address add " + OUTSIDE + "/24 dev " + port + " && ip link set " + port + " up"
            + " && ip -n " + space + " address add " + INSIDE + "/24 dev eth0 && ip -n " + space + " link set eth0 up"
            + " && ip -n " + space + " link set lo up"
            + " && tc qdisc add dev " + port + " root tbf rate 8mbit burst 32kb latency 100ms"
            + " && tc -n " + space + " qdisc add dev eth0 root tbf rate 8mbit burst 32kb latency 100ms");
        serve(OUTSIDE, true);
        List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", space));
        command.addAll(command(INSIDE, Files.createDirectories(folder.resolve("temp"))));
        start(command);
        awaitCause(SlowCause.LINK_FULL);
    }

    @Test
    void slowDiskIsSlow() throws Exception {
        Path mount = Files.createDirectories(folder.resolve("disk"));
        Path image = folder.resolve("image");
        run("truncate -s 200M " + image + " && mkfs.ext4 -q " + image + " && mount -o loop,sync " + image + " " + mount);
        open.add(() -> run("umount " + mount));
        String loop = output("losetup -j " + image + " | cut -d: -f1");
        Cgroup group = Cgroup.make("blkio");
        open.add(group);
        group.limitWrites(Files.readString(Path.of("/sys/block").resolve(Path.of(loop).getFileName()).resolve("dev")).strip(), 1_500_000);
        serve("127.0.0.1", true);
        start(group.enter(command("127.0.0.2", Files.createDirectories(mount.resolve("temp")))));
        awaitCause(SlowCause.DISK_SLOW);
    }

    @Test
    void loneHostIsSilentWhenStopped() throws Exception {
        serve("127.0.0.1", false);
        start(command("127.0.0.2", Files.createDirectories(folder.resolve("temp")), "--metrics=0"));
        await("\"causes\":{\"few sources\":1}");
        Map<String, Double> figures = PrometheusText.parse(get(metricsUrl()));
        assertThat(figures).containsEntry("murder_agent_releases{state=\"fetching\"}", 1.0).containsEntry("murder_agent_torrents", 1.0)
            .containsEntry("murder_agent_fetches{cause=\"few_sources\"}", 1.0).containsKey("murder_agent_received_bytes_total");
        run("kill -STOP " + agent.pid());
        await("\"causes\":{\"silent\":1}");
        assertThat(live()).contains("\"fetching\"").contains("\"silent\"]");
        run("kill -CONT " + agent.pid());
        await("\"causes\":{\"few sources\":1}");
    }

    private void await(String text) throws Exception {
        long endNs = System.nanoTime() + PATIENCE_NS;
        while (!live().contains(text)) {
            assertThat(System.nanoTime() - endNs).as("%s, but %s", text, live()).isNegative();
            tracker.fleet().await(tracker.fleet().version(), Duration.ofMillis(500));
        }
    }

    /** The agent's log names it. */
    private String metricsUrl() throws IOException {
        return output("grep -rhao 'http://127.0.0.1:[0-9]*/metrics' " + folder.resolve("state") + " | head -n 1");
    }
}
