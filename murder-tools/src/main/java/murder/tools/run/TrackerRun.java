package murder.tools.run;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.ExitStatus;
import murder.tools.cli.Lifetime;
import murder.tools.cli.ProcessFile;
import murder.tools.cli.ProcessStatus;
import murder.tools.cli.StateFolder;
import murder.tools.cli.UsageException;
import murder.tracker.AddressRange;
import murder.tracker.ScrapeResponse;
import murder.tracker.SwarmOptions;
import murder.tracker.http.TrackerServer;
import murder.tracker.http.TrackerServerOptions;
import murder.trust.SwarmKey;

/**
 * Runs a tracker until the process ends: the common part of {@code tracker} and
 * {@code host start-tracker}.
 *
 * @param port listened on, 0 for a free one
 * @param bind the local address, or null for all
 * @param state file that outlives a restart, or null
 * @param allow directory whose torrents alone are served, or null for any
 * @param trusted ranges that may announce other addresses, beside loopback
 * @param keys of closed swarms; none for open ones
 * @param interval between a peer's announces
 */
public record TrackerRun(int port, String bind, Path state, Path allow, List<AddressRange> trusted, List<SwarmKey> keys,
                         Duration interval) {
    private static final long SECOND_NS = 1_000_000_000L;

    /** Called once the tracker listens. */
    public interface Ready {
        void onListening(TrackerServer tracker);
    }

    /** @throws UsageException if the text is no list of ranges, separated by commas */
    public static List<AddressRange> ranges(String text) throws UsageException {
        List<AddressRange> ranges = new ArrayList<>();
        for (String each : text.isEmpty() ? new String[0] : text.split(",")) {
            AddressRange range = AddressRange.parse(each.trim());
            if (range == null) {
                throw new UsageException("--trust-ip takes addresses such as 10.1.0.0/16 or fd00::/8, not '" + each + "'");
            }
            ranges.add(range);
        }
        return ranges;
    }

    /** Serves until the end of the process's life. Returns the exit status. */
    public int serve(Lifetime lifetime, Context context, Ready ready) throws CommandException, IOException, InterruptedException {
        prepareLogging();
        InetAddress address = bind == null ? null : LocalAddress.parse(bind);
        ProcessFile processFile = ProcessFile.create(StateFolder.open(context.env()),
            ProcessStatus.starting("tracker", "", "", "").logging(context.logPath()), lifetime);
        TrackerServer tracker;
        try {
            tracker = TrackerServer.start(TrackerServerOptions.builder().bindAddress(address).port(port)
                .swarms(SwarmOptions.builder().intervalSeconds((int) interval.toSeconds()).trusted(trusted)
                    .build()).allow(allow).state(state).swarmKeys(keys).build());
        } catch (BindException e) {
            throw CommandException.failed(e.getMessage()
                + "; 'murder status' shows whether a tracker runs already, --port takes another one", e);
        }
        lifetime.onEnd(tracker::close);
        processFile.write(processFile.status().listening(address == null ? "*" : address.getHostAddress(), tracker.port()));
        ready.onListening(tracker);
        do {
            if (tracker.failure() != null) {
                throw CommandException.failed("the tracker has ended by an error of its own: " + tracker.failure(),
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

    /** Loads files for log lines: at the time of a message there may be no free descriptor. */
    private static void prepareLogging() {
        System.getLogger("murder.tracker").isLoggable(System.Logger.Level.WARNING);
        ZoneId.systemDefault().getRules();
    }
}
