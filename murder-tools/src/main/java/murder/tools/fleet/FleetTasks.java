package murder.tools.fleet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import murder.metainfo.Metainfo;
import murder.metainfo.MetainfoException;
import murder.tools.cli.CommandException;
import murder.tools.cli.Failures;
import murder.tools.cli.HostReport;
import murder.tools.cli.HostReport.Member;
import murder.tools.cli.Json;
import murder.tools.cli.UsageException;

/** Each task as steps over hosts. {@link Deployment} runs several of them in order. */
final class FleetTasks {
    private final FleetConfig config;
    private final RemoteCommands remote;
    private final FleetSession session;
    private PeerSummary summary;

    FleetTasks(FleetConfig config, FleetSession session) {
        this.config = config;
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

    void distributeFiles(List<Host> hosts) throws CommandException, IOException {
        JarFile jar = JarFile.own();
        int sent = 0;
        for (HostRun run : session.step(Task.DISTRIBUTE_FILES, jobs(hosts, host -> remote.distribute(host, jar)))) {
            sent += run.isDone() && !run.result().is(Member.ALREADY) ? 1 : 0;
        }
        if (!session.isDryRun()) {
            session.view().say("sent to " + sent + (sent == 1 ? " host" : " hosts") + ", the others had it already");
        }
    }

    /** @return the hosts where this call started a tracker */
    List<Host> startTracker() {
        return started(session.step(Task.START_TRACKER, jobs(List.of(config.tracker()), remote::startTracker)), Task.START_TRACKER);
    }

    void stopTracker(List<Host> hosts, boolean ifAny) {
        session.closingStep(Task.STOP_TRACKER, jobs(hosts, host -> remote.stopTracker(host, ifAny)));
    }

    /**
     * @param filesPath what is seeded if no archive travels
     * @return the hosts where this call started a seeder
     */
    List<Host> startSeeding(List<Host> seeders, Release release, String filesPath) {
        return started(session.step(Task.START_SEEDING, jobs(seeders, host -> remote.startSeeding(host, release, filesPath))),
            Task.START_SEEDING);
    }

    /** Interrupted hosts count as started, because nobody knows how far they came. */
    private List<Host> started(List<HostRun> runs, Task task) {
        List<Host> started = new ArrayList<>();
        for (HostRun run : runs) {
            boolean unknown = !run.isDone() && run.wasStarted() && session.isCancelled();
            if (unknown || run.isDone() && run.result().is(Member.STARTED)) {
                started.add(run.host());
            } else if (run.isDone()) {
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

    /** Peers end by themselves a while after they are complete, so it is no fault if there is none. */
    void stopPeering(List<Host> peers, String tag) {
        session.closingStep(Task.STOP_PEERING, jobs(peers, host -> remote.stop(host, "peer", tag, true)));
    }

    void stopAllPeering(List<Host> peers) {
        session.closingStep(Task.STOP_ALL_PEERING, jobs(peers, host -> remote.stopAll(host, "peer", true)));
    }

    void cleanTempFiles(List<Host> hosts, String tag, String tempPath) {
        session.closingStep(Task.CLEAN_TEMP_FILES, jobs(hosts, host -> remote.clean(host, tag, tempPath)));
    }

    /** @param download whether the torrent is fetched to this machine */
    void createTorrent(List<Host> seeders, Release release, Source source, boolean download) throws CommandException, IOException {
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
        if (download) {
            downloadTorrent(seeders.get(0), release);
        }
    }

    /** Fetches the seeder's torrent to the same path here. */
    void downloadTorrent(Host seeder, Release release) throws CommandException, IOException {
        Path torrent = release.torrent();
        Path arriving = torrent.resolveSibling("." + torrent.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
        Job job = remote.torrent(seeder, release, session.isDryRun() ? torrent : arriving);
        if (!session.isDryRun()) {
            Files.createDirectories(torrent.toAbsolutePath().getParent());
        }
        try {
            session.step(Task.DOWNLOAD_TORRENT, List.of(job));
            session.need("seeder", List.of(seeder));
            if (!session.isDryRun()) {
                Metainfo metainfo = read(arriving);
                Files.move(arriving, torrent, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                session.view().say("torrent: " + torrent + ", info-hash " + metainfo.infoHash());
            }
        } finally {
            Files.deleteIfExists(arriving);
        }
    }

    private static Metainfo read(Path torrent) throws CommandException {
        try {
            return Metainfo.read(torrent);
        } catch (MetainfoException e) {
            throw CommandException.invalid(torrent + " is not a torrent: " + e.getMessage(), e);
        } catch (IOException e) {
            throw CommandException.failed(Failures.describe(e)
                + "; the tasks create_torrent and download_torrent bring the torrent here", e);
        }
    }

    /**
     * @param newSeeders whether the seeders were started by this run
     * @return the hosts where a peer was started, failed ones too
     */
    List<Host> peer(List<Host> peers, Release release, Destination destination, boolean newSeeders) throws CommandException {
        List<Job> jobs = jobs(peers, host -> remote.peer(host, release, destination));
        if (session.isDryRun()) {
            session.step(Task.PEER, jobs);
            return peers;
        }
        Metainfo metainfo = read(release.torrent());
        long before = newSeeders ? 0 : seederBytes(release.tag());
        List<HostRun> runs = session.step(Task.PEER, jobs);
        long after = session.isCancelled() ? -1 : seederBytes(release.tag());
        summary = new PeerSummary(runs, metainfo, before < 0 || after < before ? -1 : after - before, config.linkBytesPerSecond());
        List<Host> started = new ArrayList<>();
        for (HostRun run : runs) {
            if (run.wasStarted()) {
                started.add(run.host());
            }
        }
        return started;
    }

    /** Bytes that the seeders of this tag have sent; -1 if one of them does not say. For the summary. */
    private long seederBytes(String tag) {
        long sum = 0;
        for (HostRun run : session.ask(jobs(config.seeders(), remote::status))) {
            long own = -1;
            for (HostReport process : run.facts()) {
                if (process.text(Member.ROLE).equals("seeder") && process.text(Member.TAG).equals(tag)) {
                    own = process.whole(Member.UPLOADED_BYTES, -1);
                }
            }
            if (own < 0) {
                return -1;
            }
            sum += own;
        }
        return sum;
    }

    /** Checks every host and changes nothing. */
    void check(List<Host> hosts, TaskArguments arguments) throws CommandException, UsageException {
        String tempPath = arguments.tempPath();
        String destination = arguments.hasDestinationPath() ? arguments.destinationPath() : "";
        long bytes = payloadBytes(arguments);
        for (HostRun run : session.step(Task.CHECK, jobs(hosts, host -> remote.check(host, tempPath, destination, bytes)))) {
            if (run.isDone()) {
                StringBuilder line = new StringBuilder(run.host() + "  ok");
                for (HostReport fact : run.facts()) {
                    line.append("  ").append(fact.text(Member.CHECK)).append(": ").append(fact.text(Member.DETAIL)).append(';');
                }
                session.view().say(line.substring(0, line.length() - (run.facts().isEmpty() ? 0 : 1)));
            }
            for (HostReport fact : run.facts()) {
                session.view().object(new Json().put("task", Task.CHECK.toString()).put("host", run.host().toString())
                    .put("check", fact.text(Member.CHECK)).put("ok", fact.is(Member.OK)).put("detail", fact.text(Member.DETAIL)));
            }
        }
    }

    /** The torrent's length if it is here, else the size of the files on the seeder; 0 if unknown. */
    private long payloadBytes(TaskArguments arguments) throws CommandException, UsageException {
        if (arguments.hasTag()) {
            Path torrent = arguments.release().torrent();
            if (Files.exists(torrent)) {
                return read(torrent).layout().length();
            }
        }
        if (!arguments.hasFilesPath()) {
            return 0;
        }
        List<HostRun> runs = session.ask(List.of(remote.sizeOfFiles(config.seeders().get(0), arguments.source())));
        return runs.isEmpty() ? 0 : runs.get(0).result().whole(Member.BYTES, 0);
    }
}
