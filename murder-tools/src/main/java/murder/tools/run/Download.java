package murder.tools.run;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import murder.engine.TorrentState;
import murder.engine.TorrentStatistics;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.Lifetime;
import murder.tools.cli.ProcessStatus;
import murder.tools.cli.ProgressLine;
import murder.tools.cli.ProgressLine.Progress;
import murder.tools.cli.Quantities;
import murder.tools.cli.StateFolder;

/** A torrent that is fetched and then seeded for a while: what {@code peer} and {@code host peer} have in common. */
public final class Download {
    /** How long a peer seeds by default, as the original's did. */
    public static final Duration DEFAULT_SEED_FOR = Duration.ofSeconds(30);

    private static final long SECOND_NS = 1_000_000_000L;
    /** How often a terminal shows something new. */
    private static final long TERMINAL_TICK_NS = SECOND_NS / 5;

    private final RunningTorrent running;
    private final Lifetime lifetime;

    public Download(RunningTorrent running, Lifetime lifetime) {
        this.running = running;
        this.lifetime = lifetime;
    }

    /** @throws CommandException if another process fetches to this path */
    public static void checkAlone(Path path, StateFolder folder) throws CommandException, IOException {
        for (ProcessStatus other : folder.processes()) {
            if (other.role().equals("peer") && other.path().equals(path.toString()) && !other.state().equals("seeding")) {
                throw CommandException.failed(path + " is being fetched by another peer (pid " + other.pid()
                    + "); wait for it, or end it with 'murder stop peer'");
            }
        }
    }

    /**
     * Waits until every byte is in place, telling how far it is.
     *
     * @param timeout when to give up, or null for never
     * @param startNs since when that counts
     * @throws CommandException if it fails, or after the timeout
     */
    public TorrentStatistics await(Duration timeout, long startNs, Context context, boolean json)
        throws CommandException, IOException, InterruptedException {
        ProgressLine line = ProgressLine.of(context, json);
        long tickNs = context.terminal() && !json ? TERMINAL_TICK_NS : SECOND_NS;
        long deadlineNs = timeout == null ? Long.MAX_VALUE : timeout.toNanos();
        long nextRecordNs = startNs;
        while (true) {
            long nowNs = System.nanoTime();
            long leftNs = deadlineNs - (nowNs - startNs);
            TorrentStatistics now = running.torrent().statistics();
            if (leftNs <= 0 && !running.torrent().completion().isDone()) {
                line.clear();
                throw CommandException.timedOut("not whole after " + Quantities.time(timeout) + ": " + missing(now)
                    + "; what is there is kept, run it again to go on");
            }
            try {
                if (nowNs - nextRecordNs >= 0) {
                    running.record(now);
                    nextRecordNs = nowNs + SECOND_NS;
                }
                line.update(progress(now), nowNs);
                long waitNs = Math.min(tickNs, Math.max(1, leftNs));
                TorrentStatistics result = running.torrent().completion().get(waitNs, TimeUnit.NANOSECONDS);
                line.clear();
                return result;
            } catch (TimeoutException e) {
                continue; // The tick: not complete yet.
            } catch (ExecutionException e) {
                line.clear();
                throw lifetime.isEnding()
                    ? CommandException.failed("stopped before every byte was in place; run it again and it goes on where it was", e)
                    : CommandException.failed(e.getCause().getMessage(), e.getCause());
            }
        }
    }

    private static String missing(TorrentStatistics now) {
        String done = now.pieceCount() == 0 ? "no metadata" : Quantities.percent(now.verifiedBytes(), now.length()) + " % verified";
        return done + ", " + now.peers() + (now.peers() == 1 ? " peer" : " peers")
            + (now.lastTrackerError().isEmpty() ? "" : ", last tracker error: " + now.lastTrackerError());
    }

    private static Progress progress(TorrentStatistics now) {
        boolean checking = now.state() == TorrentState.CHECKING;
        return new Progress(RunningTorrent.state(now), checking ? now.checkedBytes() : now.verifiedBytes(), now.length(),
            now.downloadBytesPerSecond(), now.peers(), now.peers() == 0 ? now.lastTrackerError() : "");
    }

    /**
     * Seeds until the end of the process's life or of the time.
     *
     * @param time or null for no limit
     */
    public void seed(Duration time) throws CommandException, IOException, InterruptedException {
        long sinceNs = System.nanoTime();
        while (true) {
            long leftNs = time == null ? SECOND_NS : time.toNanos() - (System.nanoTime() - sinceNs);
            if (leftNs <= 0 || lifetime.awaitEnd(Math.min(leftNs, SECOND_NS))) {
                return;
            }
            TorrentStatistics now = running.torrent().statistics();
            running.record(now);
            if (now.state() == TorrentState.FAILED) {
                throw CommandException.failed("seeding failed: " + now.error());
            }
        }
    }
}
