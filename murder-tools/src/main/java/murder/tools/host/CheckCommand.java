package murder.tools.host;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import murder.tools.cli.Arguments;
import murder.tools.cli.Command;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.ExitStatus;
import murder.tools.cli.Failures;
import murder.tools.cli.HostReport;
import murder.tools.cli.HostReport.Member;
import murder.tools.cli.ProcessStatus;
import murder.tools.cli.Quantities;
import murder.tools.cli.StateFolder;
import murder.tools.cli.Syntax;
import murder.tools.cli.UsageException;
import murder.tools.run.LocalAddress;
import murder.tools.run.TrackerUrls;

/**
 * {@code host check}: checks whether this host is ready for a deploy. Changes nothing.
 *
 * @param temp folder that must be writable and have room, or null
 * @param destination directory that must be writable and have room, or null
 * @param bytes of the payload; 0 if unknown
 * @param port that must be free, or -1
 * @param bind the address of that port, or null for all
 * @param tracker that must be reachable, or null
 * @param peerPort that no other program may listen on, or -1
 * @param seeders whose ports must be reachable
 */
record CheckCommand(Path temp, Path destination, long bytes, int port, String bind, InetSocketAddress tracker, int peerPort,
                    List<InetSocketAddress> seeders, boolean json)
    implements Command {
    static final Syntax SYNTAX = new Syntax("host check", "check whether this host is ready", """
            murder host check [--temp=DIR] [--dest=DIR] [--bytes=N] [--port=N] [--bind=ADDR]
                              [--tracker=HOST:PORT] [--peer-port=N] [--seeders=HOST:PORT,...] [--json]

        Checks Java, tar and everything that an option names. The exit status is 1 if a check fails.

            --temp=DIR, --dest=DIR  this user may write there, and there is room for --bytes
            --port=N                nothing listens on this port (of --bind)
            --tracker=HOST:PORT     the tracker's host answers. A refused connection counts as an answer,
                                    because the tracker may start later
            --peer-port=N           no other program listens on this port
            --seeders=HOST:PORT,... no firewall blocks these ports. It skips a name that is unknown here,
                                    because peers use addresses

        Warns if the name of this host or of the tracker resolves to loopback here, because other hosts
        resolve it to another address.
        """, List.of(), 0, List.of("--temp", "--dest", "--bytes", "--port", "--bind", "--tracker", "--peer-port", "--seeders"),
        List.of("--json"));

    private static final int ANSWERS_WITHIN_MS = 3000;
    /** The extra space of a release, beside its bytes. */
    private static final long SPARE_BYTES = 1 << 20;

    /** What was found. */
    private record Finding(String check, boolean ok, String detail) {
    }

    static CheckCommand parse(Arguments arguments) throws UsageException {
        return new CheckCommand(arguments.has("--temp") ? DeployPayload.path(arguments, "--temp") : null,
            arguments.has("--dest") ? DeployPayload.path(arguments, "--dest") : null, arguments.size("--bytes", 0),
            arguments.number("--port", -1, 0, 65535), arguments.text("--bind", null),
            arguments.has("--tracker") ? TrackerUrls.first(TrackerUrls.parse(arguments.text("--tracker", ""))) : null,
            arguments.number("--peer-port", -1, 0, 65535), addresses(arguments.text("--seeders", "")), arguments.has("--json"));
    }

    private static List<InetSocketAddress> addresses(String text) throws UsageException {
        List<InetSocketAddress> addresses = new ArrayList<>();
        if (!text.isEmpty()) {
            for (List<String> tier : TrackerUrls.parse(text)) {
                addresses.add(TrackerUrls.first(List.of(tier)));
            }
        }
        return addresses;
    }

    @Override
    public int run(Context context) throws CommandException, IOException, InterruptedException {
        List<Finding> findings = new ArrayList<>();
        // Java runs this, so it is new enough.
        findings.add(new Finding("java", true, System.getProperty("java.version") + " in " + System.getProperty("java.home")));
        findings.add(tar());
        if (temp != null) {
            findings.add(room("temp", temp));
        }
        if (destination != null) {
            findings.add(room("dest", destination));
        }
        if (port >= 0) {
            findings.add(portIsFree("port", port, List.of("tracker", "agent"), context));
        }
        if (peerPort >= 0) {
            findings.add(portIsFree("peer_port", peerPort, List.of("seeder", "peer", "agent"), context));
        }
        if (tracker != null) {
            findings.add(trackerAnswers());
        }
        for (InetSocketAddress seeder : seeders) {
            findings.add(seederAnswers(seeder));
        }
        return report(findings, warnings(), context);
    }

    private List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        String own = LocalAddress.loopbackOfOwnName();
        if (!own.isEmpty()) {
            warnings.add("the host's own name means " + own + " on it (see /etc/hosts there); nothing to do: murder announces"
                + " the address that leads to the tracker");
        }
        String trackers = tracker == null ? "" : LocalAddress.loopback(tracker.getHostString(),
            new InetSocketAddress(tracker.getHostString(), tracker.getPort()).getAddress());
        if (!trackers.isEmpty()) {
            warnings.add("the tracker's name " + tracker.getHostString() + " means " + trackers
                + " there; unless the tracker runs on that very host, set tracker_host to an address that all hosts reach");
        }
        return warnings;
    }

    private static Finding tar() throws InterruptedException {
        try (Subprocess tar = Subprocess.start(ProcessBuilder.Redirect.DISCARD, List.of("tar", "--version"))) {
            int status = tar.await();
            return new Finding("tar", status == 0, status != 0 ? tar.why(status) : SystemTar.complaint().isEmpty() ? "is there"
                : "is there, but cannot sort (GNU tar 1.28 can), so murder itself packs here");
        } catch (CommandException e) {
            return new Finding("tar", false, e.getMessage());
        }
    }

    private Finding room(String check, Path directory) throws IOException {
        Path existing = directory;
        while (!Files.exists(existing)) {
            existing = existing.getParent();
        }
        if (!Files.isDirectory(existing)) {
            return new Finding(check, false, existing + " is no directory");
        }
        if (!Files.isWritable(existing) || !Files.isExecutable(existing)) {
            return new Finding(check, false, existing + ": permission denied");
        }
        FileStore store = Files.getFileStore(existing);
        long free = store.getUsableSpace();
        boolean enough = store.getTotalSpace() <= 0 || free >= bytes + SPARE_BYTES;
        return new Finding(check, enough, directory + ": " + Quantities.bytes(free) + " free"
            + (enough ? "" : ", " + Quantities.bytes(bytes) + " are needed"));
    }

    /** @param roles of murder processes that may listen there already */
    private Finding portIsFree(String check, int wanted, List<String> roles, Context context) throws CommandException, IOException {
        for (ProcessStatus process : StateFolder.open(context.env()).processes()) {
            if (roles.contains(process.role()) && (process.port() == wanted || process.trackerPort() == wanted)) {
                String role = (process.role().equals("agent") ? "an " : "a ") + process.role();
                return new Finding(check, true, role + " of murder listens on " + wanted + " already (pid " + process.pid() + ")");
            }
        }
        InetAddress address;
        try {
            address = bind == null ? null : LocalAddress.parse(bind);
        } catch (CommandException e) {
            return new Finding(check, false, e.getMessage());
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(address == null ? new InetSocketAddress(wanted) : new InetSocketAddress(address, wanted));
            return new Finding(check, true, wanted + " is free");
        } catch (IOException e) {
            return new Finding(check, false, "cannot listen on port " + wanted + ": " + Failures.describe(e));
        }
    }

    private Finding trackerAnswers() {
        InetSocketAddress resolved = new InetSocketAddress(tracker.getHostString(), tracker.getPort());
        return resolved.isUnresolved() ? new Finding("tracker", false, "the name " + tracker.getHostString()
            + " is not known here; set tracker_host to an address that all hosts reach") : answers("tracker", resolved, "");
    }

    private Finding seederAnswers(InetSocketAddress seeder) {
        InetSocketAddress resolved = new InetSocketAddress(seeder.getHostString(), seeder.getPort());
        return resolved.isUnresolved() ? new Finding("peers", true, seeder.getHostString() + ": not tried, as the name is not known here")
            : answers("peers", resolved, "; set peer_port and open that port between all hosts");
    }

    /**
     * Whether the port is reachable. A firewall is usually silent; a host without a listener
     * refuses.
     */
    private static Finding answers(String check, InetSocketAddress address, String remedy) {
        String where = address.getHostString() + ":" + address.getPort();
        try (Socket socket = new Socket(Proxy.NO_PROXY)) {
            socket.connect(address, ANSWERS_WITHIN_MS);
            return new Finding(check, true, where + " listens");
        } catch (ConnectException e) {
            boolean refused = e.getMessage() != null && e.getMessage().contains("refused");
            return new Finding(check, refused, refused ? where + " is reachable, nothing listens there yet"
                : "cannot reach " + where + ": " + Failures.describe(e) + remedy);
        } catch (IOException e) {
            return new Finding(check, false, "cannot reach " + where + ": " + Failures.describe(e) + remedy);
        }
    }

    private int report(List<Finding> findings, List<String> warnings, Context context) {
        int failed = 0;
        String error = "";
        for (Finding finding : findings) {
            if (!finding.ok) {
                failed++;
                error = error.isEmpty() ? finding.check + ": " + finding.detail : error;
                context.err().println("murder host check: " + finding.check + ": " + finding.detail);
            }
            context.out().println(json ? HostReport.check(finding.check, finding.ok, finding.detail)
                : (finding.ok ? "ok    " : "FAIL  ") + finding.check + ": " + finding.detail);
        }
        if (json) {
            HostReport result = failed == 0 ? HostReport.result("checked") : HostReport.failure("checked", error);
            result = result.with(Member.FAILED, failed);
            context.out().println(warnings.isEmpty() ? result : result.with(Member.WARNING, String.join("; ", warnings)));
        } else {
            warnings.forEach(warning -> context.out().println("warn  " + warning));
        }
        return failed == 0 ? ExitStatus.DONE : ExitStatus.FAILED;
    }
}
