package murder.tools.fleet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import murder.metainfo.Metainfo;
import murder.metainfo.MetainfoException;
import murder.tools.cli.CommandException;
import murder.tools.cli.HostReport;
import murder.tools.cli.HostReport.Member;
import murder.tools.cli.Json;
import murder.tools.cli.Printable;
import murder.tools.cli.Quantities;
import murder.tools.cli.UsageException;

/** The tasks as steps over hosts. {@link Deployment} runs several of them in order. */
final class FleetTasks {
    private final FleetConfig config;
    private final RemoteCommands remote;
    private final FleetSession session;
    /** Null in a dry run. */
    private final FleetFiles files;
    private PeerSummary summary;

    FleetTasks(FleetConfig config, FleetSession session, FleetFiles files) {
        this.config = config;
        this.files = files;
        this.remote = new RemoteCommands(config);
        this.session = session;
    }

    private static List<Job> jobs(List<Host> hosts, Function<Host, Job> maker) {
        List<Job> jobs = new ArrayList<>();
        for (Host host : hosts) {
            jobs.add(maker.apply(host));
        }
        return jobs;
    }

    /** Figures of the last {@code peer}; null if there was none. */
    PeerSummary summary() {
        return summary;
    }

    void distributeFiles(List<Host> all) throws CommandException, IOException, InterruptedException {
        JarFile jar = JarFile.own();
        OwnArchive own = session.isDryRun() ? null : OwnArchive.begin();
        List<Host> hosts = config.bringsRuntime() ? distributeRuntime(all, jar) : all;
        JarFile packed = session.isDryRun() ? jar : jar.packed(files);
        int sent = 0;
        int already = 0;
        for (HostRun run : session.step(Task.DISTRIBUTE_FILES, jobs(hosts, host -> remote.distribute(host, packed)))) {
            if (run.isDone() && run.result().is(Member.ALREADY)) {
                already++;
            } else if (run.isDone()) {
                sent++;
            }
        }
        if (own != null) {
            own.await();
            session.view().say("sent to " + sent + (sent == 1 ? " host" : " hosts")
                + (already > 0 ? ", " + already + " had it already" : ""));
        }
    }

    /** Copies the Java runtime, before the jar. Returns the hosts that have it. */
    private List<Host> distributeRuntime(List<Host> hosts, JarFile jar) throws CommandException, IOException, InterruptedException {
        if (session.isDryRun()) {
            JarFile shown = new JarFile(Path.of(RuntimeFile.NAME + ".tgz"), 0, "SHA256");
            session.step(Task.DISTRIBUTE_FILES, jobs(hosts, host -> remote.distributeRuntime(host, shown)));
            return hosts;
        }
        JarFile runtime = RuntimeFile.of(files, jar);
        List<Host> done = new ArrayList<>();
        for (HostRun run : session.step(Task.DISTRIBUTE_FILES, jobs(hosts, host -> remote.distributeRuntime(host, runtime)))) {
            if (run.isDone()) {
                done.add(run.host());
            }
        }
        return done;
    }

    /**
     * Brings a payload of this machine to the seeders.
     *
     * @param upload null for none
     */
    void upload(List<Host> seeders, Upload upload) throws CommandException {
        if (upload == null) {
            return;
        }
        upload.check();
        List<Job> left = new ArrayList<>();
        for (HostRun run : session.step(upload.byRsync() ? Task.PREPARE_UPLOAD : Task.UPLOAD,
            jobs(seeders, host -> remote.upload(host, upload)))) {
            boolean byRsync = session.isDryRun() ? upload.byRsync() : run.result().text(Member.RESULT).equals(Upload.RSYNC);
            if (byRsync) {
                left.add(remote.rsync(run.host(), upload, run.result().text(Member.PATH)));
            }
        }
        session.need("seeder", seeders);
        if (!left.isEmpty()) {
            session.step(Task.UPLOAD, left);
            session.need("seeder", seeders);
        }
    }

    /**
     * @param only the torrent that the tracker serves; null to serve any
     * @return the hosts where this call started a tracker
     */
    List<Host> startTracker(byte[] only) throws CommandException {
        String infoHash = only == null ? "" : parse(only, "the torrent").infoHash().toString();
        return started(session.step(Task.START_TRACKER, jobs(List.of(config.tracker()), host -> remote.startTracker(host, infoHash))),
            Task.START_TRACKER);
    }

    void stopTracker(List<Host> hosts, boolean ifAny) {
        session.closingStep(Task.STOP_TRACKER, jobs(hosts, host -> remote.stopTracker(host, ifAny)));
    }

