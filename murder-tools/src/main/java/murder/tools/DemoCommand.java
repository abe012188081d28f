package murder.tools;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import murder.engine.Engine;
import murder.engine.EngineOptions;
import murder.engine.Torrent;
import murder.engine.TorrentException;
import murder.engine.TorrentOptions;
import murder.metainfo.HashProgress;
import murder.metainfo.Metainfo;
import murder.metainfo.PayloadVerifier;
import murder.metainfo.TorrentCreator;
import murder.tools.cli.Arguments;
import murder.tools.cli.Command;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.ExitStatus;
import murder.tools.cli.Json;
import murder.tools.cli.Lifetime;
import murder.tools.cli.Quantities;
import murder.tools.cli.Syntax;
import murder.tools.cli.Trees;
import murder.tools.cli.UsageException;
import murder.tools.run.TrackerRun;
import murder.tracker.http.TrackerServer;
import murder.tracker.http.TrackerServerOptions;

/**
 * {@code demo}: the main job in one process, on loopback.
 *
 * @param source the payload, or null for a made-up one
 * @param peers how many hosts to play
 * @param rate bytes per second that each host may send and receive; 0 for no limit
 * @param json whether programs read the output
 */
record DemoCommand(Path source, int peers, long rate, boolean json) implements Command {
    static final Syntax SYNTAX = new Syntax("demo", "run tracker, seeder and peers in one process, as a demo", """
            murder demo [SOURCE] [--peers 8] [--rate 100Mbit] [--json]

        Starts a tracker, a seeder and peers in this process, on the loopback address. Brings SOURCE to
        every peer and hashes each copy again. Then it removes all files that it made. It needs no
        preparation and writes only to the temporary folder.

            SOURCE         a file or a directory. By default the demo makes files of about 64 MiB
            --peers N      the number of peers, 1 to 200 (8)
            --rate RATE    the rate of each peer's and of the seeder's link in each direction (100Mbit);
                           0 means no limit
            --json         progress and result as JSON; the last line has peers, bytes, slowest_s, bound_s,
                           ratio, seeder_copies and verified

        No swarm can be faster than the bound. For links of rate C, a payload F in M pieces and N hosts it
        is F/C * (1 + floor(log2 N) / M). The reason: a host passes on only complete pieces.
        """, List.of("SOURCE"), 0, List.of("--peers", "--rate"), List.of("--json"));

    private static final long DEFAULT_RATE = 100_000_000 / 8;
    private static final long TICK_NS = 200_000_000;

    static DemoCommand parse(Arguments arguments) throws UsageException {
        Path source = arguments.positional(0) == null ? null : Path.of(arguments.positional(0)).toAbsolutePath().normalize();
        return new DemoCommand(source, arguments.number("--peers", 8, 1, 200), arguments.rate("--rate", DEFAULT_RATE),
            arguments.has("--json"));
    }

    @Override
    public int run(Context context) throws CommandException, IOException, InterruptedException {
        try (Lifetime lifetime = new Lifetime()) {
            return demo(lifetime, context);
        }
    }

    private int demo(Lifetime lifetime, Context context) throws CommandException, IOException, InterruptedException {
        Path work = Files.createTempDirectory("murder-demo-");
        lifetime.onEnd(() -> Trees.delete(work));
        Path payload = source == null ? DemoPayload.make(work.resolve("seeder").resolve("demo-build")) : source;
        InetAddress loopback = InetAddress.getLoopbackAddress();
        TrackerServer tracker = TrackerServer.start(TrackerServerOptions.builder().bindAddress(loopback).port(0).build());
        lifetime.onEnd(tracker::close);
        List<List<String>> trackers = List.of(List.of(tracker.announceUrl()));
        Metainfo metainfo = TorrentCreator.create(payload, TorrentCreator.Options.builder().trackers(trackers).hosts(peers).build(),
            HashProgress.NONE);
        checkRoom(work, metainfo);
        say(context, "bringing " + InspectCommand.summary(metainfo) + " from one seeder to " + peers + (peers == 1 ? " peer" : " peers")
            + (rate == 0 ? "" : ", each with a link of " + Quantities.rate(rate) + " both ways"));

        EngineOptions options = EngineOptions.builder().bindAddress(loopback)
            .uploadBytesPerSecond(rate).downloadBytesPerSecond(rate).diskThreads(1).build();
        Torrent seeder = add(lifetime, options, TorrentOptions.seed(metainfo, payload).build());
        List<DemoHost> hosts = new ArrayList<>();
        long startNs = System.nanoTime();
        for (int i = 1; i <= peers; i++) {
            Path target = work.resolve("host-" + i).resolve(metainfo.name());
            Files.createDirectories(target.getParent());
            hosts.add(new DemoHost(i, target, startNs, add(lifetime, options, TorrentOptions.download(metainfo, target).build())));
        }
        watch(hosts, metainfo.layout().length(), context);
        return summary(metainfo, hosts, seeder, context);
    }

