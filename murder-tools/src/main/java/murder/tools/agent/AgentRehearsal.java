package murder.tools.agent;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import murder.order.Activation;
import murder.order.Archive;
import murder.order.Layout;
import murder.order.Maker;
import murder.order.Membership;
import murder.order.Order;
import murder.order.Release;
import murder.order.SignedOrder;
import murder.order.Target;
import murder.order.Who;
import murder.tools.cli.Arguments;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.OwnFolder;
import murder.tools.cli.StateFolder;
import murder.tools.cli.UsageException;
import murder.trust.SshPrivateKey;
import murder.trust.SwarmKey;

/**
 * Two deploys to two agents, all in this process, for the archive of classes. One agent packs,
 * seeds and serves as the tracker, too; the other one starts first and does not find the tracker.
 * For the second deploy the agents start again, and the release comes as a patch. It takes some
 * seconds.
 *
 * <p>Each agent has a destination of its own, since they share a disk. So an order has two targets,
 * and each agent reports that it may not write to the other one.
 */
public final class AgentRehearsal {
    private static final String FLEET = "rehearsal";
    private static final String MAKER = "maker";
    private static final String HOLDER = "holder";
    /** The destinations: that of the maker, and that of the other agent. */
    private static final String HERE = "here";
    private static final String THERE = "there";
    private static final String OLD = "v1";
    private static final String NEW = "v2";
    /** Long enough to be mapped, like most releases. */
    private static final int PAYLOAD_BYTES = 2_000_000;
    private static final long PATIENCE_S = 30;
    private static final long LOOK_EVERY_MS = 10;

    private final Path folder;
    private final Path source;
    private final SshPrivateKey key = SshPrivateKey.generate(new SecureRandom());
    private final SwarmKey secret = SwarmKey.random(new SecureRandom());
    private SignedOrder newest;

    /** @param folder that is empty or missing, for all files */
    public AgentRehearsal(Path folder) {
        this.folder = folder;
        this.source = folder.resolve("source");
    }

    /**
     * Runs it.
     *
     * @throws CommandException if an agent failed, or took longer than 30 s for a step
     */
    public void run() throws CommandException, IOException, InterruptedException {
        Files.createDirectories(source);
        byte[] bytes = new byte[PAYLOAD_BYTES];
        new Random(1).nextBytes(bytes);
        Files.write(source.resolve("file"), bytes);
        Release old = deploy(null, OLD);
        deploy(old, NEW);
        PatchMaker.write(Path.of(destination(HERE), OLD), source, false, folder.resolve("patch"));
        if (!Files.exists(Path.of(destination(THERE), NEW, "file")) || !new StandardChannel().isOpen()) {
            throw CommandException.failed("the rehearsal brought no release");
        }
    }

    /**
     * Starts both agents, and brings a release to them. Then they leave.
     *
     * @param before the active release, null for none
     * @return the release
     */
    private Release deploy(Release before, String tag) throws CommandException, IOException, InterruptedException {
        Files.writeString(source.resolve("version"), tag);
        OwnFolder.write(folder.resolve("membership"), new Membership(FLEET, List.of(secret),
            List.of(FLEET + " namespaces=\"" + SignedOrder.NAMESPACE + "\" " + key.publicKey()),
            newest == null ? null : newest.bytes()).toBytes());
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        String[] maker = {"--tracker=127.0.0.1:" + port, "--serve=" + port, "--trust-ip=10.0.0.0/8", "--root=" + destination(HERE)};
        // By its name, as most fleets have it. Not every host knows its own.
        CompletableFuture<Void> holding = start(HOLDER, "--tracker=localhost:" + port + ",127.0.0.1:" + port,
            "--root=" + destination(THERE));
        CompletableFuture<Void> making = start(MAKER, maker);
        try (SocketChannel attached = attach(making)) {
            // Another deploy finds it there.
            await(start(MAKER, maker));
            Release release = lead(attached, before, tag);
            say(attached, AttachLine.bye());
            await(holding);
            await(making);
            return release;
        }
    }

    private String destination(String name) throws IOException {
        return Files.createDirectories(folder.resolve(name)).toString();
    }

    // ---- orders ----

    /** The orders of a real deploy. */
    private Release lead(SocketChannel attached, Release before, String tag) throws CommandException, IOException, InterruptedException {
        List<Release> old = before == null ? List.of() : List.of(before);
        String active = before == null ? "" : before.tag();
        Maker maker = new Maker(List.of(MAKER), source.toString(), false, false, 1, 0, old.stream().map(Release::tag).toList());
        Release held = new Release(tag, Archive.TAR, null, maker, List.of());
        order(attached, false, target(HERE, active, old, held));
        AgentReport made = await(() -> report(MAKER, tag, AgentState.MADE, before != null));
        Release here = new Release(tag, Archive.TAR, made.content(), maker, made.patch() == null ? List.of() : List.of(made.patch()));
        Release there = new Release(tag, Archive.TAR, made.content(), null, here.patches());
        order(attached, false, target(THERE, active, old, there), target(HERE, active, old, here));
        await(() -> report(HOLDER, tag, AgentState.STAGED, false));
        order(attached, false, target(THERE, tag, old, there), target(HERE, tag, old, here));
        await(() -> isActive(THERE, tag) && isActive(HERE, tag) ? tag : null);
        Release done = new Release(tag, Archive.TAR, made.content(), null, List.of());
        order(attached, true, target(THERE, tag, List.of(), done), target(HERE, tag, List.of(), done));
        return done;
    }

