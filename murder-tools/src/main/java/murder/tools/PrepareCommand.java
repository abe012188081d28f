package murder.tools;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import murder.engine.Engine;
import murder.engine.EngineOptions;
import murder.engine.TorrentException;
import murder.engine.TorrentOptions;
import murder.metainfo.HashProgress;
import murder.metainfo.Metainfo;
import murder.metainfo.TorrentCreator;
import murder.tools.cli.Arguments;
import murder.tools.cli.Command;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.ExitStatus;
import murder.tools.cli.Lifetime;
import murder.tools.cli.Printable;
import murder.tools.cli.ProcessFile;
import murder.tools.cli.ProcessStatus;
import murder.tools.cli.Quantities;
import murder.tools.cli.StateFolder;
import murder.tools.cli.Syntax;
import murder.tools.cli.Trees;
import murder.tools.run.TrackerRun;
import murder.tracker.http.TrackerServer;
import murder.tracker.http.TrackerServerOptions;

/**
 * {@code prepare}: makes the archive of classes from which peers start (JEP 350). It is what a real peer loads while it fetches a small
 * payload on loopback.
 */
record PrepareCommand() implements Command {
    static final Syntax SYNTAX = new Syntax("prepare", "make later peers on this host start sooner", """
            murder prepare

        Writes an archive of loaded classes beside the jar (murder-tools.jsa), from which the background process of 'murder peer' then
        starts with a third less work. It fits this jar and this Java only; others pass over it. Run it once after the jar was put on
        a host, if deploys there are to be quick to the last tenth of a second. Takes about three seconds.
        """, List.of(), 0, List.of(), List.of());

    private static final int PAYLOAD_BYTES = 2_000_000;

    /** @param arguments none */
    static PrepareCommand parse(Arguments arguments) {
        return new PrepareCommand();
    }

    @Override
    public int run(Context context) throws CommandException, IOException, InterruptedException {
        String jar = System.getProperty("java.class.path");
        String archive = ChildJvm.archiveOf(jar);
        if (archive == null) {
            throw CommandException.failed("classes come from " + jar + "; only murder-tools.jar can be prepared");
        }
        try (Lifetime lifetime = new Lifetime()) {
            Path work = Files.createTempDirectory("murder-prepare-");
            lifetime.onEnd(() -> Trees.delete(work));
            Path torrent = serve(work, lifetime);
            Path made = work.resolve("made.jsa");
            // On most hosts the peer of the last deploy still seeds, and its process file is read.
            Map<String, String> env = Map.of(StateFolder.VARIABLE, work.resolve("state").toString());
            ProcessFile.create(StateFolder.open(env), ProcessStatus.starting("peer", "payload", torrent.toString(), ""), lifetime);
            runPeer(jar, work, env, torrent, made);
            // First beside its place, since a rename works only within one file system.
            Path target = Path.of(archive).toAbsolutePath();
            Path beside = target.resolveSibling(target.getFileName() + ".tmp");
            Files.copy(made, beside, StandardCopyOption.REPLACE_EXISTING);
            Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            context.out().println("prepared: " + target + ", " + Quantities.bytes(Files.size(target)) + ", for Java "
                + System.getProperty("java.vm.version"));
        }
        return ExitStatus.DONE;
    }

    /** A tracker and a seeder with something small; returns its torrent. */
    private static Path serve(Path work, Lifetime lifetime) throws CommandException, IOException, InterruptedException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        TrackerServer tracker = TrackerServer.start(TrackerServerOptions.builder().bindAddress(loopback).port(0).build());
        lifetime.onEnd(tracker::close);
        byte[] bytes = new byte[PAYLOAD_BYTES];
        new Random(1).nextBytes(bytes);
        Path payload = Files.write(work.resolve("payload"), bytes);
        Metainfo metainfo = TorrentCreator.create(payload,
            TorrentCreator.Options.DEFAULT.withTrackers(List.of(List.of(TrackerRun.url(tracker.address())))), HashProgress.NONE);
        Engine engine = Engine.start(EngineOptions.builder().bindAddress(loopback).build());
        lifetime.onEnd(() -> engine.close(Duration.ofMillis(500)));
        try {
            engine.add(TorrentOptions.seed(metainfo, payload).build());
        } catch (TorrentException e) {
            throw CommandException.failed(e.getMessage(), e);
        }
        return Files.write(work.resolve("payload.torrent"), metainfo.toBytes());
    }

    private static void runPeer(String jar, Path work, Map<String, String> env, Path torrent, Path archive)
        throws CommandException, IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(ChildJvm.java());
        ChildJvm.options(command, BackgroundCommand.PEER, "", null);
        File log = work.resolve("peer.log").toFile();
        command.addAll(List.of("-XX:ArchiveClassesAtExit=" + archive, "-cp", jar, "murder.tools.PeerChild", PeerChild.PLAIN, log.getPath(),
            "peer", torrent.toString(), work.resolve("copy").toString(), "--seed-for", "0", "--timeout", "60s"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(log);
        builder.environment().putAll(env);
        Process peer = builder.start();
        String printed = new String(peer.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = peer.waitFor();
        if (status != ExitStatus.DONE || !Files.exists(archive)) {
            throw CommandException.failed("the peer that was to fill the archive ended with status " + status + ": "
                + Printable.of(printed));
        }
    }
}
