package murder.tools.fleet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import murder.order.SignedOrder;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.Json;
import murder.tools.cli.OwnFolder;
import murder.tools.cli.UsageException;
import murder.trust.KeyFormatException;
import murder.trust.SwarmKey;

/**
 * {@code keys}: shows, replaces, exports and imports the keys of a fleet. It also starts agents
 * that stay, because they have keys. It shows no secret; only an exported file has them.
 */
final class KeysTask {
    private final FleetConfig config;
    private final FleetSession session;
    private final FleetFiles files;
    private final FleetFolder folder;
    private final Context context;
    private final TaskArguments arguments;

    KeysTask(FleetConfig config, FleetSession session, FleetFiles files, FleetFolder folder, Context context, TaskArguments arguments) {
        this.config = config;
        this.session = session;
        this.files = files;
        this.folder = folder;
        this.context = context;
        this.arguments = arguments;
    }

    void run() throws CommandException, IOException, InterruptedException, UsageException {
        String action = arguments.text("action", "show");
        KeyRing ring = KeyRing.open(folder, config.fleet(), config.signKey(), context);
        switch (action) {
            case "show" -> show(ring);
            case "rotate" -> rotate(ring.keys());
            case "revoke" -> {
                write(ring.keys().revoked(new SecureRandom()));
                session.view().say("the keys are new; hosts with the new keys no longer accept the old ones");
                bring(Residents.read(folder), again());
            }
            case "export" -> {
                Path file = file();
                OwnFolder.replace(file, ring.keys().toFile());
                session.view().say("written to " + file + ", which holds secrets; move it by a safe way and remove it");
            }
            case "import" -> {
                FleetKeys keys = FleetKeys.parse(Files.readAllBytes(file()), file().toString());
                if (!keys.fleet().equals(config.fleet())) {
                    throw CommandException.failed(file() + " has the keys of the fleet " + keys.fleet() + ", not of " + config.fleet());
                }
                write(keys);
                session.view().say("the fleet " + config.fleet() + " has these keys now");
            }
            default -> throw new UsageException("keys does show, rotate, revoke, export FILE or import FILE, not '" + action + "'");
        }
    }

    private Path file() throws UsageException {
        String file = arguments.text("file", "");
        if (file.isEmpty()) {
            throw new UsageException("name a file: keys export FILE, keys import FILE");
        }
        return Path.of(file).toAbsolutePath();
    }

    private void write(FleetKeys keys) throws CommandException, IOException, InterruptedException {
        folder.locked(() -> {
            folder.write(KeyRing.FILE, keys.toFile());
            return keys;
        });
    }

    private void show(KeyRing ring) {
        List<String> secrets = ring.keys().swarmKeys().stream().map(SwarmKey::fingerprint).toList();
        session.view().say("fleet " + config.fleet() + ", in " + folder.path());
        ring.signers().forEach(line -> session.view().say("signs: " + line));
        session.view().say("secret: " + String.join(", then ", secrets) + (ring.keys().isRotating()
            ? " (being replaced: 'keys rotate' again brings the new one to the hosts that lack it)" : ""));
        session.view().object(new Json().put("fleet", config.fleet()).putStrings("signers", ring.signers()).putStrings("secrets", secrets)
            .put("rotating", ring.keys().isRotating()));
    }

    /**
     * Both pairs are valid until every host with a resident agent has the new one. Other hosts get
     * the keys with each deploy. During each step all hosts understand each other: those that have
     * the keys of the step and those that still have the keys of the step before.
     */
    private void rotate(FleetKeys keys) throws CommandException, IOException, InterruptedException, UsageException {
        FleetKeys now = keys.isRotating() ? keys : keys.rotated(new SecureRandom());
        Set<Host> residents = Residents.read(folder);
        if (!now.isTurned()) {
            write(now);
            if (!bring(residents, null)) {
                waits("for the hosts that failed");
                return;
            }
            if (folder.othersDeploy()) {
                waits("when the deploy that runs has ended");
                return;
            }
            now = now.turned();
            write(now);
        }
        SignedOrder order = again();
        if (!bring(residents, order)) {
            waits("for the hosts that failed");
            return;
        }
        write(now.settled());
        session.view().say(bring(residents, order) ? "hosts no longer accept the old keys"
            : "hosts no longer accept the old keys, except those that failed; run start_agents for them");
    }

    private void waits(String until) {
        session.view().say("hosts accept old and new keys until all have the new ones; run it again " + until);
    }

    /** The last order, signed by the keys of now; null if there is none. */
    private SignedOrder again() throws CommandException, IOException, InterruptedException {
        try {
            return new OrderBook(folder, KeyRing.open(folder, config.fleet(), config.signKey(), context)).again(Instant.now());
        } catch (KeyFormatException e) {
            throw CommandException.failed("sign_key: " + e.getMessage(), e);
        }
    }

    /**
     * Brings the keys of now to agents that stay.
     *
     * @param order that comes along, or null
     * @return whether all have them
     */
    private boolean bring(Set<Host> hosts, SignedOrder order) throws CommandException, IOException, InterruptedException, UsageException {
        return hosts.isEmpty() || startAgents(new ArrayList<>(hosts), List.of(), order);
    }

    /**
     * Starts agents that stay, or sends the keys to running ones.
     *
     * @param roots below which peers may write; none for those of the agents
     * @return whether all succeeded
     */
    boolean startAgents(List<Host> hosts, List<String> roots) throws CommandException, IOException, InterruptedException, UsageException {
        return startAgents(hosts, roots, null);
    }

    private boolean startAgents(List<Host> hosts, List<String> roots, SignedOrder order)
        throws CommandException, IOException, InterruptedException, UsageException {
        KeyRing ring = KeyRing.open(folder, config.fleet(), config.signKey(), context);
        if (!roots.isEmpty()) {
            Residents.writeRoots(folder, roots);
        }
        AgentCommands commands = new AgentCommands(config, new RemoteCommands(config), JarFile.own().packed(files),
            ring.membership(order), Residents.roots(folder), "", arguments.tempPath());
        List<Host> started = new ArrayList<>();
        for (HostRun run : session.step(Task.START_AGENTS, hosts.stream().map(commands::resident).toList())) {
            if (run.isDone()) {
                started.add(run.host());
            }
        }
        if (!session.isDryRun()) {
            Residents.change(folder, started, List.of());
        }
        return started.size() == hosts.size();
    }

    /** Ends the agents of the fleet. */
    void stopAgents(List<Host> hosts) throws CommandException, IOException, InterruptedException {
        RemoteCommands remote = new RemoteCommands(config);
        List<Host> stopped = new ArrayList<>();
        for (HostRun run : session.closingStep(Task.STOP_AGENTS, hosts.stream()
            .map(remote::stopAgents).toList())) {
            if (run.isDone()) {
                stopped.add(run.host());
            }
        }
        if (!session.isDryRun()) {
            Residents.change(folder, List.of(), stopped);
        }
    }
}
