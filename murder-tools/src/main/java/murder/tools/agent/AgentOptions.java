package murder.tools.agent;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import murder.tools.cli.Arguments;
import murder.tools.cli.UsageException;
import murder.tools.run.TrackerRun;
import murder.tools.run.TrackerUrls;
import murder.tools.run.TransferFlags;
import murder.tracker.AddressRange;

/**
 * The command line of an agent.
 *
 * @param once whether it leaves after the last order of a deploy
 * @param attached whether standard input and output bring orders in and reports out
 * @param fleet its name
 * @param name of this host in orders
 * @param trackers announce URLs by tiers
 * @param roots below which it may write, absolute; none if it only packs and serves
 * @param serve the port of the tracker that it serves, 0 for a free one; -1 for none
 * @param metrics the port on loopback where its figures are, 0 for a free one; -1 for none
 * @param trusted from where the address that is announced may be named, if it serves as the tracker
 * @param temp where payloads lie
 * @param keys the file with the membership, or null
 * @param replaces whether it takes the place of an agent that runs already, whatever that one has
 * @param flags that peers have, too
 */
record AgentOptions(boolean once, boolean attached, String fleet, String name, List<List<String>> trackers, List<Path> roots,
                    int serve, int metrics, List<AddressRange> trusted, Path temp, Path keys, boolean replaces, TransferFlags flags) {
    private static final String REPLACES = "replaces\n";
    /** Comes before the roots in an identity, one in each line. */
    private static final String ROOTS = "\nroots";

    static AgentOptions parse(Arguments arguments) throws UsageException {
        List<Path> roots = new ArrayList<>();
        for (String root : arguments.text("--root", "").split(",")) {
            if (!root.isEmpty()) {
                roots.add(path(root, "--root"));
            }
        }
        String keys = arguments.text("--keys", "");
        return new AgentOptions(arguments.has("--once"), arguments.has("--attached"), required(arguments, "--fleet"),
            required(arguments, "--name"), TrackerUrls.parse(required(arguments, "--tracker")), List.copyOf(roots),
            arguments.number("--serve", -1, 0, 65535), arguments.number("--metrics", -1, 0, 65535),
            TrackerRun.ranges(arguments.text("--trust-ip", "")),
            path(arguments.text("--temp", System.getProperty("java.io.tmpdir")), "--temp"),
            keys.isEmpty() ? null : path(keys, "--keys"), arguments.has("--replace"),
            TransferFlags.ofMember(arguments, arguments.text("--ip", null)));
    }

    private static String required(Arguments arguments, String option) throws UsageException {
        String text = arguments.text(option, "");
        if (text.isEmpty()) {
            throw new UsageException(option + " is missing");
        }
        return text;
    }

    private static Path path(String text, String option) throws UsageException {
        try {
            Path path = Places.resolve(Path.of("").toAbsolutePath(), text).normalize();
            if (path.isAbsolute() && text.indexOf('\ufffd') < 0) {
                return path;
            }
        } catch (InvalidPathException e) {
            throw new UsageException(option + " '" + text + "' cannot be the name of a file in this locale; set LC_ALL=C.UTF-8");
        }
        throw new UsageException(option + " takes an absolute path, not '" + text + "'");
    }

    /**
     * Everything that distinguishes this agent from another one. A process that finds a running
     * agent compares it.
     */
    String identity() {
        StringBuilder text = new StringBuilder(identityButRoots());
        roots.forEach(root -> text.append('\n').append(root));
        return text.toString();
    }

    private String identityButRoots() {
        return (replaces ? REPLACES : "") + once + "\n" + fleet + "\n" + name
            + "\n" + trackers + "\n" + tls() + "\n" + serve + "\n" + metrics + "\n" + trusted + "\n"
            + temp + "\n" + flags.identity() + ROOTS;
    }

    /** The roots in an identity. */
    static List<Path> roots(String identity) {
        int at = identity.lastIndexOf(ROOTS);
        return at < 0 ? List.of() : identity.substring(at + ROOTS.length()).lines().skip(1).map(Path::of).toList();
    }

    /**
     * Whether an agent with that identity differs at most in its roots. A deploy to another
     * destination then needs no other agent.
     */
    boolean isSameButRoots(String identity) {
        return identity.startsWith(identityButRoots());
    }

    private String tls() {
        return flags.tls() ? "tls" : "";
    }

    /** Whether an agent with that identity takes the place of any other one. */
    static boolean replaces(String identity) {
        return identity.startsWith(REPLACES);
    }

    /** Whether an agent with that identity stays, as a service does. */
    static boolean stays(String identity) {
        return identity.startsWith("false\n");
    }

    /** Whether an agent with that identity would be the same host of the same fleet. */
    boolean isSameHost(String identity) {
        return identity.contains("\n" + fleet + "\n" + name + "\n" + trackers + "\n" + tls() + "\n");
    }
}
