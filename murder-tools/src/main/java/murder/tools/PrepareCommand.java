package murder.tools;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
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
import murder.engine.Engine;
import murder.engine.EngineOptions;
import murder.engine.TorrentException;
import murder.engine.TorrentOptions;
import murder.metainfo.Metainfo;
import murder.metainfo.MetainfoException;
import murder.tools.cli.Arguments;
import murder.tools.cli.Command;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.ExitStatus;
import murder.tools.cli.Lifetime;
import murder.tools.cli.OwnSession;
import murder.tools.cli.Printable;
import murder.tools.cli.ProcessFile;
import murder.tools.cli.ProcessStatus;
import murder.tools.cli.Quantities;
import murder.tools.cli.StateFolder;
import murder.tools.cli.Syntax;
import murder.tools.cli.Trees;
import murder.tools.fleet.JarFile;
import murder.tools.run.ClassArchive;
import murder.tools.run.TrackerRun;
import murder.tracker.http.TrackerServer;
import murder.tracker.http.TrackerServerOptions;
import murder.trust.SshPrivateKey;

/**
 * {@code prepare}: makes the {@link ClassArchive}. It holds the classes of real agents and peers
 * that fetch a small release on loopback, see {@link Rehearsal}.
 *
 * @param control whether {@code fleet} is to start faster, too
 */
record PrepareCommand(boolean control) implements Command {
    static final Syntax SYNTAX = new Syntax("prepare", "let later agents and peers on this host start faster", """
            murder prepare [--control]

        Writes an archive of loaded classes beside the jar (murder-tools.jsa). With it the agents of
        'murder fleet' and the background processes of 'murder peer' and 'murder host peer' start with less
        processor time. The archive fits only this Java and this jar at this path; others ignore it.
        'murder fleet distribute_files' runs 'prepare' on each host. Run it yourself if you copy the jar in
        another way. It takes about five seconds.

            --control    let 'murder fleet' start faster, too; distribute_files does this on its own machine
        """, List.of(), 0, List.of(), List.of("--control"));

    private static final int PAYLOAD_BYTES = 2_000_000;
    private static final String TAG = "rehearsal";
    private static final String ALLOWED_SIGNERS = "allowed_signers";

    static PrepareCommand parse(Arguments arguments) {
        return new PrepareCommand(arguments.has("--control"));
    }

    @Override
    public int run(Context context) throws CommandException, IOException, InterruptedException {
        String classPath = ClassArchive.ownClassPath();
        if (!ClassArchive.isJar(classPath)) {
            throw CommandException.failed("classes come from " + classPath + "; only murder-tools.jar can be prepared");
        }
        try (Lifetime lifetime = new Lifetime()) {
            Path work = Files.createTempDirectory("murder-prepare-").toRealPath();
            lifetime.onEnd(() -> Trees.delete(work));
            Path torrent = serve(work, lifetime);
            // On most hosts the peer of the last deploy still seeds, so a new peer reads its
            // process file.
            Map<String, String> env = Map.of(StateFolder.VARIABLE, work.resolve("state").toString());
            ProcessFile.create(StateFolder.open(env), ProcessStatus.starting("peer", TAG, torrent.toString(), ""), lifetime);
            Path made = work.resolve("made.jsa");
            rehearse(control, classPath, work, env, torrent, made);
            ClassArchive archive = new ClassArchive(classPath);
            archive.install(made, JarFile.of(Path.of(classPath)).sha256());
            context.out().println("prepared: " + archive.path() + ", " + Quantities.bytes(Files.size(made)) + ", for Java "
                + System.getProperty("java.vm.version"));
        }
        return ExitStatus.DONE;
    }

    /** A tracker and a seeder with a small release; returns its torrent. */
    private static Path serve(Path work, Lifetime lifetime) throws CommandException, IOException, InterruptedException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        TrackerServer tracker = TrackerServer.start(TrackerServerOptions.builder().bindAddress(loopback).port(0).build());
        lifetime.onEnd(tracker::close);
        byte[] bytes = new byte[PAYLOAD_BYTES];
        new Random(1).nextBytes(bytes);
        Path release = Files.createDirectories(work.resolve("release"));
        Files.write(release.resolve("file"), bytes);
        Path packed = work.resolve("packed");
        pack(release, packed, tracker.announceUrl());
        Path torrent = packed.resolve(TAG + ".tgz.torrent");
        sign(torrent, work.resolve(ALLOWED_SIGNERS));
        Engine engine = Engine.start(EngineOptions.builder().bindAddress(loopback).build());
        lifetime.onEnd(() -> engine.close(Duration.ofMillis(500)));
        try {
            engine.add(TorrentOptions.seed(Metainfo.read(torrent), packed.resolve(TAG + ".tgz")).build());
        } catch (TorrentException | MetainfoException e) {
            throw CommandException.failed(e.getMessage(), e);
        }
        return torrent;
    }

    /** With a key that is thrown away. */
    private static void sign(Path torrent, Path allowedSigners) throws CommandException, IOException, InterruptedException {
        SshPrivateKey key = SshPrivateKey.generate(new SecureRandom());
        Files.writeString(allowedSigners, TAG + " " + key.publicKey() + "\n");
        try {
            SigningFlags flags = new SigningFlags(null, TAG, Duration.ofHours(1));
            Files.write(torrent, flags.sign(Metainfo.read(torrent), key, Instant.now()).toBytes());
        } catch (MetainfoException e) {
            throw CommandException.failed(e.getMessage(), e);
        }
    }

    private static void pack(Path release, Path packed, String tracker) throws CommandException {
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        PrintStream err = new PrintStream(errors, true, StandardCharsets.UTF_8);
        Context context = new Context(new PrintStream(OutputStream.nullOutputStream()), err, Map.of(), false, null);
        String[] words = {"host", "pack", "--tag=" + TAG, "--files=" + release, "--temp=" + packed, "--tracker=" + tracker};
        if (Main.run(words, context) != ExitStatus.DONE) {
            throw CommandException.failed(Printable.of(errors.toString(StandardCharsets.UTF_8).trim()));
        }
    }

    private static void rehearse(boolean control, String classPath, Path work, Map<String, String> env, Path torrent, Path archive)
        throws CommandException, IOException, InterruptedException {
        List<String> command = new ArrayList<>(OwnSession.words());
        command.add(ClassArchive.java());
        ChildJvm.options(command, BackgroundCommand.HOST_PEER, 0, null, null);
        File log = work.resolve("peer.log").toFile();
        command.addAll(List.of("-XX:ArchiveClassesAtExit=" + archive, OwnSession.launched(), "-cp", classPath, Rehearsal.class.getName(),
            torrent.toString(), work.resolve("copy").toString(), work.resolve(ALLOWED_SIGNERS).toString(),
            work.resolve("agents").toString(), control ? work.resolve("fleet").toString() : ""));
        command.addAll(List.of(BackgroundChild.PLAIN, log.getPath(), "host", "peer", "--tag=" + TAG, "--temp=" + work.resolve("temp"),
            "--dest=" + work.resolve("releases"), "--seed-for=0", "--timeout=60s", "--json"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(log);
        builder.environment().putAll(env);
        Process peer = builder.start();
        try (InputStream in = Files.newInputStream(torrent)) {
            BackgroundLauncher.pass(in.readAllBytes(), peer.getOutputStream());
        }
        String printed = new String(peer.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = peer.waitFor();
        if (status != ExitStatus.DONE || !Files.exists(archive)) {
            throw CommandException.failed("the peer that fills the archive ended with status " + status + ": "
                + Printable.of(printed));
        }
    }
}