    private Target target(String destination, String active, List<Release> old, Release release) throws IOException {
        List<Release> releases = new ArrayList<>(old);
        releases.add(release);
        return new Target(destination(destination), Layout.TAG, destination(destination) + "/current", 2, false, false, releases,
            active.isEmpty() ? List.of() : List.of(new Activation(new Who.All(), active)));
    }

    private void order(SocketChannel attached, boolean ended, Target... targets) throws IOException, InterruptedException {
        Instant now = Instant.now();
        long serial = Order.serialAfter(newest == null ? -1 : newest.order().serial(), now);
        newest = SignedOrder.sign(new Order(FLEET, serial, now, now.plus(Duration.ofHours(1)), ended, List.of(targets)), key);
        say(attached, AttachLine.order(newest.bytes()));
    }

    private static void say(SocketChannel agent, String line) throws IOException {
        agent.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
    }

    /** Looks until there is something. */
    private static <T> T await(Look<T> look) throws CommandException, IOException, InterruptedException {
        for (long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S); System.nanoTime() - endNs < 0;) {
            T found = look.find();
            if (found != null) {
                return found;
            }
            Thread.sleep(LOOK_EVERY_MS);
        }
        throw CommandException.failed("a step of the rehearsal took longer than " + PATIENCE_S + " s");
    }

    private interface Look<T> {
        T find() throws CommandException, IOException, InterruptedException;
    }

    private boolean isActive(String destination, String tag) throws IOException {
        Path link = Path.of(destination(destination), "current");
        return Files.isSymbolicLink(link) && Files.readSymbolicLink(link).toString().equals(tag);
    }

    /**
     * The report on a release, null if it has not come. Of two targets it may have only the first.
     *
     * @param withPatch whether it names a patch
     */
    private AgentReport report(String name, String tag, AgentState state, boolean withPatch)
        throws CommandException, IOException, InterruptedException {
        for (AgentReport each : AgentReport.parse(told())) {
            boolean isIt = each.name().equals(name) && each.tag().equals(tag) && each.state() == state;
            if (isIt && (each.patch() != null || !withPatch)) {
                return each;
            }
        }
        return null;
    }

    /** What all agents report now. */
    private byte[] told() throws CommandException, IOException, InterruptedException {
        try (SocketChannel agent = socket()) {
            say(agent, AttachLine.LOOK.strip());
            ByteArrayOutputStream told = new ByteArrayOutputStream();
            Attach.copy(agent, told);
            return told.toByteArray();
        }
    }

    // ---- agents ----

    private CompletableFuture<Void> start(String name, String... more) {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                Arguments arguments = Arguments.parse(AgentCommand.SYNTAX, words(name, more));
                PrintStream nobody = new PrintStream(OutputStream.nullOutputStream());
                AgentCommand.parse(arguments).run(new Context(nobody, nobody, env(name), false, null), false);
                ended.complete(null);
            } catch (CommandException | IOException | InterruptedException | UsageException | RuntimeException e) {
                ended.completeExceptionally(e);
            }
        }, "rehearsal-" + name);
        thread.setDaemon(true);
        thread.start();
        return ended;
    }

    private List<String> words(String name, String... more) throws IOException {
        List<String> words = new ArrayList<>(List.of("--once", "--fleet=" + FLEET, "--name=" + name, "--ip=127.0.0.1",
            "--seed-for=0", "--temp=" + Files.createDirectories(folder.resolve("temp-" + name)), "--keys=" + folder.resolve("membership")));
        words.addAll(List.of(more));
        return words;
    }

    private Map<String, String> env(String name) {
        return Map.of(StateFolder.VARIABLE, folder.resolve("state-" + name).toString());
    }

    /** Keeps the maker until the other one has all. */
    private SocketChannel attach(CompletableFuture<Void> maker) throws CommandException, IOException, InterruptedException {
        try {
            SocketChannel channel = socket();
            say(channel, AttachLine.ATTACH.strip());
            return channel;
        } catch (CommandException e) {
            if (maker.isDone()) {
                await(maker); // It tells why.
            }
            throw e;
        }
    }

    private SocketChannel socket() throws CommandException, IOException, InterruptedException {
        return Attach.connect(AgentFolder.open(env(MAKER), FLEET).socket(), FLEET);
    }

    private static void await(CompletableFuture<Void> agent) throws CommandException, InterruptedException {
        try {
            agent.get(PATIENCE_S, TimeUnit.SECONDS);
        } catch (ExecutionException | CompletionException e) {
            throw CommandException.failed("an agent of the rehearsal failed: " + e.getCause().getMessage(), e);
        } catch (TimeoutException e) {
            throw CommandException.failed("an agent of the rehearsal did not end within " + PATIENCE_S + " s", e);
        }
    }
}
