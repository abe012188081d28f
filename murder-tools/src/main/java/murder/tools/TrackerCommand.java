package murder.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import murder.tools.cli.Arguments;
import murder.tools.cli.Command;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.Lifetime;
import murder.tools.cli.StateFolder;
import murder.tools.cli.Syntax;
import murder.tools.cli.UsageException;
import murder.tools.run.TrackerRun;
import murder.tools.run.TransferFlags;
import murder.tracker.AddressRange;
import murder.tracker.SwarmOptions;
import murder.tracker.http.TrackerServerOptions;
import murder.trust.SwarmKey;

/**
 * {@code tracker}: brings peers together until it is stopped.
 *
 * @param port listened on, 0 for a free one
 * @param bind the local address, or null for all
 * @param state file that outlives a restart, or null
 * @param allow directory whose torrents alone are served, or null for any
 * @param trusted ranges that may announce other addresses, beside loopback
 * @param swarmKey file of the keys that close all swarms, or null
 * @param interval between a peer's announces
 */
record TrackerCommand(int port, String bind, Path state, Path allow, List<AddressRange> trusted, Path swarmKey, Duration interval)
    implements Command {
    static final Syntax SYNTAX = new Syntax("tracker", "run a tracker, by which peers find each other", """
            murder tracker [--port 8998] [--bind ADDR] [--state FILE] [--allow DIR] [--trust-ip CIDR,...]
                           [--swarm-key FILE] [--interval 15s]

        Answers announces over HTTP in the foreground until SIGTERM, Ctrl-C or 'murder stop tracker'. It
        holds addresses, no data. Its page on '/' lists the swarms to a browser on this host.

            --port N          listen on this port (8998); 0 takes a free one
            --bind ADDR       listen only on this local address
            --state FILE      keep the swarms here, so that they survive a restart
            --allow DIR       serve only torrents whose .torrent files are in DIR. A change takes effect
                              within seconds. 'murder peer http://HOST:PORT/torrents/FILE.torrent' fetches
                              them
            --trust-ip CIDR   hosts in these ranges may announce another address (--announce-address), and
                              proxies in them may name their client (X-Forwarded-For). For example
                              10.0.0.0/8,fd00::/8. The tracker always trusts its own host
            --swarm-key FILE  answer only hosts with a key of this file. FILE has 64 hexadecimal digits a
                              line ('openssl rand -hex 32' makes one), and only its owner may read it. Give
                              it to seed and peer, too
            --interval TIME   the time between announces of a peer, 1s to 24h (15s). Peers of a swarm that
                              has just grown announce more often. Peers announce less often if all are
                              seeders
        """, List.of(), 0, List.of("--port", "--bind", "--state", "--allow", "--trust-ip", "--swarm-key", "--interval"), List.of());

    static TrackerCommand parse(Arguments arguments) throws UsageException {
        Duration interval = arguments.duration("--interval", Duration.ofSeconds(SwarmOptions.DEFAULT_INTERVAL_SECONDS));
        if (interval.toSeconds() < 1 || interval.toHours() > 24) {
            throw new UsageException("--interval takes a time from 1s to 24h, not " + arguments.text("--interval", ""));
        }
        return new TrackerCommand(arguments.port(TrackerServerOptions.DEFAULT_PORT), arguments.text("--bind", null),
            path(arguments.text("--state", null)), path(arguments.text("--allow", null)),
            TrackerRun.ranges(arguments.text("--trust-ip", "")), path(arguments.text("--swarm-key", null)), interval);
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

    private int serve(Lifetime lifetime, Context context) throws CommandException, IOException, InterruptedException {
        List<SwarmKey> keys = swarmKey == null ? List.of() : TransferFlags.keys(swarmKey);
        return new TrackerRun(port, bind, state, allow, trusted, keys, interval).serve(lifetime, context, tracker -> {
            context.out().println("tracker listens on " + tracker.announceUrl() + " (pid " + StateFolder.ownPid()
                + ")");
            context.out().flush();
        });
    }
}
