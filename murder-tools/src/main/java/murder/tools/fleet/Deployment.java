package murder.tools.fleet;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import murder.tools.cli.CommandException;
import murder.tools.cli.UsageException;

/**
 * The whole sequence, as the original's deploy strategy ran it:
 *
 * <pre>
 *   distribute_files ─ start_tracker ─ create_torrent ─ start_seeding ─ peer
 *                          │                │               │           │
 *                     stop_tracker ◀─ clean_temp_files ◀─ stop_seeding ◀─ stop_peering
 * </pre>
 *
 * Whatever happens on the upper line, by a failure or by Ctrl-C, the lower one is walked for what was started. A tracker or a seeder
 * that ran before goes on.
 */
final class Deployment {
    private final FleetConfig config;
    private final TaskArguments arguments;
    private final FleetSession session;
    private final FleetTasks tasks;
    private final List<Host> trackers = new ArrayList<>();
    private final List<Host> seeders = new ArrayList<>();
    private final List<Host> peersStarted = new ArrayList<>();
    private final List<Host> withFiles = new ArrayList<>();

    Deployment(FleetConfig config, TaskArguments arguments, FleetSession session, FleetTasks tasks) {
        this.config = config;
        this.arguments = arguments;
        this.session = session;
        this.tasks = tasks;
    }

    /** @param peers to bring the release to */
    void run(List<Host> peers) throws CommandException, IOException, UsageException {
        tasks.checkDeployArguments();
        if (arguments.isSet("do_not_download_torrent")) {
            throw new UsageException("deploy needs the torrent here; leave out do_not_download_torrent");
        }
        try {
            advance(peers);
        } finally {
            retreat();
        }
    }

    private void advance(List<Host> peers) throws CommandException, IOException, UsageException {
        List<Host> servers = new ArrayList<>(config.seeders());
        servers.add(config.tracker());
        List<Host> all = config.all();
        all.removeIf(host -> !servers.contains(host) && !peers.contains(host));
        tasks.distributeFiles(all);
        session.need("server", servers);
        trackers.addAll(tasks.startTracker());
        session.need("tracker", List.of(config.tracker()));
        withFiles.addAll(config.seeders());
        tasks.createTorrent(config.seeders());
        seeders.addAll(tasks.startSeeding(config.seeders()));
        session.need("seeder", config.seeders());
        for (Host host : session.alive(peers)) {
            if (!withFiles.contains(host)) {
                withFiles.add(host);
            }
        }
        peersStarted.addAll(tasks.peer(session.alive(peers), seeders.containsAll(config.seeders())));
    }

    private void retreat() throws IOException, UsageException {
        tasks.stopPeering(peersStarted, false);
        tasks.stopSeeding(seeders, false, session.isCancelled());
        if (!withFiles.isEmpty()) {
            tasks.cleanTempFiles(withFiles);
            if (!session.isDryRun()) {
                Files.deleteIfExists(arguments.torrent());
            }
        }
        tasks.stopTracker(trackers, session.isCancelled());
    }
}
