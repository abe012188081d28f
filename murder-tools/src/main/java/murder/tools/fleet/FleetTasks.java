package murder.tools.fleet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import murder.metainfo.Metainfo;
import murder.metainfo.MetainfoException;
import murder.tools.cli.CommandException;
import murder.tools.cli.Failures;
import murder.tools.cli.HostReport;
import murder.tools.cli.HostReport.Member;
import murder.tools.cli.Json;
import murder.tools.cli.UsageException;

/** What each task does, in terms of steps over hosts. {@link Deployment} strings them together. */
final class FleetTasks {
    private final FleetConfig config;
    private final TaskArguments arguments;
    private final RemoteCommands remote;
    private final FleetSession session;
    private PeerSummary summary;

    FleetTasks(FleetConfig config, TaskArguments arguments, FleetSession session) {
        this.config = config;
        this.arguments = arguments;
        this.remote = new RemoteCommands(config, arguments);
        this.session = session;
    }

    /** Makes one host's job. */
    private interface JobMaker {
        Job make(Host host) throws UsageException;
    }

    private static List<Job> jobs(List<Host> hosts, JobMaker maker) throws UsageException {
        List<Job> jobs = new ArrayList<>();
        for (Host host : hosts) {
            jobs.add(maker.make(host));
        }
        return jobs;
    }

    /** Figures of the last {@code peer}; null if there was none. */
    PeerSummary summary() {
        return summary;
    }

    void distributeFiles(List<Host> hosts) throws CommandException, IOException, UsageException {
        JarFile jar = JarFile.own();
        int sent = 0;
        for (HostRun run : session.step(Task.DISTRIBUTE_FILES, jobs(hosts, host -> remote.distribute(host, jar)))) {
            sent += run.isDone() && !run.result().is(Member.ALREADY) ? 1 : 0;
        }
        if (!session.isDryRun()) {
            session.view().say("sent to " + sent + (sent == 1 ? " host" : " hosts") + ", the others had it already");
        }
    }

    /** @return the hosts where this started one; not those where one ran before */
    List<Host> startTracker() throws UsageException {
        return started(session.step(Task.START_TRACKER, jobs(List.of(config.tracker()), remote::startTracker)), Task.START_TRACKER);
    }

    void stopTracker(List<Host> hosts, boolean ifAny) throws UsageException {
        session.closingStep(Task.STOP_TRACKER, jobs(hosts, host -> remote.stopTracker(host, ifAny)));
    }

    /** @return the hosts where this started one; not those where one ran before */
    List<Host> startSeeding(List<Host> seeders) throws UsageException {
        return started(session.step(Task.START_SEEDING, jobs(seeders, remote::startSeeding)), Task.START_SEEDING);
    }

    /** Those that were interrupted in between count: nobody knows how far they came. */
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

    void stopSeeding(List<Host> seeders, boolean all, boolean ifAny) throws UsageException {
        session.closingStep(all ? Task.STOP_ALL_SEEDING : Task.STOP_SEEDING,
            jobs(seeders, host -> remote.stop(host, "seeder", all, ifAny)));
    }

    /** Peers end by themselves a while after they are whole, so it is no fault if there is none. */
    void stopPeering(List<Host> peers, boolean all) throws UsageException {
        session.closingStep(all ? Task.STOP_ALL_PEERING : Task.STOP_PEERING, jobs(peers, host -> remote.stop(host, "peer", all, true)));
    }

    void cleanTempFiles(List<Host> hosts) throws UsageException {
        session.closingStep(Task.CLEAN_TEMP_FILES, jobs(hosts, remote::clean));
    }

    void createTorrent(List<Host> seeders) throws CommandException, IOException, UsageException {
        List<HostRun> runs = session.step(Task.CREATE_TORRENT, jobs(seeders, remote::pack));
        session.need("seeder", seeders);
        String infoHash = "";
        for (HostRun run : runs) {
            String own = run.result().text(Member.INFO_HASH);
            if (!infoHash.isEmpty() && !own.equals(infoHash)) {
                throw CommandException.failed("the seeders " + runs.get(0).host() + " and " + run.host() + " do not have the same files at "
                    + arguments.filesPath());
            }
            infoHash = own;
        }
        if (!arguments.isSet("do_not_download_torrent")) {
            downloadTorrent(seeders.get(0));
        }
    }

    /** Fetches the seeder's torrent to the same path here. */
    void downloadTorrent(Host seeder) throws CommandException, IOException, UsageException {
        Path torrent = arguments.torrent();
        Path arriving = torrent.resolveSibling("." + torrent.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
        Job job = remote.torrent(seeder, session.isDryRun() ? torrent : arriving);
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
     * @param newSeeders whether the seeders have served nobody before
     * @return the hosts where one was started, whatever became of it
     */
    List<Host> peer(List<Host> peers, boolean newSeeders) throws CommandException, UsageException {
        Path torrent = arguments.torrent();
        List<Job> jobs = jobs(peers, host -> remote.peer(host, torrent));
        if (session.isDryRun()) {
            session.step(Task.PEER, jobs);
            return peers;
        }
        Metainfo metainfo = read(torrent);
        long before = newSeeders ? 0 : seederBytes();
        List<HostRun> runs = session.step(Task.PEER, jobs);
        long after = session.isCancelled() ? -1 : seederBytes();
        summary = new PeerSummary(runs, metainfo, before < 0 || after < before ? -1 : after - before, config.linkBytesPerSecond());
        List<Host> started = new ArrayList<>();
        for (HostRun run : runs) {
            if (run.wasStarted()) {
                started.add(run.host());
            }
        }
        return started;
    }

    /** What the seeders of this tag have sent so far; -1 if one of them does not say. Only for the summary. */
    private long seederBytes() throws UsageException {
        long sum = 0;
        for (HostRun run : session.ask(jobs(config.seeders(), remote::status))) {
            long own = -1;
            for (HostReport process : run.facts()) {
                if (process.text(Member.ROLE).equals("seeder") && process.text(Member.TAG).equals(arguments.tag())) {
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

    /** Looks at every host without changing anything there. */
    void check(List<Host> hosts) throws CommandException, UsageException {
        long bytes = payloadBytes();
        for (HostRun run : session.step(Task.CHECK, jobs(hosts, host -> remote.check(host, bytes)))) {
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

    /** Of the torrent, if it is here; else of the files on the seeder; 0 if nothing tells. */
    private long payloadBytes() throws CommandException, UsageException {
        if (arguments.hasTag() && Files.exists(arguments.torrent())) {
            return read(arguments.torrent()).layout().length();
        }
        if (!arguments.hasFilesPath()) {
            return 0;
        }
        List<HostRun> runs = session.ask(List.of(remote.sizeOfFiles(config.seeders().get(0))));
        return runs.isEmpty() ? 0 : runs.get(0).result().whole(Member.BYTES, 0);
    }

    /** Checks all arguments that a deploy needs, before any host is spoken to. */
    void checkDeployArguments() throws UsageException {
        Host any = config.peers().get(0);
        remote.pack(any);
        remote.startSeeding(any);
        remote.peer(any, arguments.torrent());
        remote.clean(any);
    }
}
