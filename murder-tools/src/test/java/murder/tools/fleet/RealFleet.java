package murder.tools.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import murder.order.Content;
import murder.order.SignedOrder;
import murder.tools.CommandRun;
import murder.tools.FreePort;
import murder.tools.ToolProcess;
import murder.tools.cli.CommandException;
import murder.tools.cli.StateFolder;

/**
 * A {@link FakeFleet} of three hosts that run the real murder, with a gate that stands still while
 * a test looks at the deploy.
 */
final class RealFleet {
    static final List<String> HOSTS = List.of("h1", "h2", "h3");

    private final Path root;
    private final FakeFleet fleet;
    private final int port;

    RealFleet(Path root, String... moreConfig) throws IOException, InterruptedException {
        this.root = root;
        this.port = FreePort.next();
        List<String> config = new ArrayList<>(List.of("tracker_host = 127.0.0.1", "tracker_port = " + port,
            "murder_state = " + root + "/%h/state"));
        config.addAll(Arrays.asList(moreConfig));
        fleet = new FakeFleet(root, HOSTS, config.toArray(String[]::new));
        Files.delete(root.resolve("bin/java"));
        Files.createSymbolicLink(root.resolve("bin/java"), Path.of(System.getProperty("java.home"), "bin", "java"));
        for (String pipe : List.of("gated", "go")) {
            assertThat(new ProcessBuilder("mkfifo", root.resolve(pipe).toString()).start().waitFor()).isZero();
        }
        Files.writeString(root.resolve("gate.sh"), "echo gated > '" + root + "/gated'\ncat '" + root + "/go' > /dev/null\n");
    }

    FakeFleet fake() {
        return fleet;
    }

    Path host(String name) {
        return fleet.host(name);
    }

    String trackerUrl() {
        return "http://127.0.0.1:" + port + "/announce";
    }

    CommandRun run(String... words) {
        return fleet.run(words);
    }

    /** @return what it printed */
    String succeeds(String... words) {
        return succeeded(fleet.run(words), words);
    }

    private static String succeeded(CommandRun run, String... words) {
        assertThat(run.status()).as(String.join(" ", words) + ": " + run.out() + run.err()).isZero();
        return run.out();
    }

    /** The control machine as a process of its own. @param env that it has besides */
    CommandRun process(Map<String, String> env, String... words) throws Exception {
        List<Object> all = new ArrayList<>(List.of("fleet"));
        all.addAll(Arrays.asList(words));
        all.addAll(List.of("--config", fleet.config()));
        return ToolProcess.run(fleet.state(), env, null, all.toArray());
    }

    /** What is done while the gate stands still. */
    interface Meanwhile {
        void run() throws Exception;
    }

    /**
     * Deploys in two waves, with the gate behind each.
     *
     * @param deploy runs the words
     * @param meanwhile what is done at the first gate
     * @return what was printed
     */
    String deploy(Function<String[], CommandRun> deploy, Meanwhile meanwhile, String... more) throws Exception {
        List<String> words = new ArrayList<>(List.of("deploy", "destination_path=releases", "seed_for=1s", "waves=1,100%",
            "gate=sh '" + root + "/gate.sh'"));
        words.addAll(Arrays.asList(more));
        List<CommandRun> runs = new ArrayList<>();
        // Opened for both directions, so that nobody waits for the other side.
        try (RandomAccessFile gated = new RandomAccessFile(root.resolve("gated").toFile(), "rw")) {
            Thread thread = new Thread(() -> {
                try {
                    runs.add(deploy.apply(words.toArray(String[]::new)));
                } finally {
                    end(gated);
                }
            });
            thread.start();
            stepThroughGates(gated, meanwhile);
            thread.join();
        }
        return succeeded(runs.get(0), more) + runs.get(0).err();
    }

    private static void end(RandomAccessFile gated) {
        try {
            gated.writeBytes("ended\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Up to the end of the deploy, also if something fails meanwhile: then nothing stays behind. */
    private void stepThroughGates(RandomAccessFile gated, Meanwhile meanwhile) throws Exception {
        if (!gated.readLine().equals("gated")) {
            return;
        }
        try (OutputStream go = Files.newOutputStream(root.resolve("go"))) {
            meanwhile.run();
            go.flush();
        } finally {
            stepThroughGates(gated, () -> { });
        }
    }

    /** Agents stay for some seconds after a deploy. A test must not remove their folders before. */
    void awaitEndOfAgents() {
        for (String host : HOSTS) {
            Map<String, String> state = Map.of(StateFolder.VARIABLE, host(host).resolve("state").toString());
            while (!CommandRun.in(state, "status").out().contains("no murder process runs here")) {
                Thread.onSpinWait();
            }
        }
    }

    /** What this machine knows of the fleet. */
    FleetFolder folder() throws CommandException, IOException {
        return FleetFolder.open(StateFolder.open(Map.of(StateFolder.VARIABLE, fleet.state().toString())), "127.0.0.1:" + port);
    }

    SignedOrder lastOrder() throws Exception {
        return SignedOrder.parse(folder().read("order"));
    }

    /** What travels for a release, by the last order. */
    Content content(String tag) throws Exception {
        return lastOrder().order().targets().get(0).release(tag).content();
    }
}
