package murder.tools.fleet;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import murder.tools.cli.CommandException;
import murder.tools.cli.Printable;
import murder.tools.cli.Quantities;
import murder.tools.cli.UsageException;

/**
 * The content of {@code murder.properties}: the hosts and the way to reach them.
 *
 * @param file the configuration itself, which names the fleet
 * @param tracker the host that runs the tracker; by default the first peer
 * @param seeders at least one; by default the first peer
 * @param peers at least one, in their order
 * @param zones of the peers: their rack or site, empty for none
 * @param trackerAddress at which peers reach the tracker: {@code HOST:PORT}
 * @param trackerPort that the tracker listens on
 * @param remotePath the folder of the jar on every host
 * @param java the command on the hosts
 * @param ssh the command here, with its own arguments
 * @param sshOptions further arguments of ssh; they come first, so that they win
 * @param connectTimeoutSeconds how long ssh may take to connect
 * @param hostTimeoutSeconds how long a command there may take until its first report
 * @param murderState MURDER_STATE on the hosts, with {@code %h} for a host's name; empty for the
 *     default there
 * @param transfer addresses, ports and limits of seeders and peers
 * @param fleet its name; by default the tracker's address
 * @param signKey the file of the user's own key that signs orders; empty for the fleet's key
 * @param linkBytesPerSecond of each host, 0 if unknown
 * @param defaults values of missing arguments: the {@code default_…} keys by the arguments' names
 */
