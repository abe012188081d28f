package murder.tools.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import murder.delta.Manifest;
import murder.fuzz.CommitSeed;
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
import murder.tools.FreePort;
import murder.tools.cli.HostReport;
import murder.tools.cli.StateFolder;
import murder.trust.SshPrivateKey;
import murder.trust.SwarmKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two real agents. One makes a release and a patch; the other one holds the release before. */
@Tag("slow")
@Timeout(300)
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
        port = FreePort.next();
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

        /** The release to which the link leads; empty for none. */
        String active() throws IOException {
            Path link = releases.resolve("current");
            return Files.isSymbolicLink(link) ? Files.readSymbolicLink(link).getFileName().toString() : "";
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

        void awaitLog(String line) throws IOException {
            long endNs = System.nanoTime() + PATIENCE_NS;
            String log = "";
            while (!log.contains(line)) {
                assertThat(System.nanoTime()).as("'%s' comes: %s", line, log).isLessThan(endNs);
                try (DirectoryStream<Path> logs = Files.newDirectoryStream(folder.resolve(name + "/state"), "*" + StateFolder.LOG_SUFFIX)) {
                    for (Path each : logs) {
                        log = Files.readString(each);
                    }
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
            tag.equals("v1") ? List.of() : List.of("v" + (Integer.parseInt(tag.substring(1)) - 1)));
        return new Release(tag, Archive.TGZ, content, itsMaker, List.of(patches));
    }

    private void order(String active, Release... wanted) throws Exception {
        serial = Order.serialAfter(serial, Instant.now());
        List<Activation> activations = active.isEmpty() ? List.of() : List.of(new Activation(new Who.All(), active));
        Target target = new Target("/~/releases", Layout.TAG, "/~/current", 0, false, false, List.of(wanted), activations);
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
        return make(release("v1", first), "v2");
    }

    private AgentReport make(Release active, String tag) throws Exception {
        order(active.tag(), active, release(tag, null));
        AgentReport made = maker.next(tag);
        while (made.patch() == null) {
            assertThat(made.state()).as(made.reason()).isNotEqualTo(AgentState.FAILED);
            made = maker.next(tag);
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

    /** No other host has such a base, so none could use the patch. */
    @Test
    void changedBaseOfMakerMakesNoPatch() throws Exception {
        Content first = deployFirst();
        Files.writeString(maker.place("v1").resolve("log"), "started");
        order("v1", release("v1", first), release("v2", null));
        AgentReport made = maker.await("v2", AgentState.MADE);
        order("v2", release("v1", first), release("v2", made.content()));
        assertThat(holder.await("v2", AgentState.ACTIVE).isPatched()).isFalse();
        assertSameRelease("v2");
        maker.awaitLog("v1 was changed since it was put there");
    }

    /** What murder stages beside a release's files is not part of it. */
    @Test
    void ignoresLeftoversInBase() throws Exception {
        Content first = deployFirst();
        Files.writeString(holder.place("v1").resolve(".murder-left"), "");
        AgentReport made = makeSecond(first);
        order("v2", release("v1", first), release("v2", made.content(), made.patch()));
        assertThat(holder.await("v2", AgentState.ACTIVE).isPatched()).isTrue();
        maker.await("v2", AgentState.ACTIVE);
        assertSameRelease("v2");
    }

    private boolean hasCopied(String tag, String file) throws IOException {
        try (DirectoryStream<Path> parts = Files.newDirectoryStream(holder.place(tag).getParent(), ".murder-part-*")) {
            for (Path part : parts) {
                if (Files.exists(part.resolve(file))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The patch takes three seconds: six megabytes of it are new. First the agent is killed, then it continues. */
    @Test
    void copiesUnchangedFilesWhilePatchComes() throws Exception {
        byte[] kept = new byte[3 * LARGE];
        new Random(2).nextBytes(kept);
        Files.write(folder.resolve("source-v1/kept"), kept);
        Files.write(folder.resolve("source-v2/kept"), kept);
        byte[] fresh = new byte[3 * LARGE];
        new Random(3).nextBytes(fresh);
        Files.write(folder.resolve("source-v2/fresh"), fresh);
        holder = new Host("host2", "--download-limit=2M");
        Content first = deployFirst();
        AgentReport made = makeSecond(first);
        order("v2", release("v1", first), release("v2", made.content(), made.patch()));
        for (int kills = 0; kills < 2; kills++) {
            while (!hasCopied("v2", "kept")) {
                assertThat(holder.next("v2").state()).isIn(AgentState.WAITING, AgentState.FETCHING, AgentState.JOINED);
            }
            if (kills == 0) {
                holder.kill();
                assertThat(Manifest.of(holder.place("v1"))).isEqualTo(Manifest.of(maker.place("v1")));
                holder.start();
                holder.attach();
            }
        }
        assertThat(holder.await("v2", AgentState.ACTIVE).isPatched()).isTrue();
        maker.await("v2", AgentState.ACTIVE);
        assertSameRelease("v2");
    }

    /** How far a host is with a release; a kill comes at one of these. */
    private enum Moment { ORDERED, GROWING, STAGED, PLACED, LINKED }

    private Moment moment(String tag) throws IOException {
        if (holder.active().equals(tag)) {
            return Moment.LINKED;
        } else if (Files.exists(holder.place(tag))) {
            return Moment.PLACED;
        }
        Moment latest = Moment.ORDERED;
        try (DirectoryStream<Path> hidden = Files.newDirectoryStream(holder.place(tag).getParent(), ".murder-*")) {
            for (Path path : hidden) {
                Moment moment = path.getFileName().toString().startsWith(".murder-staged-") ? Moment.STAGED : Moment.GROWING;
                latest = moment.compareTo(latest) > 0 ? moment : latest;
            }
        }
        return latest;
    }

    /** Kills the agent at this moment or a little later. @return the moment that came */
    private Moment kill(Moment moment, String tag, Random random) throws IOException, InterruptedException {
        int extraMs = random.nextInt(moment == Moment.ORDERED ? 1200 : 10);
        long endNs = System.nanoTime() + PATIENCE_NS;
        while (moment(tag).compareTo(moment) < 0) {
            assertThat(System.nanoTime()).as("%s comes: %s", moment, Files.readString(folder.resolve("host2/out"))).isLessThan(endNs);
            Thread.onSpinWait();
        }
        if (extraMs > 4) {
            holder.agent.waitFor(extraMs, TimeUnit.MILLISECONDS);
        }
        holder.kill();
        return moment(tag);
    }

    /**
     * Kills of a host that takes patch after patch: while a release grows, before and after each
     * rename, and after the link has moved. By hand with more of them: {@code -Dmurder.kills=100};
     * {@code -Dmurder.seed.base} draws the same moments again.
     */
    @Test
    @Timeout(3600)
    void survivesKillsAtAnyMoment() throws Exception {
        long seed = CommitSeed.base();
        Random random = new Random(seed);
        Map<Moment, Integer> came = new EnumMap<>(Moment.class);
        Release before = release("v1", deployFirst());
        int kills = Integer.getInteger("murder.kills", 20);
        for (int i = 0, number = 2; i < kills; number++) {
            String tag = "v" + number;
            byte[] bytes = Files.readAllBytes(folder.resolve("source-" + before.tag()).resolve("large"));
            bytes[random.nextInt(LARGE)] ^= 1;
            source(tag, bytes);
            AgentReport made = make(before, tag);
            Release next = release(tag, made.content(), made.patch());
            order(tag, before, next);
            maker.await(tag, AgentState.ACTIVE);
            for (int more = random.nextInt(3); more >= 0; more--) {
                // Every moment, and then drawn ones.
                Moment moment = Moment.values()[i < 5 ? i : random.nextInt(5)];
                String what = "kill " + i++ + ", " + tag + " is " + moment + ", -Dmurder.seed.base=" + seed;
                came.merge(kill(moment, tag, random), 1, Integer::sum);
                assertThat(holder.active()).as(what).isIn(before.tag(), tag);
                assertThat(Manifest.of(holder.place(before.tag()))).as(what).isEqualTo(Manifest.of(maker.place(before.tag())));
                if (Files.exists(holder.place(tag))) {
                    assertThat(Manifest.of(holder.place(tag))).as(what).isEqualTo(Manifest.of(maker.place(tag)));
                } else {
                    assertThat(holder.active()).as(what).isEqualTo(before.tag());
                }
                holder.start();
            }
            holder.attach();
            holder.await(tag, AgentState.ACTIVE);
            assertThat(holder.active()).isEqualTo(tag);
            assertSameRelease(tag);
            try (var names = Files.list(holder.place(tag).getParent())) {
                assertThat(names).noneMatch(path -> path.getFileName().toString().startsWith(".murder"));
            }
            before = next;
        }
        System.out.println("PatchAgentIT: kills at " + came + ", -Dmurder.seed.base=" + seed);
        assertThat(came).containsKey(Moment.LINKED);
    }
}
