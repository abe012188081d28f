package murder.tools;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import murder.tracker.ScrapeResponse;
import murder.tracker.SwarmOptions;
import murder.tracker.http.TrackerServer;
import murder.tracker.http.TrackerServerOptions;

/**
 * {@code tracker}: brings peers together until it is stopped.
 *
 * @param port listened on, 0 for a free one
 * @param bind the local address, or null for all
 * @param state file that outlives a restart, or null
 * @param allow directory whose torrents alone are served, or null for any
 * @param interval between a peer's announces
 */
public record TrackerCommand(int port, String bind, Path state, Path allow, Duration interval) implements Command {
    static final Syntax SYNTAX = new Syntax("tracker", "bring the peers of a swarm together", """
            murder tracker [--port 8998] [--bind ADDR] [--state FILE] [--allow DIR] [--interval 15s]

        Answers announces over HTTP in the foreground until SIGTERM, Ctrl-C or 'murder stop tracker'. It holds addresses, no data; its
        page on '/' lists the swarms.

            --port N          listen on this port (8998); 0 takes a free one
            --bind ADDR       listen on this local address only
            --state FILE      keep the swarms here, so that they outlive a restart
            --allow DIR       serve only the torrents whose .torrent files lie there; what is added or removed counts within seconds
            --interval TIME   how often peers come back, 1s to 24h (15s); in a swarm that has just grown they come sooner, and where all
                              are seeders later
        """, List.of(), 0, List.of("--port", "--bind", "--state", "--allow", "--interval"), List.of());

    private static final long SECOND_NS = 1_000_000_000L;

    static TrackerCommand parse(Arguments arguments) throws UsageException {
        Duration interval = arguments.duration("--interval", Duration.ofSeconds(SwarmOptions.DEFAULT_INTERVAL_SECONDS));
        if (interval.toSeconds() < 1 || interval.toHours() > 24) {
            throw new UsageException("--interval takes a time from 1s to 24h, not " + arguments.text("--interval", ""));
        }
        return new TrackerCommand(arguments.port(TrackerServerOptions.DEFAULT_PORT), arguments.text("--bind", null),
            path(arguments.text("--state", null)), path(arguments.text("--allow", null)), interval);
    }

    private static Path path(String text) {
        return text == null ? null : Path.of(text).toAbsolutePath();
    }

    @Override
    public int run(Context context) throws CommandException, IOException, InterruptedException {
        if (allow != null && !Files.isDirectory(allow)) {
            throw CommandException.failed("--allow " + allow + " is no directory; make it, or leave the option out to serve any torrent");
        }
        try (Lifetime lifetime = new Lifetime()) {
            return serve(lifetime, context);
        }
    }

    /** Told once the tracker listens. */
    public interface Ready {
        void onListening(TrackerServer tracker);
    }

    private int serve(Lifetime lifetime, Context context) throws CommandException, IOException, InterruptedException {
        return serve(lifetime, context, tracker -> {
            context.out().println("tracker listens on " + url(tracker.address()) + " (pid " + ProcessHandle.current().pid() + ")");
            context.out().flush();
        });
    }

    /** Serves until the end of the process's life. Returns the exit status. */
    public int serve(Lifetime lifetime, Context context, Ready ready) throws CommandException, IOException, InterruptedException {
        InetAddress address = bind == null ? null : LocalAddress.parse(bind);
        ProcessFile processFile = ProcessFile.create(StateFolder.open(context.env()),
            ProcessStatus.starting("tracker", "", "", "").logging(context.logPath()));
        lifetime.onEnd(processFile::close);
        TrackerServer tracker;
        try {
            tracker = TrackerServer.start(TrackerServerOptions.defaults().withAddress(address, port)
                .withSwarms(SwarmOptions.withInterval((int) interval.toSeconds())).withAllow(allow).withState(state));
        } catch (BindException e) {
            throw CommandException.failed("cannot listen on " + (bind == null ? "" : bind + " ") + "port " + port + ": " + e.getMessage()
                + "; 'murder status' tells whether a tracker runs already, --port takes another one", e);
        }
        lifetime.onEnd(tracker::close);
        processFile.write(processFile.status().listening(address == null ? "*" : address.getHostAddress(), tracker.port()));
        ready.onListening(tracker);
        do {
            if (tracker.failure() != null) {
                throw CommandException.failed("the tracker answers no more, by an error of its own: " + tracker.failure(),
                    tracker.failure());
            }
            int peers = 0;
            for (ScrapeResponse.Counts swarm : tracker.swarms().swarms().values()) {
                peers += swarm.complete() + swarm.incomplete();
            }
            processFile.write(processFile.status().doing("serving", 0, 0, 0, peers, ""));
        } while (!lifetime.awaitEnd(SECOND_NS));
        return ExitStatus.TERMINATED;
    }

    /** The announce URL; on all addresses, with the name by which this host is likely to be known. */
    public static String url(InetSocketAddress address) {
        InetAddress ip = address.getAddress();
        String host = ip.isAnyLocalAddress() ? hostName() : ip.getHostAddress();
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort() + "/announce";
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost"; // The host does not know its own name; from here at least this one is right.
        }
    }
}
