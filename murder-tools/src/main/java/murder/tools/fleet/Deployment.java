package murder.tools.fleet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import murder.tools.cli.CommandException;

/**
 * A whole deploy, in the order of the original's deploy strategy:
 *
 * <pre>
 *   distribute_files ─ create_torrent ─ start_tracker ─ start_seeding ─ peer
 *                          │                │               │           │
 *                   clean_temp_files   stop_tracker ◀─ stop_seeding ◀─ stop_peering
 * </pre>
 *
 * The lower line always runs, also after a failure or Ctrl-C. It stops what the upper line started, unless
 * another deploy uses it, too. A tracker or a seeder that a user started goes on.
 */
final class Deployment {
    private final FleetConfig config;
    private final DeployPlan plan;
    private final FleetSession session;
    private final FleetTasks tasks;
    private final List<Host> trackers = new ArrayList<>();
    private final List<Host> seeders = new ArrayList<>();
    private final List<Host> peersStarted = new ArrayList<>();
    private final List<Host> withFiles = new ArrayList<>();

    Deployment(FleetConfig config, DeployPlan plan, FleetSession session, FleetTasks tasks) {
        this.config = config;
        this.plan = plan;
        this.session = session;
        this.tasks = tasks;
    }

    /** @param peers to bring the release to */
    void run(List<Host> peers) throws CommandException, IOException, InterruptedException {
        try {
            advance(peers);
        } finally {
            retreat();
        }
    }

    private void advance(List<Host> peers) throws CommandException, IOException, InterruptedException {
        List<Host> servers = new ArrayList<>(config.seeders());
        servers.add(config.tracker());
        List<Host> all = config.all();
        all.removeIf(host -> !servers.contains(host) && !peers.contains(host));
        Map<Host, String> occupied = tasks.distributeFiles(all, plan);
        session.need("server", servers);
        occupied.keySet().retainAll(peers);
        occupied.forEach((host, what) -> session.view().say(host + "  FAILED  peer: " + what));
        if (occupied.size() < session.alive(peers).size()) {
            carry(session.alive(peers).stream().filter(host -> !occupied.containsKey(host)).toList());
        }
        // Only now: a tracker or a seeder that cannot take the release can still serve the others.
        occupied.forEach((host, what) -> session.fail(host, Task.PEER, what));
    }

    private void carry(List<Host> peers) throws CommandException, IOException {
        withFiles.addAll(config.seeders());
        byte[] torrent = tasks.createTorrent(config.seeders(), plan.release(), plan.source(), true);
        // After the torrent, since it serves no other.
        trackers.addAll(tasks.startTracker(torrent));
        session.need("tracker", List.of(config.tracker()));
        seeders.addAll(tasks.startSeeding(config.seeders(), plan.release(), plan.source().filesPath()));
        session.need("seeder", config.seeders());
        for (Host host : session.alive(peers)) {
            if (!withFiles.contains(host)) {
                withFiles.add(host);
            }
        }
        peersStarted.addAll(tasks.peer(session.alive(peers), plan.release(), plan.destination(), torrent,
            seeders.containsAll(config.seeders())));
    }

    private void retreat() throws IOException {
        tasks.stopPeering(peersStarted, plan.release().tag());
        tasks.stopSeeding(seeders, plan.release().tag(), session.isCancelled());
        if (!withFiles.isEmpty()) {
            tasks.cleanTempFiles(withFiles, plan.release());
        }
        tasks.stopTracker(trackers, session.isCancelled());
    }
}