    private void checkRoom(Path work, Metainfo metainfo) throws CommandException, IOException {
        long needed = metainfo.layout().length() * peers;
        long free = Files.getFileStore(work).getUsableSpace();
        if (needed > free) {
            throw CommandException.failed(peers + " copies need " + Quantities.bytes(needed) + ", but " + work.getParent() + " has only "
                + Quantities.bytes(free) + " free; take fewer --peers, or another folder with java -Djava.io.tmpdir=DIR");
        }
    }

    private static Torrent add(Lifetime lifetime, EngineOptions engineOptions, TorrentOptions options)
        throws CommandException, IOException {
        Engine engine = Engine.start(engineOptions);
        lifetime.onEnd(() -> engine.close(Duration.ofMillis(500)));
        try {
            return engine.add(options);
        } catch (TorrentException e) {
            throw CommandException.failed(e.getMessage(), e);
        }
    }

    private void say(Context context, String text) {
        if (!json) {
            context.out().println(text);
            context.out().flush();
        }
    }

    /** Returns when every host has everything. */
    private void watch(List<DemoHost> hosts, long length, Context context) throws CommandException, InterruptedException {
        DemoScreen screen = new DemoScreen(context, json, length);
        for (DemoHost host : hosts) {
            while (!host.torrent().completion().isDone()) {
                screen.update(hosts);
                try {
                    host.torrent().completion().get(TICK_NS, TimeUnit.NANOSECONDS);
                } catch (TimeoutException e) {
                    continue; // The tick: show the next state.
                } catch (ExecutionException e) {
                    break; // The loop below asks every host and reports it.
                }
            }
        }
        screen.end(hosts);
        for (DemoHost host : hosts) {
            host.throwIfFailed();
        }
    }

    private int summary(Metainfo metainfo, List<DemoHost> hosts, Torrent seeder, Context context)
        throws CommandException, IOException, InterruptedException {
        double slowest = 0;
        DemoHost last = hosts.get(0);
        for (DemoHost host : hosts) {
            if (host.seconds() >= slowest) {
                slowest = host.seconds();
                last = host;
            }
        }
        int wrong = 0;
        for (DemoHost host : hosts) {
            PayloadVerifier.Result result = PayloadVerifier.verify(metainfo, host.path(), 0, HashProgress.NONE);
            if (!result.isIdentical()) {
                wrong++;
                context.err().println("murder demo: host " + host.number() + ": " + VerifyCommand.differences(result));
            }
        }
        double copies = seeder.statistics().copiesSent();
        double bound = bound(metainfo.layout().length(), metainfo.layout().pieceCount(), peers, rate);
        if (json) {
            Json json = new Json().put("peers", peers).put("bytes", metainfo.layout().length()).put("pieces",
                metainfo.layout().pieceCount()).put("slowest_s", slowest).put("seeder_copies", copies).put("verified", wrong == 0)
                .put("rate_bytes_per_second", rate);
            if (bound > 0) {
                json.put("bound_s", bound).put("ratio", slowest / bound);
            }
            context.out().println(json);
        } else {
            print(context, slowest, last, copies, bound, wrong);
        }
        if (wrong > 0) {
            throw CommandException.failed(wrong + " of " + peers + " copies differ from the source; please report this");
        }
        return ExitStatus.DONE;
    }

    private void print(Context context, double slowest, DemoHost last, double copies, double bound, int wrong) {
        context.out().println("slowest host    " + seconds(slowest) + " (host " + last.number() + ")");
        if (bound > 0) {
            context.out().println("bound           " + seconds(bound) + ": the payload over the rate of one link, and a little for the "
                + "first piece to spread");
            context.out().println("slowest/bound   " + Math.round(slowest / bound * 1000) / 1000.0);
        }
        context.out().println("seeder copies   " + Math.round(copies * 100) / 100.0
            + (peers > 1 ? " (the peers gave each other the other " + Math.round((peers - copies) * 100) / 100.0 + ")" : ""));
        context.out().println("verified        " + (peers - wrong) + " of " + peers + " copies, hashed again from disk");
    }

    private static String seconds(double seconds) {
        return Math.round(seconds * 100) / 100.0 + " s";
    }

    /**
     * The least time in seconds in which equal links can bring a payload to all hosts (architecture
     * page); 0 without a rate.
     */
    static double bound(long length, int pieces, int hosts, long bytesPerSecond) {
        if (bytesPerSecond == 0 || pieces == 0) {
            return 0;
        }
        int doublings = 31 - Integer.numberOfLeadingZeros(hosts);
        return (double) length / bytesPerSecond * (1 + (double) doublings / pieces);
    }
}
