package murder.tools.run;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import murder.tools.cli.Arguments;
import murder.tools.cli.CommandException;
import murder.tools.cli.Failures;
import murder.tools.cli.UsageException;
import murder.trust.SwarmKey;
import murder.trust.SwarmTls;

/**
 * The options of commands that fetch or seed a payload. If a command lacks one of them, the default
 * counts.
 *
 * @param ip to bind and announce; null for the address that routes to the tracker
 * @param announceAddress handed out instead of the address that trackers see; null for that one
 * @param port listened on, 0 for a free one
 * @param seedFor how long a peer seeds after the end; null until it is stopped
 * @param timeout when a peer gives up fetching; null for never
 * @param stall how long a hindered download may stall; null for ever
 * @param uploadLimit bytes per second, 0 for none
 * @param downloadLimit bytes per second, 0 for none
 * @param zone of this host, or empty
 * @param swarmKey file of the key that closes the swarm; null for an open one
 * @param tls whether connections between peers are encrypted
 * @param json whether programs read the output
 */
public record TransferFlags(String ip, String announceAddress, int port, Duration seedFor, Duration timeout, Duration stall,
                            long uploadLimit, long downloadLimit, String zone, Path swarmKey, boolean tls, boolean json) {
    /** Help on the options of seeders. */
    public static final String SEEDER_HELP = """
            --port N             listen on this port; by default on a free one
            --announce-address ADDR
                                 for a host behind a NAT: other peers reach it at ADDR, on the port of
                                 --port. The tracker must trust this host (its --trust-ip)
            --upload-limit RATE  upload at most at this rate, such as 200Mbit or 25M (bytes per second).
                                 0, the default, means no limit
            --swarm-key FILE     close the swarm: only hosts with the key in this file take part, see
                                 'murder help tracker'
            --tls                encrypt the connections between peers. This needs --swarm-key, and all
                                 hosts of the swarm must use it
        """;

    /** Help on the options of peers. */
    public static final String PEER_HELP = SEEDER_HELP + """
            --download-limit RATE
                                 download at most at this rate
            --seed-for TIME      how long to seed after the download (30s)
            --timeout TIME       give up after this time with status 3; the next run continues
            --stall TIME         give up with status 3 if no byte arrives for this time and no peer is
                                 reachable. With connected peers, but no seeder, wait three times as long
            --zone NAME          the rack or site of this host; the tracker prefers peers of the same zone
        """;

    private static final Duration SEED_FOR = Duration.ofSeconds(30);
    private static final String FOREGROUND = "--foreground";

    /** The option that takes no value. */
    public static final String TLS = "--tls";

    /** Options of seeders that take a value, after those of the command itself. */
    public static List<String> seederOptions(String... own) {
        return options(own, "--port", "--announce-address", "--upload-limit", "--swarm-key");
    }

    /** Options of peers that take a value, after those of the command itself. */
    public static List<String> peerOptions(String... own) {
        return options(own, "--port", "--announce-address", "--seed-for", "--timeout", "--stall", "--upload-limit", "--download-limit",
            "--zone", "--swarm-key");
    }

    private static List<String> options(String[] own, String... shared) {
        List<String> all = new ArrayList<>(List.of(own));
        all.addAll(List.of(shared));
        return all;
    }

    /** @param ip from the command line; may be null */
    public static TransferFlags parse(Arguments arguments, String ip) throws UsageException {
        if (arguments.has(TLS) && arguments.text("--swarm-key", null) == null) {
            throw new UsageException("--tls needs --swarm-key: only members of a closed swarm know each other");
        }
        return ofMember(arguments, ip);
    }

    /** As {@link #parse}, for commands that get their keys in another way. */
    public static TransferFlags ofMember(Arguments arguments, String ip) throws UsageException {
        // A peer in the foreground runs until the user stops it, unless --seed-for is given.
        Duration seedFor = arguments.duration("--seed-for", arguments.has(FOREGROUND) ? null : SEED_FOR);
        return new TransferFlags(ip, arguments.text("--announce-address", null), arguments.port(0), seedFor,
            arguments.duration("--timeout", null), arguments.duration("--stall", null), arguments.rate("--upload-limit"),
            arguments.rate("--download-limit"), arguments.text("--zone", ""), path(arguments.text("--swarm-key", null)),
            arguments.has(TLS), arguments.has("--json"));
    }

    /**
     * The address to bind and announce.
     *
     * @param contact of the tracker, not resolved; may be null
     * @return null if unknown
     */
    public InetAddress address(InetSocketAddress contact) throws CommandException {
        return ip == null ? LocalAddress.routeTo(contact) : LocalAddress.parse(ip);
    }

    /**
     * The address for trackers to hand out, or null for the one that they see.
     *
     * @throws CommandException if it is a name that resolves to loopback only on this host
     */
    public InetAddress announced() throws CommandException {
        if (announceAddress == null) {
            return null;
        }
        InetAddress address = LocalAddress.parse(announceAddress);
        if (address.isLoopbackAddress() && !LocalAddress.isLoopbackEverywhere(announceAddress)) {
            throw CommandException.failed("the name " + announceAddress + " means " + address.getHostAddress()
                + " on this host, where no other host reaches it; announce a number");
        }
        return address;
    }

    /** Everything that distinguishes these flags from others, as text. */
    public String identity() {
        // The generated toString of a record takes 100 ms in a new JVM.
        return ip + " " + announceAddress + " " + port + " " + seedFor + " " + timeout + " " + stall + " " + uploadLimit + " "
            + downloadLimit + " " + zone + " " + swarmKey + " " + tls + " " + json;
    }

    private static Path path(String text) {
        return text == null ? null : Path.of(text).toAbsolutePath();
    }

    /** The key that closes the swarm: the first of the file; null for an open swarm. */
    SwarmKey key() throws CommandException {
        return swarmKey == null ? null : keys(swarmKey).get(0);
    }

    /** The TLS of connections; null without TLS. */
    SwarmTls swarmTls() throws CommandException {
        return tls ? SwarmTls.of(keys(swarmKey)) : null;
    }

    /** All keys of a file. */
    public static List<SwarmKey> keys(Path file) throws CommandException {
        try {
            return SwarmKey.read(file);
        } catch (IOException e) {
            throw CommandException.failed("--swarm-key: " + Failures.describe(e), e);
        }
    }
}