record FleetConfig(Path file, Host tracker, List<Host> seeders, Set<Host> peers, Map<Host, String> zones, String trackerAddress,
                   int trackerPort, String remotePath, String java, List<String> ssh, List<String> sshOptions, int connectTimeoutSeconds,
                   int hostTimeoutSeconds, String murderState, Transfer transfer, String fleet, String signKey,
                   long linkBytesPerSecond, Defaults defaults) {
    private static final Set<String> KEYS = Collections.unmodifiableSet(new TreeSet<>(Set.of("role.tracker", "role.seeder", "role.peer",
        "role.peer.file", "default_tag", "default_seeder_files_path", "default_destination_path", "default_temp_path",
        "remote_murder_path", "tracker_port", "tracker_host", "java", "ssh", "ssh_options", "connect_timeout", "host_timeout",
        "murder_state", "link_rate", "announce_address", "trust_ip", "peer_port", "upload_limit", "download_limit",
        "fleet", "sign_key", "delta", "open", "tls", "current_link", "keep")));

    private static final int MAX_FLEET_NAME = 100;

    /** Default values of arguments; empty if there is none. */
    record Defaults(String tag, String filesPath, String destinationPath, String tempPath, String delta, String currentLink,
                    String keep) { }

    static FleetConfig read(Path path) throws CommandException, IOException {
        ConfigFile file = ConfigFile.read(path, KEYS);
        Set<Host> peers = new LinkedHashSet<>(file.hosts("role.peer"));
        Map<Host, String> zones = file.has("role.peer.file") ? file.hostsInFile("role.peer.file") : Map.of();
        peers.addAll(zones.keySet());
        if (peers.isEmpty()) {
            throw CommandException.failed(path + " names no hosts: set role.peer = host1, host2 or role.peer.file = hosts.txt");
        }
        Host first = peers.iterator().next();
        List<Host> trackers = file.hosts("role.tracker");
        if (trackers.size() > 1) {
            throw file.wrong("role.tracker", "role.tracker takes one host, not " + trackers.size());
        }
        Host tracker = trackers.isEmpty() ? first : trackers.get(0);
        Set<Host> seeders = new LinkedHashSet<>(file.hosts("role.seeder"));
        int port = file.parsed("tracker_port", "8998", text -> number(text, 1, 65535));
        List<String> ssh = file.parsed("ssh", "ssh", ShellWords::split);
        List<String> sshOptions = file.parsed("ssh_options", "", ShellWords::split);
        String trackerHost = file.has("tracker_host") ? file.text("tracker_host", "") : SshAlias.nameOf(tracker, ssh, sshOptions);
        boolean ipv6 = trackerHost.indexOf(':') >= 0 && !trackerHost.startsWith("[");
        String trackerAddress = (ipv6 ? "[" + trackerHost + "]" : trackerHost) + ":" + port;
        return new FleetConfig(path.toAbsolutePath().normalize(), tracker, seeders.isEmpty() ? List.of(first) : List.copyOf(seeders),
            Collections.unmodifiableSet(peers), Map.copyOf(zones), trackerAddress, port,
            file.parsed("remote_murder_path", "/opt/local/murder", text -> folder("remote_murder_path", text)), file.text("java", "java"),
            ssh, sshOptions,
            file.parsed("connect_timeout", "10s", FleetConfig::seconds),
            file.parsed("host_timeout", "1m", FleetConfig::seconds), file.text("murder_state", ""),
            Transfer.of(file), file.parsed("fleet", trackerAddress, FleetConfig::fleetName), file.text("sign_key", ""),
            file.parsed("link_rate", "0", Quantities::rate),
            new Defaults(file.text("default_tag", ""), file.text("default_seeder_files_path", ""),
                file.text("default_destination_path", ""), file.text("default_temp_path", "/tmp"),
                file.parsed("delta", "1", text -> TaskArguments.flag("delta", text) ? "1" : "0"), file.text("current_link", ""),
                file.has("keep") ? Integer.toString(file.parsed("keep", "", text -> number(text, 1, TaskArguments.MAX_KEEP))) : ""));
    }

    /** The values of the file, overridden by the task's arguments. */
    FleetConfig with(TaskArguments arguments) throws UsageException {
        return new FleetConfig(file, tracker, seeders, peers, zones, trackerAddress, trackerPort, remotePath,
            arguments.isSet("runtime") ? runtimeJava() : java, ssh, sshOptions,
            connectTimeoutSeconds, seconds(arguments.text("host_timeout", hostTimeoutSeconds + "s")), murderState,
            transfer.with(arguments), fleet, signKey, linkBytesPerSecond, defaults);
    }

    private static String fleetName(String text) throws UsageException {
        if (text.length() > MAX_FLEET_NAME || !Printable.of(text).equals(text)) {
            throw new UsageException("a fleet has a name of at most " + MAX_FLEET_NAME + " characters without control characters");
        }
        return text;
    }

    static int number(String text, int least, int most) throws UsageException {
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new UsageException("'" + text + "' is not a whole number");
        }
        throw new UsageException(text + " is not from " + least + " to " + most);
    }

    private static int seconds(String text) throws UsageException {
        long seconds = Quantities.duration(text).toSeconds();
        if (seconds < 1 || seconds > 3600) {
            throw new UsageException("'" + text + "' is not from 1s to 1h");
        }
        return (int) seconds;
    }

    /** Checks a path for the hosts. No shell expands it there. */
    static String folder(String what, String text) throws UsageException {
        if (text.startsWith("~") || text.startsWith("-")) {
            throw new UsageException(what + " '" + text + "' begins with '" + text.charAt(0) + "'; give an absolute path"
                + " (one without '/' in front begins in the home directory there)");
        }
        if (!Printable.of(text).equals(text)) {
            throw new UsageException(what + " holds a control character or a mark of text direction");
        }
        return text;
    }

    /** {@link #trackerAddress} without brackets and port. */
    String trackerHost() {
        String host = trackerAddress.substring(0, trackerAddress.lastIndexOf(':'));
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    HostLimits limits() {
        // ssh itself needs time before the command begins.
        return new HostLimits(TimeUnit.SECONDS.toNanos(connectTimeoutSeconds + hostTimeoutSeconds));
    }

    String jar() {
        return remotePath + "/" + JAR_NAME;
    }

    /** Whether the hosts run a Java that {@code distribute_files} brings. */
    boolean bringsRuntime() {
        return java.equals(runtimeJava());
    }

    private String runtimeJava() {
        return remotePath + "/" + RuntimeFile.NAME + "/bin/java";
    }

    /** The name of the jar on the hosts. */
    static final String JAR_NAME = "murder-tools.jar";

    /** Every host once, the tracker's and the seeders' first: the others wait for them. */
    List<Host> all() {
        Set<Host> all = new LinkedHashSet<>();
        all.add(tracker);
        all.addAll(seeders);
        all.addAll(peers);
        return new ArrayList<>(all);
    }

    /** Peers and seeders, each once. */
    List<Host> peersAndSeeders() {
        Set<Host> both = new LinkedHashSet<>(seeders);
        both.addAll(peers);
        return new ArrayList<>(both);
    }
}