    /**
     * @param filesPath the seeded path if no archive travels
     * @return the hosts where this call started a seeder
     */
    List<Host> startSeeding(List<Host> seeders, Release release, String filesPath) {
        return started(session.step(Task.START_SEEDING, jobs(seeders, host -> remote.startSeeding(host, release, filesPath))),
            Task.START_SEEDING);
    }

    /**
     * A host that ended without a report counts as started, because its state is unknown. A process
     * that ran before does not count: others use it.
     */
    private List<Host> started(List<HostRun> runs, Task task) {
        List<Host> started = new ArrayList<>();
        for (HostRun run : runs) {
            boolean ran = run.isDone() && !run.result().is(Member.STARTED);
            if (run.isUnknown() || run.isDone() && !ran) {
                started.add(run.host());
            }
            if (ran) {
                session.view().say(run.host() + "  " + task + ": one runs there already");
            }
        }
        return started;
    }

    void stopSeeding(List<Host> seeders, String tag, boolean ifAny) {
        session.closingStep(Task.STOP_SEEDING, jobs(seeders, host -> remote.stop(host, "seeder", tag, ifAny)));
    }

    void stopAllSeeding(List<Host> seeders) {
        session.closingStep(Task.STOP_ALL_SEEDING, jobs(seeders, host -> remote.stopAll(host, "seeder", false)));
    }

    /**
     * Peers end by themselves some time after they are complete, so it is no fault if there is
     * none.
     */
    void stopPeering(List<Host> peers, String tag) {
        session.closingStep(Task.STOP_PEERING, jobs(peers, host -> remote.stop(host, "peer", tag, true)));
    }

    void stopAllPeering(List<Host> peers) {
        session.closingStep(Task.STOP_ALL_PEERING, jobs(peers, host -> remote.stopAll(host, "peer", true)));
    }

    void cleanTempFiles(List<Host> hosts, Release release) throws IOException {
        session.closingStep(Task.CLEAN_TEMP_FILES, jobs(hosts, host -> remote.clean(host, release.tag(), release.tempPath())));
        if (files != null) {
            files.forgetTorrent(release);
        }
    }

    /**
     * @param download whether the torrent is fetched to this machine
     * @return the torrent; null if it was not fetched
     */
    byte[] createTorrent(List<Host> seeders, Release release, Source source, boolean download) throws CommandException, IOException {
        List<HostRun> runs = session.step(Task.CREATE_TORRENT, jobs(seeders, host -> remote.pack(host, release, source)));
        session.need("seeder", seeders);
        String infoHash = "";
        for (HostRun run : runs) {
            String own = run.result().text(Member.INFO_HASH);
            if (!infoHash.isEmpty() && !own.equals(infoHash)) {
                throw CommandException.failed("the seeders " + runs.get(0).host() + " and " + run.host() + " do not have the same files at "
                    + source.filesPath());
            }
            infoHash = own;
        }
        return download ? downloadTorrent(seeders.get(0), release) : null;
    }

    /** Fetches the seeder's torrent and keeps it here. */
    byte[] downloadTorrent(Host seeder, Release release) throws CommandException, IOException {
        List<HostRun> runs = session.step(Task.DOWNLOAD_TORRENT, List.of(remote.torrent(seeder, release)));
        session.need("seeder", List.of(seeder));
        if (session.isDryRun()) {
            return null;
        }
        byte[] torrent = runs.get(0).data();
        Metainfo metainfo = parse(torrent, "what " + seeder + " sent");
        files.keepTorrent(release, torrent);
        session.view().say("torrent: info-hash " + metainfo.infoHash() + ", " + Quantities.bytes(metainfo.layout().length()) + " in "
            + metainfo.layout().pieceCount() + " pieces");
        return torrent;
    }

    private static Metainfo parse(byte[] torrent, String what) throws CommandException {
        try {
            return Metainfo.parse(torrent);
        } catch (MetainfoException e) {
            throw CommandException.invalid(what + " is not a torrent: " + e.getMessage(), e);
        }
    }

    private byte[] keptTorrent(Release release) throws CommandException, IOException {
        byte[] torrent = files.readTorrent(release);
        if (torrent == null) {
            throw CommandException.failed("the torrent " + release.torrentName()
                + " is not here; the tasks create_torrent and download_torrent fetch it");
        }
        return torrent;
    }

