package murder.tools.agent;

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
import murder.metainfo.Metainfo;
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
import murder.tools.cli.Arguments;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.OwnFolder;
import murder.tools.cli.StateFolder;
import murder.tools.cli.UsageException;
import murder.tools.host.Packing;
import murder.trust.SshPrivateKey;
import murder.trust.SwarmKey;

/**
 * A deploy from one agent to another, both in this process, for the archive of classes: one packs,
 * seeds and serves as the tracker, the other one fetches, unpacks and activates. It takes about a
 * second.
 */
public final class AgentRehearsal {
    private static final String FLEET = "rehearsal";
    private static final String TAG = "v1";
    private static final String MAKER = "maker";
    private static final String HOLDER = "holder";
    /** Long enough to be mapped, like most releases. */
    private static final int PAYLOAD_BYTES = 2_000_000;
    private static final long PATIENCE_S = 30;

    private final Path folder;

    /** @param folder that is empty or missing, for all files */
    public AgentRehearsal(Path folder) {
        this.folder = folder;
    }

    /**
     * Runs it.
     *
     * @throws CommandException if an agent failed, or took longer than 30 s
     */
    public void run() throws CommandException, IOException, InterruptedException {
        Files.createDirectories(folder.resolve("releases"));
        Path source = Files.createDirectories(folder.resolve("source"));
        byte[] bytes = new byte[PAYLOAD_BYTES];
        new Random(1).nextBytes(bytes);
        Files.write(source.resolve("file"), bytes);
        SecureRandom random = new SecureRandom();
        SshPrivateKey key = SshPrivateKey.generate(random);
        OwnFolder.write(folder.resolve("membership"), new Membership(FLEET, List.of(SwarmKey.random(random)),
            List.of(FLEET + " namespaces=\"" + SignedOrder.NAMESPACE + "\" " + key.publicKey()), null).toBytes());
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        String tracker = "--tracker=127.0.0.1:" + port;
        CompletableFuture<Void> maker = start(MAKER, tracker, "--serve=" + port, "--trust-ip=10.0.0.0/8");
        try (SocketChannel attached = attach(maker)) {
            // A later deploy finds it there.
            await(start(MAKER, tracker, "--serve=" + port, "--trust-ip=10.0.0.0/8"));
            say(attached, AttachLine.order(SignedOrder.sign(order(source), key).bytes()));
            await(start(HOLDER, tracker, "--root=" + folder.resolve("releases")));
            say(attached, AttachLine.bye());
        }
        await(maker);
        if (!Files.exists(folder.resolve("releases").resolve(TAG).resolve("file")) || !new StandardChannel().isOpen()) {
            throw CommandException.failed("the rehearsal brought no release");
        }
    }

    private static void say(SocketChannel agent, String line) throws IOException {
        agent.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
    }

    /** Of the whole deploy. */
    private Order order(Path source) throws CommandException, IOException, InterruptedException {
        Maker maker = new Maker(List.of(MAKER), source.toString(), false, false, 1, 0, List.of());
        Release made = new Release(TAG, Archive.TAR, content(source, maker), maker, List.of());
        Target target = new Target(folder.resolve("releases").toString(), Layout.TAG, folder.resolve("releases/current").toString(), 2,
            false, false, List.of(made), List.of(new Activation(new Who.All(), TAG)));
        Instant now = Instant.now();
        return new Order(FLEET, Order.serialAfter(-1, now), now, now.plus(Duration.ofHours(1)), true, List.of(target));
    }

    /** What the maker will make. */
    private Content content(Path source, Maker maker) throws CommandException, IOException, InterruptedException {
        Release release = new Release(TAG, Archive.TAR, null, maker, List.of());
        Path archive = folder.resolve(Places.fileName(release));
        new Packing(source, Archive.TAR, false, false).makeArchive(archive, Jobs.quiet());
        Metainfo metainfo = Jobs.torrent(archive, release, List.of(), Jobs.quiet());
        return new Content(metainfo.infoHash(), metainfo.infoSha256(), metainfo.layout().length());
    }

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
            SocketChannel channel = Attach.connect(AgentFolder.open(env(MAKER), FLEET).socket(), FLEET);
            say(channel, AttachLine.ATTACH.strip());
            return channel;
        } catch (CommandException e) {
            if (maker.isDone()) {
                await(maker); // It tells why.
            }
            throw e;
        }
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