    /**
     * @param given the torrent; null for the one that an earlier task brought here
     * @param newSeeders whether the seeders were started by this run
     * @return the hosts where a peer was started, failed ones too
     */
    List<Host> peer(List<Host> peers, Release release, Destination destination, byte[] given, boolean newSeeders)
        throws CommandException, IOException {
        if (session.isDryRun()) {
            session.step(Task.PEER, jobs(peers, host -> remote.peer(host, release, destination, Path.of(release.torrentName()))));
            return peers;
        }
        // All hosts get the same bytes, read once, even if the stored file is replaced meanwhile.
        byte[] torrent = given == null ? keptTorrent(release) : given;
        Metainfo metainfo = parse(torrent, release.torrentName());
        Path input = files.copy(torrent);
        try {
            Seeders before = newSeeders ? Seeders.NEW : seeders(release.tag(), List.of());
            List<HostRun> runs = session.step(Task.PEER, jobs(peers, host -> remote.peer(host, release, destination, input)),
                new SeederWatch(config.seeders(),
                    () -> Seeders.of(release.tag(), session.askMeanwhile(jobs(config.seeders(), remote::status)), List.of())));
            Seeders after = session.isCancelled() ? Seeders.UNKNOWN : seeders(release.tag(), runs);
            summary = new PeerSummary(runs, metainfo, after.sentSince(before), after.gone(), config.linkBytesPerSecond());
            List<Host> started = new ArrayList<>();
            for (HostRun run : runs) {
                if (run.mayHaveStarted()) {
                    started.add(run.host());
                }
            }
            return started;
        } finally {
            Files.deleteIfExists(input);
        }
    }

    /** For the summary. A missing answer does no harm. */
    private Seeders seeders(String tag, List<HostRun> peers) {
        return Seeders.of(tag, session.ask(jobs(config.seeders(), remote::status)), peers);
    }

    /** Checks every host and changes nothing. */
    void check(List<Host> hosts, TaskArguments arguments) throws CommandException, IOException, UsageException {
        String tempPath = arguments.tempPath();
        String destination = arguments.hasDestinationPath() ? arguments.destinationPath() : "";
        Map<Host, HostRun> packed = filesOfSeeders(arguments);
        long bytes = payloadBytes(arguments, packed.values());
        JarFile jar = JarFile.own();
        int fresh = 0;
        for (HostRun run : session.step(Task.CHECK, jobs(hosts, host -> remote.check(host, tempPath, destination, bytes, jar)))) {
            fresh += run.result().isNot(Member.ALREADY) ? 1 : 0;
            HostRun ownFiles = packed.get(run.host());
            if (run.isDone() && ownFiles != null && ownFiles.result().isNot(Member.OK)) {
                String reason = "files_path " + arguments.source().filesPath() + " " + ownFiles.result().text(Member.ERROR);
                session.fail(run.host(), Task.CHECK, reason);
                session.view().say(run.host() + "  FAILED  " + Task.CHECK + ": " + reason);
            } else if (run.isDone()) {
                session.view().say(run.host() + "  ok");
            }
            for (HostReport fact : run.facts()) {
                session.view().object(new Json().put("task", Task.CHECK.toString()).put("host", run.host().toString())
                    .put("check", fact.text(Member.CHECK)).put("ok", fact.is(Member.OK)).put("detail", fact.text(Member.DETAIL)));
            }
        }
        if (fresh > 0) {
            session.view().say("murder itself is not on " + fresh + " of " + hosts.size()
                + " hosts yet; deploy and distribute_files copy it there");
        }
    }

    /** What the seeders say about the files to pack; nothing if these are on no seeder yet. */
    private Map<Host, HostRun> filesOfSeeders(TaskArguments arguments) throws UsageException {
        Map<Host, HostRun> found = new LinkedHashMap<>();
        if (arguments.hasFilesPath() && !arguments.hasUpload()) {
            Source source = arguments.source();
            session.ask(jobs(config.seeders(), host -> remote.sizeOfFiles(host, source))).forEach(run -> found.put(run.host(), run));
        }
        return found;
    }

    /**
     * The torrent's length if it is here, else the size of the files on a seeder; 0 if unknown.
     */
    private long payloadBytes(TaskArguments arguments, Collection<HostRun> sizes) throws CommandException, IOException, UsageException {
        if (arguments.hasTag() && files != null) {
            byte[] torrent = files.readTorrent(arguments.release());
            if (torrent != null) {
                return parse(torrent, arguments.release().torrentName()).layout().length();
            }
        }
        return sizes.stream().mapToLong(run -> run.result().whole(Member.BYTES, 0)).max().orElse(0);
    }
}
